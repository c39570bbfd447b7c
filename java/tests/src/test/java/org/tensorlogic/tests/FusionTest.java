package org.tensorlogic.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.tensorlogic.autodiff.Gradients;
import org.tensorlogic.engine.Engine;
import org.tensorlogic.error.TypeException;
import org.tensorlogic.ir.Binary;
import org.tensorlogic.ir.Domain;
import org.tensorlogic.ir.Graph;
import org.tensorlogic.ir.GraphBuilder;
import org.tensorlogic.ir.Node;
import org.tensorlogic.ir.Op;
import org.tensorlogic.ir.Ops;
import org.tensorlogic.ir.Reduction;
import org.tensorlogic.ir.Unary;
import org.tensorlogic.memory.Tensor;
import org.tensorlogic.rewrite.OptimizationLevel;
import org.tensorlogic.testkit.RandomTensors;
import org.tensorlogic.testkit.Tolerance;
import org.tensorlogic.type.DType;
import org.tensorlogic.type.Shape;

/** Fused regions: which nodes become one step, and that the values stay. */
class FusionTest {

  private static final long[][] SHAPES = {{3, 8}, {2, 9}, {40, 17}, {1, 100}, {5, 1000},
      {90, 2}, {3, 1024}, {7, 1025}, {2, 4097}, {1, 9000}, {300, 33}};

  /** A graph over x [rows, columns], row [columns] and column [rows]. */
  private interface Build {
    Node of(Node x, Node row, Node column);
  }

  private static final Map<String, Build> CASES = cases();

  private static Map<String, Build> cases() {
    var cases = new LinkedHashMap<String, Build>();
    cases.put("chain", (x, row, column) -> Ops.mul(Ops.sigmoid(Ops.add(Ops.mul(x, row), x)),
        Ops.tanh(x)));
    cases.put("mask", (x, row, column) -> Ops.select(Ops.and(Ops.gt(x, row),
        Ops.not(Ops.eq(x, Ops.scalar(x, 1)))), Ops.square(x), Ops.neg(x)));
    cases.put("softmax", (x, row, column) -> softmax(x));
    cases.put("softmax keeping its axis", (x, row, column) -> {
      Node exp = Ops.exp(Ops.sub(x, kept(Ops.reduce(Reduction.MAX, x, List.of(1)), x)));
      return Ops.div(exp, kept(Ops.sum(exp, 1), x));
    });
    cases.put("softmax of the transposed", (x, row, column) ->
        Ops.permute(softmax(Ops.permute(Ops.mul(Ops.neg(x), row), List.of(1, 0))),
            List.of(1, 0)));
    cases.put("logsumexp", (x, row, column) -> {
      Node max = Ops.reduce(Reduction.MAX, x, List.of(1));
      return Ops.add(Ops.log(Ops.sum(Ops.exp(Ops.sub(x, spread(max, x))), 1)), max);
    });
    cases.put("layernorm", (x, row, column) -> {
      double count = x.shape().dim(1).extent();
      Node mean = Ops.div(Ops.sum(x, 1), Ops.scalar(x, count));
      Node centred = Ops.sub(x, spread(mean, x));
      Node variance = Ops.div(Ops.sum(Ops.square(centred), 1), Ops.scalar(x, count));
      Node deviation = Ops.sqrt(Ops.add(variance, Ops.scalar(x, 1e-5)));
      return Ops.add(Ops.mul(Ops.div(centred, spread(deviation, x)), row), row);
    });
    cases.put("sum of squares", (x, row, column) -> Ops.sum(Ops.square(Ops.mul(x, row)), 1));
    cases.put("rows and columns", (x, row, column) -> {
      Node sum = Ops.mul(Ops.sum(Ops.mul(x, row), 1), column);
      return Ops.add(Ops.mul(Ops.sub(x, spread(sum, x)), row), spread(column, x));
    });
    cases.put("several reductions", (x, row, column) -> {
      Node low = Ops.reduce(Reduction.MIN, x, List.of(1));
      Node high = Ops.reduce(Reduction.MAX, x, List.of(1));
      return Ops.div(Ops.sub(x, spread(low, x)), spread(Ops.sub(high, low), x));
    });
    return Collections.unmodifiableMap(cases);
  }

