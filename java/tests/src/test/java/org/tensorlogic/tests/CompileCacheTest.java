package org.tensorlogic.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.tensorlogic.engine.Compiled;
import org.tensorlogic.engine.CompileStatistics;
import org.tensorlogic.engine.Engine;
import org.tensorlogic.engine.EngineConfig;
import org.tensorlogic.error.Origin;
import org.tensorlogic.ir.Graph;
import org.tensorlogic.ir.GraphBuilder;
import org.tensorlogic.ir.GraphKey;
import org.tensorlogic.ir.Literal;
import org.tensorlogic.ir.Node;
import org.tensorlogic.ir.Ops;
import org.tensorlogic.ir.Unary;
import org.tensorlogic.memory.Tensor;
import org.tensorlogic.type.DType;
import org.tensorlogic.type.Dim;
import org.tensorlogic.type.TensorType;

/** Which graphs count as equal, what is kept of them, and what leaves first. */
class CompileCacheTest {

  private static Graph scaled(double factor) {
    return scaled("x", "y", DType.F32, factor, Origin.UNKNOWN);
  }

  private static Graph scaled(String input, String output, DType dtype, double factor,
      Origin origin) {
    var builder = new GraphBuilder();
    builder.at(origin);
    Node x = builder.input(input, dtype, 2, 3);
    return builder.build(Map.of(output, Ops.mul(Ops.exp(x), Ops.scalar(x, factor))));
  }

  private static Engine engine(long compiledBytesMax) {
    return Engine.create(EngineConfig.defaults().withProvider("reference").withThreads(2)
        .withCompiledBytesMax(compiledBytesMax));
  }

  private static double[] run(Compiled compiled, Engine engine, float... elements) {
    try (Tensor x = engine.tensor(elements, 2, elements.length / 2);
        Tensor y = compiled.run(x)) {
      return y.toDoubles();
    }
  }

  @Test
  void equalGraphsShareTheirPlans() {
    try (Engine engine = engine(1 << 20)) {
      Graph again = scaled(3);
      Compiled first = engine.compile(scaled(3));
      Compiled second = engine.compile(again);
      assertThat(run(first, engine, 0, 0, 0, 0, 0, 0)).containsOnly(3);
      assertThat(run(second, engine, 0, 0, 0, 0, 0, 0)).containsOnly(3);
      assertThat(second.graph()).isSameAs(again);
      assertThat(second.plans()).hasSize(1);
      CompileStatistics statistics = engine.compilations();
      assertThat(statistics.hits()).isEqualTo(1);
      assertThat(statistics.misses()).isEqualTo(1);
      assertThat(statistics.graphs()).isEqualTo(1);
      assertThat(statistics.nanos()).isPositive();
    }
  }

  @Test
  void statisticsTellNodesAndPlans() {
    var builder = new GraphBuilder();
    Node x = builder.input("x", DType.F32, Dim.of("rows"), Dim.of("columns"));
    Graph graph = builder.build(Ops.neg(Ops.neg(Ops.exp(x)))); // 4 nodes, of which 2 stay
    try (Engine engine = engine(1 << 20)) {
      Compiled compiled = engine.compile(graph);
      engine.compile(graph); // found, so nothing is counted again
      assertThat(engine.compilations().plans()).isZero();
      assertThat(engine.compilations().planNanos()).isZero();
      run(compiled, engine, 1, 2, 3, 4);
      run(compiled, engine, 5, 6, 7, 8);
      run(compiled, engine, 1, 2, 3, 4, 5, 6);
      try (Tensor single = engine.tensor(new float[100]);
          Tensor _ = engine.unary(Unary.EXP, single)) {
        CompileStatistics statistics = engine.compilations();
        assertThat(statistics.nodesBefore()).isEqualTo(4);
        assertThat(statistics.nodesAfter()).isEqualTo(2);
        assertThat(statistics.plans()).isEqualTo(2);
        assertThat(statistics.planNanos()).isPositive();
      }
      engine.compile(scaled(3));
      assertThat(engine.compilations().nodesBefore()).isEqualTo(4 + GraphKey.of(scaled(3))
          .nodeCount());
    }
  }

