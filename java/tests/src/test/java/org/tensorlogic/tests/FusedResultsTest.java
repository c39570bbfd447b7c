package org.tensorlogic.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.tensorlogic.engine.Engine;
import org.tensorlogic.engine.EngineConfig;
import org.tensorlogic.ir.Graph;
import org.tensorlogic.ir.GraphBuilder;
import org.tensorlogic.ir.Node;
import org.tensorlogic.ir.Ops;
import org.tensorlogic.ir.Reduction;
import org.tensorlogic.rewrite.OptimizationLevel;
import org.tensorlogic.testkit.Tolerance;
import org.tensorlogic.type.DType;
import org.tensorlogic.type.Shape;

/** Fused regions with several results: which graphs have them, and that the values stay. */
class FusedResultsTest {

  private static final long[][] SHAPES = {{3, 8}, {2, 9}, {40, 17}, {1, 100}, {5, 1000}, {90, 2},
      {7, 1025}, {2, 4097}, {1, 9000}, {300, 33}};

  /** Outputs of x and y [rows, columns] and w [columns, 8], and how many steps they take. */
  private record Case(String name, int steps, Build build) {}

  private interface Build {
    List<Node> of(Node x, Node y, Node w);
  }

  private static final List<Case> CASES = List.of(
      new Case("value on the way", 1, (x, y, w) -> {
        Node shared = Ops.tanh(Ops.neg(x));
        return List.of(shared, Ops.add(Ops.square(shared), shared));
      }),
      new Case("least and greatest", 1, (x, y, w) -> List.of(
          Ops.reduce(Reduction.MIN, x, List.of(1)), Ops.reduce(Reduction.MAX, x, List.of(1)))),
      new Case("sum and sum of squares", 1, (x, y, w) ->
          List.of(Ops.sum(x, 1), Ops.sum(Ops.square(x), 1))),
      new Case("siblings of one operand", 1, (x, y, w) ->
          List.of(Ops.sigmoid(x), Ops.sub(y, Ops.scalar(y, 1)), Ops.mul(x, y))),
      new Case("values and mask", 1, (x, y, w) -> {
        Node above = Ops.gt(x, y);
        return List.of(above, Ops.select(above, x, Ops.neg(y)));
      }),
      new Case("weights and their sums", 1, (x, y, w) -> {
        Node most = Ops.reduce(Reduction.MAX, x, List.of(1));
        Node exp = Ops.exp(Ops.sub(x, Ops.insertAxes(most, x.shape(), List.of(1))));
        return List.of(exp, Ops.sum(exp, 1), most);
      }),
      new Case("elements and a sum of them", 1, (x, y, w) -> {
        Node product = Ops.mul(x, y);
        return List.of(product, Ops.sum(product, 1));
      }),
      new Case("moments of an optimiser", 1, (x, y, w) -> {
        Node first = Ops.add(Ops.mul(x, Ops.scalar(x, 0.9)), Ops.mul(y, Ops.scalar(y, 0.1)));
        Node second = Ops.add(Ops.mul(Ops.square(x), Ops.scalar(x, 0.99)),
            Ops.mul(Ops.square(y), Ops.scalar(y, 0.01)));
        Node step = Ops.div(first, Ops.add(Ops.sqrt(second), Ops.scalar(x, 1e-3)));
        return List.of(first, second, Ops.sub(x, step));
      }),
      new Case("view of a result, inside and outside", 2, (x, y, w) -> {
        Node sum = Ops.sum(Ops.mul(x, y), 1);
        Node spread = Ops.insertAxes(sum, x.shape(), List.of(1));
        return List.of(Ops.sub(x, spread), Ops.permute(spread, List.of(1, 0)));
      }),
      new Case("what a product reads before the root", 4, (x, y, w) -> {
        Node shared = Ops.tanh(Ops.neg(x));
        Node product = Ops.einsum("rc,cn->rn", shared, w);
        Node scale = Ops.insertAxes(Ops.sum(product, 1), x.shape(), List.of(1));
        return List.of(Ops.mul(Ops.add(shared, y), scale));
      }),
      new Case("five results, of which a region has four", 2, (x, y, w) -> {
        var outputs = new ArrayList<Node>();
        Node next = Ops.add(x, y);
        for (int i = 0; i < 5; i++) {
          next = Ops.tanh(Ops.neg(next));
          outputs.add(next);
        }
        return outputs;
      }),
      new Case("after a product, with it", 1, (x, y, w) -> {
        Node product = Ops.einsum("rc,cn->rn", x, w);
        Node relu = Ops.relu(product);
        return List.of(relu, Ops.gt(product, Ops.scalar(product, 0)), Ops.neg(relu));
      }));

