package org.tensorlogic.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.tensorlogic.einsum.EinsumSpec;
import org.tensorlogic.einsum.Semiring;
import org.tensorlogic.engine.Engine;
import org.tensorlogic.ir.Binary;
import org.tensorlogic.ir.Domain;
import org.tensorlogic.ir.Graph;
import org.tensorlogic.ir.GraphBuilder;
import org.tensorlogic.ir.Node;
import org.tensorlogic.ir.Ops;
import org.tensorlogic.memory.Scope;
import org.tensorlogic.memory.Tensor;
import org.tensorlogic.plan.Step;
import org.tensorlogic.testkit.RandomTensors;
import org.tensorlogic.type.DType;
import org.tensorlogic.type.Shape;

/** Contractions that go on with functions of their result's elements, in one step. */
class EpilogueTest {

  /** Makes a product of some inputs, and what is done to it. */
  private record Case(DType dtype, String spec, Semiring semiring, long[] a, long[] b,
      UnaryOperator<Node> after) {

    Graph graph(boolean keepsProduct) {
      var builder = new GraphBuilder();
      Node product = Ops.einsum(EinsumSpec.parse(spec), semiring,
          List.of(builder.input("a", dtype, a), builder.input("b", dtype, b)));
      Node result = after.apply(product);
      return builder.build(keepsProduct ? Map.of("result", result, "product", product)
          : Map.of("result", result));
    }
  }

  private static Node row(Node like, String name) {
    long columns = like.shape().extents()[like.rank() - 1];
    return Ops.broadcastTo(like.builder().input(name, like.dtype(), columns), like.shape());
  }

  private static Node column(Node like, String name) {
    long rows = like.shape().extents()[like.rank() - 2];
    return Ops.broadcastTo(like.builder().input(name, like.dtype(), rows, 1), like.shape());
  }

  private static Node same(Node like, String name) {
    return like.builder().input(name, like.dtype(), like.shape().extents());
  }

  private static Case sums(String spec, long[] a, long[] b, UnaryOperator<Node> after) {
    return new Case(DType.F32, spec, Semiring.SUM_PRODUCT, a, b, after);
  }

  private static long[] of(long... extents) {
    return extents;
  }

  private static final UnaryOperator<Node> LAYER =
      x -> Ops.relu(Ops.add(x, row(x, "bias")));

  private static Map<String, Case> cases() {
    var cases = new LinkedHashMap<String, Case>();
    cases.put("layer", sums("ik,kj->ij", of(70, 300), of(300, 90), LAYER));
    cases.put("layer of one row", sums("ik,kj->ij", of(1, 300), of(300, 1100), LAYER));
    cases.put("small layer", sums("ik,kj->ij", of(16, 16), of(16, 16), LAYER));
    cases.put("inner products", sums("ik,jk->ij", of(60, 200), of(3, 200), LAYER));
    cases.put("one function", sums("ik,kj->ij", of(20, 30), of(30, 40), Ops::tanh));
    cases.put("second operand", sums("ik,kj->ij", of(20, 30), of(30, 40),
        x -> Ops.sub(same(x, "residual"), x)));
    cases.put("wide", sums("ik,kj->ij", of(130, 20), of(20, 2100),
        x -> Ops.mul(Ops.add(x, same(x, "residual")), column(x, "scale"))));
    cases.put("columns first", sums("ik,kj->ji", of(90, 310), of(310, 70), LAYER));
    cases.put("batch", sums("bik,bkj->bij", of(5, 9, 20), of(5, 20, 30), LAYER));
    cases.put("batch inside", sums("bik,bkj->ibj", of(5, 9, 20), of(5, 20, 30), LAYER));
    cases.put("seen otherwise", sums("bik,bkj->bij", of(5, 9, 20), of(5, 20, 30),
        x -> LAYER.apply(Ops.reshape(x, Shape.of(45, 30)))));
    cases.put("doubles", new Case(DType.F64, "ik,kj->ij", Semiring.SUM_PRODUCT, of(40, 300),
        of(300, 70), LAYER));
    cases.put("shortest ways", new Case(DType.F32, "ik,kj->ij", Semiring.MIN_PLUS, of(40, 30),
        of(30, 70), x -> Ops.binary(Binary.MIN, x, same(x, "known"))));
    cases.put("logarithms", new Case(DType.F32, "ik,kj->ij", Semiring.LOG_SUM_EXP, of(40, 30),
        of(30, 70), LAYER));
    return cases;
  }

