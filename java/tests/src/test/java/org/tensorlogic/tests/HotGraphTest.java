package org.tensorlogic.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.tensorlogic.engine.Compiled;
import org.tensorlogic.engine.Engine;
import org.tensorlogic.engine.EngineConfig;
import org.tensorlogic.exec.JitConfig;
import org.tensorlogic.exec.JitStatistics;
import org.tensorlogic.ir.Domain;
import org.tensorlogic.ir.Graph;
import org.tensorlogic.ir.GraphBuilder;
import org.tensorlogic.ir.Node;
import org.tensorlogic.ir.Ops;
import org.tensorlogic.ir.Reduction;
import org.tensorlogic.ir.Unary;
import org.tensorlogic.ir.Verifier;
import org.tensorlogic.memory.Scope;
import org.tensorlogic.memory.Tensor;
import org.tensorlogic.plan.NamedExtents;
import org.tensorlogic.rewrite.OptimizationLevel;
import org.tensorlogic.rewrite.Specialization;
import org.tensorlogic.testkit.RandomTensors;
import org.tensorlogic.testkit.Tolerance;
import org.tensorlogic.type.DType;
import org.tensorlogic.type.Dim;
import org.tensorlogic.type.Layout;
import org.tensorlogic.type.Shape;
import org.tensorlogic.type.TensorType;

/** Graphs that run often on the same layouts are compiled anew for these. */
class HotGraphTest {

  private static final int EXTENT = 9;
  private static final int NODES = 20;
  private static final Dim N = Dim.of("n");
  private static final Dim M = Dim.of("m");

  private static Engine engine(String provider, UnaryOperator<JitConfig> terms) {
    var config = EngineConfig.defaults().withThreads(2).withMemoryBytesMax(2L << 30);
    config = config.withJit(terms.apply(config.jit()));
    return Engine.create(provider.equals("native") ? config : config.withProvider(provider));
  }

  /** {@code (a c) x}: which product comes first depends on extents. */
  private static Graph lowRank() {
    var builder = new GraphBuilder();
    Node a = builder.input("a", DType.F64, N, Dim.of(2));
    Node c = builder.input("c", DType.F64, Dim.of(2), N);
    return builder.build(Ops.matmul(Ops.matmul(a, c), builder.input("x", DType.F64, N, M)));
  }

  private static Graph softmax() {
    var builder = new GraphBuilder();
    Node x = builder.input("x", DType.F64, N, M);
    Node exp = Ops.exp(x);
    return builder.build(Ops.div(exp,
        Ops.insertAxes(Ops.sum(exp, 1), exp.shape(), List.of(1))));
  }

  private static Graph attention() {
    var builder = new GraphBuilder();
    Node q = builder.input("q", DType.F32, N, M, Dim.of(8));
    Node k = builder.input("k", DType.F32, N, M, Dim.of(8));
    Node exp = Ops.exp(Ops.einsum("bqd,bkd->bqk", q, k));
    Node sums = Ops.insertAxes(Ops.sum(exp, 2), exp.shape(), List.of(2));
    return builder.build(Ops.einsum("bqk,bkd->bqd", Ops.div(exp, sums), k));
  }

  private static Tensor[] inputs(Graph graph, Engine engine, Scope scope, long n, long m) {
    var random = new RandomTensors(100 * n + m);
    return graph.inputs().values().stream().map(node -> scope.own(random.tensor(engine,
        node.type().as(node.shape().bind(Map.of("n", n, "m", m))), new Domain(-1, 1))))
        .toArray(Tensor[]::new);
  }

  private static double[] run(Compiled compiled, Engine engine, long n, long m) {
    try (var scope = new Scope()) {
      var inputs = inputs(compiled.graph(), engine, scope, n, m);
      return scope.own(compiled.run(inputs)).toDoubles();
    }
  }

  private static List<Layout> layouts(Graph graph, long n, long m) {
    return graph.inputs().values().stream().map(node -> Layout.contiguous(
        node.shape().bind(Map.of("n", n, "m", m)).extents())).toList();
  }