  private static Node softmax(Node x) {
    int last = x.rank() - 1;
    Node max = Ops.reduce(Reduction.MAX, x, List.of(last));
    Node exp = Ops.exp(Ops.sub(x, Ops.insertAxes(max, x.shape(), List.of(last))));
    return Ops.div(exp, Ops.insertAxes(Ops.sum(exp, last), x.shape(), List.of(last)));
  }

  private static Node spread(Node rows, Node like) {
    return Ops.insertAxes(rows, like.shape(), List.of(1));
  }

  private static Node kept(Node rows, Node like) {
    return Ops.broadcastTo(Ops.reshape(rows,
        Shape.of(rows.shape().dim(0).extent(), 1)), like.shape());
  }

  @TestFactory
  Stream<DynamicTest> valuesStay() {
    return CASES.keySet().stream().map(name -> DynamicTest.dynamicTest(name, () -> {
      try (Engine tested = Engines.of("native"); Engine reference = Engines.of("reference")) {
        for (DType dtype : List.of(DType.F32, DType.F64)) {
          for (long[] extents : SHAPES) {
            compare(name, dtype, extents, tested, reference);
          }
        }
      }
    }));
  }

  /** Neighbours that one kernel computes have the bits that they have alone, as all others do. */
  @Test
  void pairsHaveTheBitsOfTheirFunctions() {
    List<Op> seconds = new ArrayList<>(List.of(Unary.values()));
    seconds.addAll(List.of(Binary.values()));
    try (Engine fused = Engines.of("native", OptimizationLevel.MODERATE);
        Engine alone = Engines.of("native", OptimizationLevel.NONE)) {
      for (DType dtype : List.of(DType.F32, DType.F64)) {
        for (Binary first : Binary.values()) {
          for (Op second : seconds) {
            Optional<Graph> pair = pair(first, second, dtype);
            pair.ifPresent(graph -> assertThat(Engines.runOnRandom(graph, fused, 11))
                .as("%s, then %s of %s", first, second, dtype)
                .isEqualTo(Engines.runOnRandom(graph, alone, 11)));
          }
        }
      }
    }
  }

  /** Two functions, the second on what the first makes; empty where they do not take the dtype. */
  private static Optional<Graph> pair(Binary first, Op second, DType dtype) {
    var builder = new GraphBuilder();
    Node a = builder.input("a", dtype, 3, 345);
    Node b = builder.input("b", dtype, 345);
    try {
      Node made = builder.add(first, List.of(a, Ops.broadcastTo(b, a.shape())));
      return Optional.of(builder.build(builder.add(second,
          second instanceof Binary ? List.of(made, builder.input("c", dtype, 3, 345))
              : List.of(made))));
    } catch (TypeException refused) { // dropped: logic on numbers is none of them
      return Optional.empty();
    }
  }

  /** Elements and reductions of whole numbers: sums wrap, so that their order does not show. */
  @Test
  void integersAreFusedExactly() {
    Build build = (x, row, column) -> {
      Node made = Ops.max(Ops.mul(Ops.sub(x, row), Ops.square(x)), Ops.neg(Ops.abs(row)));
      Node low = Ops.reduce(Reduction.MIN, made, List.of(1));
      Node product = Ops.reduce(Reduction.PROD, made, List.of(1));
      return Ops.sub(made, spread(Ops.min(Ops.add(Ops.mul(low, product), Ops.sum(made, 1)),
          column), x));
    };
    try (Engine tested = Engines.of("native"); Engine reference = Engines.of("reference")) {
      for (long[] extents : SHAPES) {
        Graph graph = graph(build, DType.I64, extents, n -> n);
        assertThat(tested.explain(graph)).contains("fused_rows_i64").doesNotContain("reference");
        assertThat(longs(graph, tested)).as("%s", Shape.of(extents))
            .isEqualTo(longs(graph, reference));
      }
    }
  }

  private static long[] longs(Graph graph, Engine engine) {
    var random = new Random(5);
    var inputs = new LinkedHashMap<String, Tensor>();
    graph.inputs().forEach((label, node) -> inputs.put(label,
        engine.tensor(random.longs(node.shape().count()).toArray(), node.shape().extents())));
    try (Tensor result = only(engine.run(graph, inputs))) {
      return result.toLongs();
    } finally {
      inputs.values().forEach(Tensor::close);
    }
  }