  @Test
  void graphsThatDifferInAnythingDiffer() {
    var graphs = new LinkedHashMap<String, Supplier<Graph>>();
    graphs.put("as it is", () -> scaled(3));
    graphs.put("constant", () -> scaled(4));
    graphs.put("negative zero", () -> scaled(-0.0));
    graphs.put("zero", () -> scaled(0.0));
    graphs.put("input", () -> scaled("z", "y", DType.F32, 3, Origin.UNKNOWN));
    graphs.put("output", () -> scaled("x", "z", DType.F32, 3, Origin.UNKNOWN));
    graphs.put("dtype", () -> scaled("x", "y", DType.F64, 3, Origin.UNKNOWN));
    graphs.put("place", () -> scaled("x", "y", DType.F32, 3, new Origin("a.tl", 3, 1, "y")));
    graphs.put("order of operands", () -> {
      var builder = new GraphBuilder();
      Node x = builder.input("x", DType.F32, 2, 3);
      return builder.build(Map.of("y", Ops.mul(Ops.scalar(x, 3), Ops.exp(x))));
    });
    graphs.put("attribute", () -> {
      var builder = new GraphBuilder();
      return builder.build(Ops.sum(builder.input("x", DType.F32, 3, 3), 0));
    });
    graphs.put("another attribute", () -> {
      var builder = new GraphBuilder();
      return builder.build(Ops.sum(builder.input("x", DType.F32, 3, 3), 1));
    });
    graphs.forEach((name, graph) -> graphs.forEach((other, that) ->
        assertThat(GraphKey.of(graph.get()).equals(GraphKey.of(that.get())))
            .as(name + " and " + other).isEqualTo(name.equals(other))));
  }

  @Test
  void theLeastRecentlyUsedLeavesFirst() {
    long one = GraphKey.of(scaled(1)).nodeCount() * 1024 + 3 * GraphKey.of(scaled(1))
        .constantBytes();
    try (Engine engine = engine(3 * one)) {
      Compiled oldest = engine.compile(scaled(1));
      engine.compile(scaled(2));
      engine.compile(scaled(3));
      engine.compile(scaled(1));
      engine.compile(scaled(4)); // drives out 2
      assertThat(engine.compilations().bytes()).isEqualTo(3 * one);
      assertThat(engine.compilations().evictions()).isEqualTo(1);
      engine.compile(scaled(1));
      engine.compile(scaled(3));
      assertThat(engine.compilations().hits()).isEqualTo(3);
      engine.compile(scaled(2)); // drives out 4, then others
      engine.compile(scaled(5));
      engine.compile(scaled(6));
      engine.compile(scaled(7));
      assertThat(engine.compilations().misses()).isEqualTo(8);
      assertThat(run(oldest, engine, 0, 0, 0, 0, 0, 0)).containsOnly(1);
    }
  }

  @Test
  void whatIsLargerThanAllIsNotKept() {
    try (Engine engine = engine(10_000)) {
      var builder = new GraphBuilder();
      Node large = builder.constant(TensorType.of(DType.F64, 2000),
          Literal.of(new double[2000]));
      Graph graph = builder.build(Ops.sum(large));
      try (Tensor sum = engine.run(graph, Map.of()).values().iterator().next()) {
        assertThat(sum.toDoubles()).containsExactly(0);
      }
      assertThat(engine.compilations().graphs()).isZero();
      assertThat(engine.compilations().bytes()).isZero();
    }
    try (Engine engine = engine(0)) {
      engine.compile(scaled(1));
      engine.compile(scaled(1));
      assertThat(engine.compilations().hits()).isZero();
    }
    assertThatThrownBy(() -> EngineConfig.defaults().withCompiledBytesMax(-1))
        .hasMessageContaining("compiledBytesMax -1 is negative")
        .hasMessageContaining("0 to keep no compiled graph");
  }

  @Test
  void plansSayWhyTheyWereMade() {
    var builder = new GraphBuilder();
    Node x = builder.input("x", DType.F32, Dim.of("rows"), Dim.of("columns"));
    Graph graph = builder.build(Ops.exp(x));
    try (Engine engine = engine(1 << 20)) {
      Compiled compiled = engine.compile(graph);
      run(compiled, engine, 1, 2, 3, 4);
      run(compiled, engine, 5, 6, 7, 8);
      run(compiled, engine, 1, 2, 3, 4, 5, 6);
      run(compiled, engine, 1, 2, 3, 4);
      assertThat(compiled.plans()).hasSize(2);
      assertThat(compiled.plans().get(0)).startsWith("plan 1, ").endsWith(": the first");
      assertThat(compiled.plans().get(1)).startsWith("plan 2, ").endsWith(
          ": input \"x\" is [2, 3] strides [3, 1] at 0, it was [2, 2] strides [2, 1] at 0");
    }
  }

  @Test
  void manyThreadsCompileOneGraph() throws Exception {
    try (Engine engine = engine(1 << 20); var threads = Executors.newFixedThreadPool(50)) {
      var results = new ArrayList<Future<double[]>>();
      for (int i = 0; i < 200; i++) {
        results.add(threads.submit(() ->
            run(engine.compile(scaled(2)), engine, 0, 0, 0, 0, 0, 0)));
      }
      for (var result : results) {
        assertThat(result.get()).containsOnly(2);
      }
      CompileStatistics statistics = engine.compilations();
      assertThat(statistics.hits() + statistics.misses()).isEqualTo(200);
      assertThat(statistics.graphs()).isEqualTo(1);
      assertThat(engine.compile(scaled(2)).plans()).hasSize(1);
    }
  }
}