  @Test
  void theRunAfterTheThresholdIsSpecialised() {
    try (Engine engine = engine("reference", terms -> terms.withHotThreshold(3))) {
      Compiled compiled = engine.compile(lowRank());
      assertThat(engine.compile(lowRank()).explain(layouts(lowRank(), 7, 3)))
          .contains("specialised after 3 runs on these layouts, 0 so far")
          .contains("[7, 7] <-").doesNotContain("[2, 3] <-");
      double[] first = run(compiled, engine, 7, 3);
      for (int i = 0; i < 9; i++) {
        new Tolerance(1e-13, 1e-13).check("run " + i, first, run(compiled, engine, 7, 3));
      }
      JitStatistics counts = engine.compilations().hot();
      assertThat(counts.generalRuns()).isEqualTo(3);
      assertThat(counts.specializedRuns()).isEqualTo(7);
      assertThat(counts.made()).isEqualTo(1);
      assertThat(counts.nanos()).isPositive();
      assertThat(compiled.explain(layouts(lowRank(), 7, 3)))
          .startsWith("specialised: 5 nodes -> 4, 1 rewrites: einsum-of-einsum 1\n")
          .contains("[2, 3] <-");
      assertThat(compiled.plans()).hasSize(2);
      assertThat(compiled.plans().getLast()).startsWith("plan 2, ").contains(
          " ms: specialised for input \"a\" [7, 2] strides [2, 1] at 0, input \"c\" [2, 7]")
          .endsWith("; 5 nodes -> 4, 1 rewrites: einsum-of-einsum 1");
      // Other extents are counted by themselves, and other strides as well.
      run(compiled, engine, 7, 4);
      assertThat(engine.compilations().hot().generalRuns()).isEqualTo(4);
    }
  }

  @Test
  void scoresOfKnownExtentsAreNeverWhole() {
    try (Engine engine = engine("native", terms -> terms.withHotThreshold(1))) {
      Compiled compiled = engine.compile(attention());
      double[] general = run(compiled, engine, 8, 200);
      assertThat(compiled.program(layouts(attention(), 8, 200)).workspaceBytes())
          .isGreaterThanOrEqualTo(8 * 200 * 200 * 4);
      new Tolerance(1e-5, 1e-5).check("attention", general, run(compiled, engine, 8, 200));
      assertThat(compiled.program(layouts(attention(), 8, 200)).workspaceBytes()).isZero();
      assertThat(compiled.explain(layouts(attention(), 8, 200))).contains("stay inside");
    }
  }

  @Test
  void whatKnownExtentsDoNotChangeStays() {
    try (Engine engine = engine("reference", terms -> terms.withHotThreshold(1))) {
      Compiled compiled = engine.compile(softmax());
      for (int i = 0; i < 5; i++) {
        run(compiled, engine, 5, 70);
      }
      JitStatistics counts = engine.compilations().hot();
      assertThat(List.of(counts.made(), counts.unchanged(), counts.generalRuns()))
          .containsExactly(0L, 1L, 5L);
      assertThat(compiled.plans()).hasSize(1);
      assertThat(compiled.explain(layouts(softmax(), 5, 70)))
          .contains("a specialised plan would be the same");
    }
  }

  @Test
  void theOneThatRanLongestAgoMakesRoom() {
    try (Engine engine = engine("reference",
        terms -> terms.withHotThreshold(0).withSpecializationsMax(2))) {
      Compiled compiled = engine.compile(lowRank());
      for (long n : new long[] {5, 6, 5, 7}) {
        run(compiled, engine, n, 1);
      }
      assertThat(compiled.plans().get(compiled.plans().size() - 2))
          .startsWith("dropped, 2 others ran since: specialised for input \"a\" [6, 2]");
      JitStatistics counts = engine.compilations().hot();
      assertThat(counts.made()).isEqualTo(3);
      assertThat(counts.dropped()).isEqualTo(1);
      run(compiled, engine, 5, 1);
      assertThat(engine.compilations().hot().made()).isEqualTo(3);
      run(compiled, engine, 6, 1); // hot again from its first run, as the threshold says
      assertThat(engine.compilations().hot().made()).isEqualTo(4);
    }
  }