  private static void compare(String name, DType dtype, long[] extents, Engine tested,
      Engine reference) {
    Graph graph = graph(CASES.get(name), dtype, extents, node -> node);
    assertThat(tested.explain(graph)).as(name).contains("fused_");
    double[] expected = run(graph, reference, extents);
    double[] came = run(graph, tested, extents);
    // Sums of up to a row of values of moderate size, and a few functions on the way.
    double roundings = dtype.unitRoundoff() * (2 * extents[1] + 64);
    new Tolerance(roundings, roundings * 16)
        .check(name + " " + dtype + List.of(extents[0], extents[1]), expected, came);
  }

  private static Graph graph(Build build, DType dtype, long[] extents, UnaryOperator<Node> end) {
    var builder = new GraphBuilder();
    return builder.build(end.apply(build.of(builder.input("x", dtype, extents),
        builder.input("row", dtype, extents[1]), builder.input("column", dtype, extents[0]))));
  }

  private static double[] run(Graph graph, Engine engine, long[] extents) {
    return Engines.runOnRandom(graph, engine, extents[1]);
  }

  @Test
  void oneStepEach() {
    try (Engine engine = Engines.of("native")) {
      CASES.forEach((name, build) -> {
        String plan = engine.explain(graph(build, DType.F32, new long[] {40, 2000}, n -> n));
        int steps = name.contains("transposed") ? 3 : 1;
        assertThat(plan).as(name).contains(steps + " steps").contains("workspace");
      });
    }
  }

  @Test
  void sameBitsForAnyThreads() {
    CASES.forEach((name, build) -> {
      Graph graph = graph(build, DType.F32, new long[] {301, 777}, n -> n);
      double[] first = null;
      for (int threads : new int[] {1, 2, 3, 8}) {
        try (Engine engine = Engines.of("native", threads)) {
          double[] values = run(graph, engine, new long[] {301, 777});
          first = first == null ? values : first;
          assertThat(values).as(name + " with " + threads + " threads").isEqualTo(first);
        }
      }
    });
  }

  @Test
  void gradientsAreFusedAfterTheyAreTaken() {
    try (Engine tested = Engines.of("native"); Engine reference = Engines.of("reference")) {
      var extents = new long[] {6, 50};
      for (String name : List.of("chain", "softmax", "layernorm", "sum of squares")) {
        var builder = new GraphBuilder();
        Node x = builder.input("x", DType.F64, extents);
        Node row = builder.input("row", DType.F64, extents[1]);
        Node column = builder.input("column", DType.F64, extents[0]);
        Node loss = Ops.sum(Ops.square(CASES.get(name).of(x, row, column)));
        Graph graph = builder.build(Gradients.of(loss, List.of(x)).getFirst());
        new Tolerance(1e-12, 1e-12).check(name, run(graph, reference, extents),
            run(graph, tested, extents));
      }
    }
  }

  /** Results that do not fit the caches go past them: the bits are those of their parts. */
  @Test
  void largeResultsHaveTheBitsOfTheirParts() {
    long rows = 2100;
    long columns = 4099;
    try (Engine engine = Engines.of("native", 2)) {
      for (String name : List.of("chain", "softmax", "layernorm", "sum")) {
        Build build = CASES.getOrDefault(name, (x, row, column) -> Ops.add(x, row));
        Graph whole = graph(build, DType.F32, new long[] {rows, columns}, n -> n);
        Graph part = graph(build, DType.F32, new long[] {100, columns}, n -> n);
        var random = new RandomTensors(rows);
        try (Tensor x = random(random, engine, whole, "x");
            Tensor row = random(random, engine, whole, "row");
            Tensor column = random(random, engine, whole, "column");
            Tensor result = only(engine.run(whole,
                Map.of("x", x, "row", row, "column", column)))) {
          for (long first : List.of(0L, 1000L, rows - 100)) {
            try (Tensor some = x.slice(0, first, 100, 1);
                Tensor beside = column.slice(0, first, 100, 1);
                Tensor expected = only(engine.run(part,
                    Map.of("x", some, "row", row, "column", beside)));
                Tensor came = result.slice(0, first, 100, 1)) {
              assertThat(came.toDoubles()).as(name + " from row " + first)
                  .isEqualTo(expected.toDoubles());
            }
          }
        }
      }
    }
  }

  private static Tensor random(RandomTensors random, Engine engine, Graph graph, String input) {
    return random.tensor(engine, graph.inputs().get(input).type(), new Domain(-2, 2));
  }

  private static Tensor only(Map<String, Tensor> results) {
    return results.values().iterator().next();
  }
}