  private static Map<String, double[]> run(Engine engine, Graph graph) {
    var random = new RandomTensors(3);
    try (var scope = new Scope()) {
      var inputs = new LinkedHashMap<String, Tensor>();
      graph.inputs().forEach((name, node) -> inputs.put(name,
          scope.own(random.tensor(engine, node.type(), new Domain(-2, 2)))));
      var results = new LinkedHashMap<String, double[]>();
      engine.run(graph, inputs).forEach((name, tensor) ->
          results.put(name, scope.own(tensor).toDoubles()));
      return results;
    }
  }

  private static long steps(Engine engine, Graph graph) {
    return engine.compile(graph).program().steps().stream()
        .filter(step -> ((Step.Run) step).flops() > 0).count();
  }

  /** With the product as an output, the same is done in a step of its own. */
  @TestFactory
  Stream<DynamicTest> oneStepHasTheBitsOfTwoWithAnyThreads() {
    return cases().entrySet().stream().map(entry -> DynamicTest.dynamicTest(entry.getKey(), () -> {
      Case it = entry.getValue();
      double[] expected;
      try (Engine engine = Engines.of("native", 1)) {
        assertThat(steps(engine, it.graph(true))).isEqualTo(2);
        expected = run(engine, it.graph(true)).get("result");
      }
      for (int threads : List.of(1, 2, 5)) {
        try (Engine engine = Engines.of("native", threads)) {
          assertThat(run(engine, it.graph(false)).get("result")).as("%d threads", threads)
              .isEqualTo(expected);
        }
      }
      try (Engine engine = Engines.of("native", 1)) {
        assertThat(steps(engine, it.graph(false))).isEqualTo(1);
        assertThat(engine.explain(it.graph(false))).contains(" + ");
      }
    }));
  }

  @Test
  void whatIsReadElsewhereOrChangesItsWidthStaysAStep() {
    try (Engine engine = Engines.of("native", 1)) {
      Graph twice = sums("ik,kj->ij", of(20, 30), of(30, 40),
          x -> Ops.einsum("ij,kj->ik", Ops.tanh(x), x)).graph(false);
      Graph part = sums("ik,kj->ij", of(20, 30), of(30, 40),
          x -> Ops.tanh(Ops.slice(x, 0, 0, 10, 1))).graph(false);
      Graph truth = sums("ik,kj->ij", of(20, 30), of(30, 40),
          x -> Ops.binary(Binary.GT, x, same(x, "least"))).graph(false);
      Graph moved = sums("ik,kj->ij", of(20, 30), of(30, 40),
          x -> Ops.tanh(Ops.permute(x, List.of(1, 0)))).graph(false);
      for (Graph graph : List.of(twice, part, truth, moved)) {
        assertThat(engine.compile(graph).program().steps()).noneMatch(step ->
            ((Step.Run) step).kernel().name().contains(" + "));
      }
    }
  }

  /** Few products and many functions: more threads share the functions alone. */
  @Test
  void functionsThatMoreThreadsCanShareStayAStep() {
    Graph graph = sums("ik,kj->ij", of(300, 1), of(1, 300), x -> Ops.gelu(Ops.tanh(x)))
        .graph(false);
    try (Engine engine = Engines.of("native", 4)) {
      assertThat(steps(engine, graph)).isEqualTo(2);
    }
  }
}