  @Test
  void whatIsColdIsDropped() {
    try (Engine engine = engine("reference",
        terms -> terms.withHotThreshold(1).withProfilingWindow(4))) {
      Compiled compiled = engine.compile(lowRank());
      run(compiled, engine, 5, 1);
      run(compiled, engine, 5, 1);
      for (int i = 0; i < 3; i++) {
        run(compiled, engine, 6 + i, 1);
      }
      assertThat(engine.compilations().hot().dropped()).isZero();
      run(compiled, engine, 9, 1);
      assertThat(engine.compilations().hot().dropped()).isEqualTo(1);
      assertThat(compiled.plans().getLast()).startsWith(
          "dropped, not used in 4 runs: specialised for input \"a\" [5, 2]");
      assertThat(compiled.explain(layouts(lowRank(), 5, 1)))
          .contains("specialised after 1 runs on these layouts, 0 so far");
      for (int i = 0; i < 20; i++) {
        run(compiled, engine, 5, 1);
      }
      JitStatistics counts = engine.compilations().hot();
      assertThat(List.of(counts.made(), counts.dropped())).containsExactly(2L, 1L);
    }
  }

  @Test
  void aBoundGraphIsHotAtOnce() {
    try (Engine engine = engine("reference", terms -> terms); var scope = new Scope()) {
      Compiled compiled = engine.compile(lowRank());
      Tensor[] inputs = inputs(lowRank(), engine, scope, 7, 3);
      try (var bound = compiled.bind(inputs)) {
        assertThat(engine.compilations().hot().made()).isEqualTo(1);
        bound.run();
        double[] values = bound.output().toDoubles();
        for (int i = 0; i < 200; i++) {
          run(compiled, engine, 8, 3); // its specialisation becomes cold
        }
        assertThat(engine.compilations().hot().dropped()).isEqualTo(1);
        bound.run();
        assertThat(bound.output().toDoubles()).isEqualTo(values);
      }
    }
  }

  @Test
  void knownExtentsAreSpecialisedForAnotherLevelOnly() {
    var builder = new GraphBuilder();
    Node x = builder.input("x", DType.F64, 4, 3);
    Graph graph = builder.build(Ops.neg(Ops.neg(Ops.exp(Ops.log(Ops.exp(x))))));
    try (Engine engine = engine("reference", terms -> terms.withHotThreshold(1))) {
      for (int i = 0; i < 5; i++) {
        run(engine.compile(graph), engine, 0, 0);
      }
      assertThat(engine.compilations().hot().generalRuns()).isZero();
    }
    try (Engine engine = engine("reference", terms -> terms.withHotThreshold(1)
        .withLevels(OptimizationLevel.NONE, OptimizationLevel.AGGRESSIVE))) {
      Compiled compiled = engine.compile(graph);
      double[] first = run(compiled, engine, 0, 0);
      assertThat(compiled.program().steps()).hasSize(5);
      new Tolerance(1e-14, 0).check("aggressive", first, run(compiled, engine, 0, 0));
      assertThat(compiled.program().steps()).hasSize(1);
      assertThat(compiled.optimised().graph()).isSameAs(graph);
    }
  }

  @Test
  void randomGraphsKeepTheirValues() {
    int made = 0;
    var levels = List.of(OptimizationLevel.MODERATE, OptimizationLevel.AGGRESSIVE);
    for (OptimizationLevel level : levels) {
      try (Engine none = Engines.of("reference", OptimizationLevel.NONE);
          Engine engine = engine("native", terms -> terms.withHotThreshold(1)
              .withLevels(level == OptimizationLevel.MODERATE ? level : OptimizationLevel.NONE,
                  level))) {
        for (int seed = 0; seed < 60; seed++) {
          compare(seed, none, engine);
        }
        made += (int) engine.compilations().hot().made();
      }
    }
    assertThat(made).isGreaterThan(100);
  }