  private static Graph graph(Case tested, DType dtype, long[] extents) {
    var builder = new GraphBuilder();
    Node x = builder.input("x", dtype, extents);
    Node y = builder.input("y", dtype, extents);
    Node w = builder.input("w", dtype, extents[1], 8);
    var outputs = new LinkedHashMap<String, Node>();
    for (Node output : tested.build().of(x, y, w)) {
      outputs.put("output " + outputs.size(), output);
    }
    return builder.build(outputs);
  }

  @TestFactory
  Stream<DynamicTest> valuesStay() {
    return CASES.stream().map(tested -> DynamicTest.dynamicTest(tested.name(), () -> {
      try (Engine fused = Engines.of("native"); Engine reference = Engines.of("reference")) {
        for (DType dtype : List.of(DType.F32, DType.F64)) {
          for (long[] extents : SHAPES) {
            Graph graph = graph(tested, dtype, extents);
            double roundings = dtype.unitRoundoff() * (2 * extents[1] + 64);
            new Tolerance(roundings, roundings * 16).check(
                tested.name() + " " + dtype + Shape.of(extents),
                Engines.runOnRandom(graph, reference, extents[1]),
                Engines.runOnRandom(graph, fused, extents[1]));
          }
        }
      }
    }));
  }

  @Test
  void stepsAreAsFewAsTheyCanBe() {
    try (Engine engine = Engines.of("native", 1)) {
      for (Case tested : CASES) {
        assertThat(engine.explain(graph(tested, DType.F32, new long[] {40, 1000})))
            .as(tested.name()).contains(tested.steps() + " steps");
      }
    }
  }

  @Test
  void sameBitsForAnyThreads() {
    for (Case tested : CASES) {
      Graph graph = graph(tested, DType.F32, new long[] {301, 777});
      double[] first = null;
      for (int threads : new int[] {1, 2, 3, 8}) {
        try (Engine engine = Engines.of("native", threads)) {
          double[] values = Engines.runOnRandom(graph, engine, 5);
          first = first == null ? values : first;
          assertThat(values).as(tested.name() + " with " + threads + " threads").isEqualTo(first);
        }
      }
    }
  }

  /** Functions have the bits that they have alone, also past the caches and in operands' places. */
  @Test
  void elementsHaveTheBitsOfSingleSteps() {
    var config = EngineConfig.defaults().withThreads(2);
    for (Case tested : CASES.stream().filter(one -> List.of("value on the way",
        "siblings of one operand", "values and mask", "moments of an optimiser")
        .contains(one.name())).toList()) {
      for (long rows : new long[] {10, 3000}) {
        Graph graph = graph(tested, DType.F32, new long[] {rows, 1003});
        try (Engine fused = Engine.create(config);
            Engine alone = Engine.create(config.withOptimization(OptimizationLevel.NONE))) {
          assertThat(Engines.runOnRandom(graph, fused, 3)).as(tested.name() + " of " + rows)
              .isEqualTo(Engines.runOnRandom(graph, alone, 3));
        }
      }
    }
  }

  /** A temporary that a region reads for the last time is where one of its results goes. */
  @Test
  void resultsTakeThePlaceOfTemporaries() {
    var builder = new GraphBuilder();
    Node x = builder.input("x", DType.F32, 1000, 100);
    Node w = builder.input("w", DType.F32, 100, 100);
    Node made = Ops.einsum("rc,cn->nr", x, w);
    Node half = Ops.mul(made, Ops.scalar(made, 0.5));
    Node root = Ops.tanh(Ops.neg(half));
    Graph graph = builder.build(Map.of("out",
        Ops.add(Ops.einsum("nr,nk->rk", half, w), Ops.einsum("nr,nk->rk", root, w))));
    try (Engine engine = Engines.of("native", 1)) {
      // half and root are alive together, 400 kB each, and one product beside them; no more.
      assertThat(engine.compile(graph).program().workspaceBytes()).isLessThan(4 * 400_000);
    }
  }
}