  /** All values lie within 1; each node adds roundings of a sum over at most two axes. */
  private static void compare(int seed, Engine none, Engine engine) {
    Tolerance tolerance = Tolerance.ofSum(DType.F64, EXTENT * EXTENT, 2, 4).plus(
        new Tolerance(0, 0x1p-53 * 256 * NODES * EXTENT * EXTENT));
    Graph graph = graph(new RandomTensors(seed));
    Compiled compiled = engine.compile(graph);
    for (long n : new long[] {1 + seed % EXTENT, EXTENT}) {
      long m = 1 + seed * 7L % EXTENT;
      Map<String, Long> extents = NamedExtents.of(graph, layouts(graph, n, m));
      Verifier.verify(Specialization.of(graph, extents));
      Verifier.verify(Specialization.of(compiled.optimised().graph(), extents));
      double[] expected = run(none.compile(graph), none, n, m);
      for (int i = 0; i < 3; i++) {
        tolerance.check("seed %d run %d n %d m %d of\n%s".formatted(seed, i, n, m, graph),
            expected, run(compiled, engine, n, m));
      }
    }
  }

  @Test
  void basicKeepsTheBits() {
    try (Engine none = Engines.of("reference", OptimizationLevel.NONE);
        Engine engine = engine("reference", terms -> terms.withHotThreshold(0)
            .withLevels(OptimizationLevel.NONE, OptimizationLevel.BASIC))) {
      for (int seed = 0; seed < 150; seed++) {
        Graph graph = graph(new RandomTensors(seed));
        assertThat(run(engine.compile(graph), engine, 5, 1)).as("seed " + seed)
            .containsExactly(run(none.compile(graph), none, 5, 1));
      }
      assertThat(engine.compilations().hot().made()).isPositive();
    }
  }

  private static Graph graph(RandomTensors random) {
    var builder = new GraphBuilder();
    var nodes = new ArrayList<Node>(List.of(builder.input("x", DType.F64, N, M),
        builder.input("y", DType.F64, M, N), builder.input("z", DType.F64, N, Dim.of(2)),
        builder.input("w", DType.F64, Dim.of(2), N)));
    while (nodes.size() < 4 + random.between(2, NODES)) {
      nodes.add(next(random, nodes));
    }
    return builder.build(nodes.getLast());
  }

  /** A matrix made of earlier ones, its elements within -1 and 1. */
  private static Node next(RandomTensors random, List<Node> nodes) {
    Node a = nodes.get(random.between(Math.max(0, nodes.size() - 5), nodes.size() - 1));
    Node same = pick(random, nodes.stream().filter(b -> b.shape().equals(a.shape())).toList());
    Node right = pick(random, nodes.stream()
        .filter(b -> b.shape().dim(0).equals(a.shape().dim(1))).toList());
    Node small = Ops.scalar(a, 1.0 / 16);
    int axis = random.between(0, 1);
    return switch (random.between(0, 9)) {
      case 0 -> Ops.unary(List.of(Unary.SIN, Unary.TANH, Unary.ABS, Unary.NEG)
          .get(random.between(0, 3)), a);
      case 1 -> Ops.mul(a, same);
      case 2 -> Ops.mul(Ops.scalar(a, 0.5), Ops.add(a, same));
      case 3 -> Ops.permute(a, List.of(1, 0));
      case 4, 5 -> Ops.mul(small, Ops.matmul(a, right));
      case 6 -> Ops.mul(small, Ops.broadcast(Ops.sum(a, axis), a.shape(), List.of(1 - axis)));
      case 7 -> Ops.mul(small, Ops.mul(small, Ops.sum(Ops.broadcast(a, new Shape(
          List.of(a.shape().dim(0), N, a.shape().dim(1))), List.of(0, 2)), 1)));
      case 8 -> Ops.broadcast(Ops.reduce(Reduction.MAX, a, List.of(axis)), a.shape(),
          List.of(1 - axis));
      default -> Ops.reshape(Ops.tanh(Ops.reshape(a, new Shape(List.of(a.shape().product())))),
          a.shape());
    };
  }

  private static Node pick(RandomTensors random, List<Node> nodes) {
    return nodes.get(random.between(0, nodes.size() - 1));
  }

  /** Specialisations come and go under the runs that use them. */
  @Test
  void manyThreadsShareAHotGraph() throws Exception {
    int runs = 2000;
    try (Engine engine = engine("native", terms -> terms.withHotThreshold(1)
        .withSpecializationsMax(2).withProfilingWindow(7)); var scope = new Scope();
        var threads = Executors.newFixedThreadPool(8)) {
      Graph graph = lowRank();
      Compiled compiled = engine.compile(graph);
      var inputs = new ArrayList<Tensor[]>();
      var expected = new ArrayList<double[]>();
      for (int n = 0; n < 6; n++) {
        inputs.add(inputs(graph, engine, scope, 40 + n, 3));
        expected.add(scope.own(compiled.run(inputs.getLast())).toDoubles());
      }
      var results = new ArrayList<Future<double[]>>();
      for (int i = 0; i < runs; i++) {
        int which = i / 7 % 6;
        results.add(threads.submit(() -> {
          try (Tensor result = compiled.run(inputs.get(which))) {
            return result.toDoubles();
          }
        }));
      }
      for (int i = 0; i < runs; i++) {
        new Tolerance(1e-12, 1e-12).check("run " + i, expected.get(i / 7 % 6),
            results.get(i).get());
      }
      JitStatistics counts = engine.compilations().hot();
      assertThat(counts.generalRuns() + counts.specializedRuns()).isEqualTo(runs + 6);
      assertThat(counts.made() - counts.dropped()).isBetween(0L, 2L);
      assertThat(counts.dropped()).isPositive();
      engine.compile(graph);
    }
  }

  @Test
  void threadsThatBindShareOneSpecialisation() throws Exception {
    try (Engine engine = engine("reference", terms -> terms); var scope = new Scope();
        var threads = Executors.newFixedThreadPool(8)) {
      Graph graph = lowRank();
      Compiled compiled = engine.compile(graph);
      Tensor[] inputs = inputs(graph, engine, scope, 9, 3);
      var results = new ArrayList<Future<double[]>>();
      for (int i = 0; i < 16; i++) {
        results.add(threads.submit(() -> {
          try (var bound = compiled.bind(inputs)) {
            bound.run();
            return bound.output().toDoubles();
          }
        }));
      }
      double[] first = results.getFirst().get();
      for (var result : results) {
        assertThat(Arrays.equals(first, result.get())).isTrue();
      }
      assertThat(engine.compilations().hot().made()).isEqualTo(1);
    }
  }

  /** Frames of plans that are no longer kept give their workspace back. */
  @Test
  void droppedSpecialisationsHoldNoMemory() {
    try (Engine engine = engine("native", terms -> terms.withHotThreshold(0)
        .withSpecializationsMax(1))) {
      Compiled compiled = engine.compile(lowRank());
      for (long n = 100; n < 120; n++) {
        run(compiled, engine, n, 100);
      }
      assertThat(engine.memory().usedBytes()).isLessThan(2 * 8 * 2 * 100);
    }
  }

  @Test
  void termsAreChecked() {
    JitConfig terms = EngineConfig.defaults().jit();
    assertThatThrownBy(() -> terms.withHotThreshold(-1)).hasMessageContaining("hotThreshold -1");
    assertThatThrownBy(() -> terms.withSpecializationsMax(-1))
        .hasMessageContaining("specializationsMax -1");
    assertThatThrownBy(() -> terms.withProfilingWindow(0))
        .hasMessageContaining("profilingWindow 0 is below 1");
    assertThatThrownBy(() -> terms.withLevels(OptimizationLevel.MODERATE, OptimizationLevel.BASIC))
        .hasMessageContaining("hot level basic is below the initial moderate");
    var builder = new GraphBuilder();
    Node x = builder.input("x", new TensorType(DType.F64, new Shape(List.of(N))));
    try (Engine engine = engine("reference", jit -> jit.withSpecializationsMax(0))) {
      Compiled compiled = engine.compile(builder.build(Ops.exp(x)));
      for (int i = 0; i < 20; i++) {
        run(compiled, engine, 3, 3);
      }
      assertThat(engine.compilations().hot())
          .isEqualTo(new JitStatistics(0, 0, 0, 0, 0, 0));
    }
  }
}
