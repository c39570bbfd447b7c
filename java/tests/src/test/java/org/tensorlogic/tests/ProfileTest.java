package org.tensorlogic.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.lang.foreign.ValueLayout;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.tensorlogic.einsum.EinsumSpec;
import org.tensorlogic.einsum.Semiring;
import org.tensorlogic.engine.Engine;
import org.tensorlogic.engine.EngineConfig;
import org.tensorlogic.error.TensorLogicException;
import org.tensorlogic.exec.Profile;
import org.tensorlogic.exec.StepProfile;
import org.tensorlogic.ir.Domain;
import org.tensorlogic.ir.Graph;
import org.tensorlogic.ir.GraphBuilder;
import org.tensorlogic.ir.Literal;
import org.tensorlogic.ir.Loop;
import org.tensorlogic.ir.Node;
import org.tensorlogic.ir.Ops;
import org.tensorlogic.ir.Reduction;
import org.tensorlogic.memory.CacheLevels;
import org.tensorlogic.memory.Scope;
import org.tensorlogic.memory.Tensor;
import org.tensorlogic.plan.Schedule;
import org.tensorlogic.plan.StepCost;
import org.tensorlogic.testkit.RandomTensors;
import org.tensorlogic.type.DType;
import org.tensorlogic.type.TensorType;

/** Where the time of a graph's runs went, and what may make its steps faster. */
class ProfileTest {

  private static final int RUNS = 20;
  /** Iterations of {@link #loop}: the state doubles to 2 to the power of one less, then stays. */
  private static final int ITERATIONS = 11;

  /** A product that takes nearly all the time, after and before functions of few elements. */
  private static Graph dominated() {
    var builder = new GraphBuilder();
    Node x = builder.input("x", DType.F32, 192, 192);
    Node row = builder.input("row", DType.F32, 192);
    var outputs = new LinkedHashMap<String, Node>();
    outputs.put("row", Ops.sin(row));
    outputs.put("product", Ops.matmul(x, Ops.permute(x, List.of(1, 0))));
    outputs.put("last", Ops.cos(row));
    return builder.build(outputs);
  }

  private static Graph loop() {
    var body = new GraphBuilder();
    Node h = body.input("h", DType.F64, 8);
    Node next = Ops.min(Ops.add(h, h), Ops.scalar(h, 1 << ITERATIONS - 1));
    var outputs = new LinkedHashMap<String, Node>();
    outputs.put("change", Ops.reduce(Reduction.MAX, Ops.abs(Ops.sub(next, h)), List.of(0)));
    outputs.put("h", next);
    Graph once = body.build(outputs);
    var builder = new GraphBuilder();
    Node x = builder.input("x", DType.F64, 8);
    Node one = Ops.max(x, Ops.scalar(x, 1)); // inputs are at most 1
    return builder.build(Ops.neg(builder.add(new Loop(once, "doubling", 100, 0, 0), one)));
  }

  /** Softmax of scores times values; 1031 rows, so that the last block is shorter. */
  private static Graph blocks() {
    var builder = new GraphBuilder();
    Node x = builder.input("x", DType.F32, 1031, 8);
    Node exp = Ops.exp(Ops.einsum("qd,kd->qk", x, x));
    Node sums = Ops.insertAxes(Ops.sum(exp, 1), exp.shape(), List.of(1));
    return builder.build(Ops.einsum("qk,kd->qd", Ops.div(exp, sums), x));
  }

  private static Tensor[] inputs(Engine engine, Graph graph, Scope scope) {
    var random = new RandomTensors(11);
    return graph.inputs().values().stream()
        .map(node -> scope.own(random.tensor(engine, node.type(), new Domain(-1, 1))))
        .toArray(Tensor[]::new);
  }

  private static Profile profile(Engine engine, Graph graph) {
    try (var scope = new Scope(); var bound =
        engine.compile(graph).bind(inputs(engine, graph, scope))) {
      bound.run();
      return bound.profile(RUNS);
    }
  }

  private static void requireSound(Profile profile) {
    long sum = profile.steps().stream().mapToLong(step -> step.times().nanos()).sum();
    assertThat(profile.times().count()).isEqualTo(RUNS);
    assertThat(sum).isBetween(1L, profile.times().nanos());
    assertThat(profile.times().parallelism()).isBetween(0.0, (double) profile.threads());
    for (StepProfile step : profile.hotspots()) {
      var times = step.times();
      assertThat(times.count()).isGreaterThanOrEqualTo(RUNS);
      assertThat(times.nanosMin()).isPositive();
      assertThat(times.nanosMedian()).isBetween(times.nanosMin(), times.nanosMax());
      assertThat(times.nanos()).isBetween(times.count() * times.nanosMin(),
          times.count() * times.nanosMax());
      assertThat(step.share()).isPositive();
      assertThat(times.busyNanos()).isPositive();
      assertThat(times.threads()).isBetween(1, profile.threads());
    }
  }

  /** With one run the median of a step is all its time, but for loops and blocks. */
  @Test
  void theStepsOfOneRunAddUpToIt() {
    try (Engine engine = Engines.of("native"); var scope = new Scope()) {
      for (Graph graph : List.of(dominated(), loop(), blocks())) {
        try (var bound = engine.compile(graph).bind(inputs(engine, graph, scope))) {
          Profile profile = bound.profile(1);
          long sum = profile.steps().stream().mapToLong(step -> step.times().nanos()).sum();
          double shares = profile.steps().stream().mapToDouble(StepProfile::share).sum();
          assertThat(shares).isCloseTo((double) sum / profile.times().nanos(), within(1e-9));
          assertThat(shares + profile.shareBetweenSteps()).isCloseTo(1, within(1e-9));
        }
      }
    }
  }

  @Test
  void theDominantStepComesFirst() {
    try (Engine engine = Engines.of("reference")) {
      Profile profile = profile(engine, dominated());
      requireSound(profile);
      StepProfile first = profile.hotspots().getFirst();
      assertThat(first.name()).contains("contract");
      assertThat(first.share()).isGreaterThan(0.8);
      assertThat(first.flops()).isEqualTo(2.0 * 192 * 192 * 192);
      // Both operands are one tensor.
      assertThat(first.bytes()).isEqualTo(2.0 * 192 * 192 * Float.BYTES);
      assertThat(first.flopsPerNano()).isCloseTo(
          first.flops() / first.times().nanosMedian(), within(1e-9));
      assertThat(profile.shareBetweenSteps()).isLessThan(0.2);
      assertThat(profile.steps()).extracting(StepProfile::place).containsExactly("0", "1", "2");
      assertThat(profile.toString()).startsWith(RUNS + " runs, median ")
          .contains(" " + first.place() + " " + first.name() + "  # ", "between steps\n",
              "step " + first.place() + ", ");
    }
  }

  @Test
  void aLoopShowsItsIterations() {
    try (Engine engine = Engines.of("reference")) {
      Profile profile = profile(engine, loop());
      requireSound(profile);
      StepProfile loop = profile.steps().stream().filter(step -> step.name().equals("repeat"))
          .findFirst().orElseThrow();
      assertThat(loop.times().count()).isEqualTo(RUNS);
      assertThat(loop.body()).isNotEmpty().allSatisfy(step -> {
        assertThat(step.times().count()).isEqualTo((long) RUNS * ITERATIONS);
        assertThat(step.place()).startsWith(loop.place() + ".");
      });
      assertThat(loop.body().stream().mapToLong(step -> step.times().nanos()).sum())
          .isLessThan(loop.times().nanos());
      assertThat(loop.flops()).isEqualTo(
          ITERATIONS * loop.body().stream().mapToDouble(StepProfile::flops).sum());
      assertThat(loop.bytes()).isGreaterThan(0);
      assertThat(profile.toString()).contains(loop.place() + ".0 ");
    }
  }

  @Test
  void blocksShowTheirSteps() {
    try (Engine engine = Engines.of("native")) {
      Profile profile = profile(engine, blocks());
      requireSound(profile);
      StepProfile blocks = profile.hotspots().getFirst();
      assertThat(blocks.name()).isEqualTo("blocks");
      var step = (org.tensorlogic.plan.Step.Blocks) blocks.step();
      assertThat(step.last()).isPresent();
      assertThat(blocks.body()).hasSize(
          step.body().steps().size() + step.last().get().steps().size());
      for (StepProfile inside : blocks.body()) {
        boolean isLast = inside.place().startsWith(blocks.place() + ".last.");
        assertThat(inside.times().count()).isEqualTo(RUNS * (isLast ? 1 : step.count() - 1));
        assertThat(inside.times().parallelism()).isLessThanOrEqualTo(1);
      }
      assertThat(blocks.body().stream().mapToDouble(StepProfile::share).sum())
          .isCloseTo(blocks.share(), within(1e-9));
      assertThat(blocks.times().busyNanos()).isEqualTo(
          blocks.body().stream().mapToLong(inside -> inside.times().busyNanos()).sum());
    }
  }

  /** A stage's time is divided by the work of its steps: here in proportion 1 to 64. */
  @Test
  void stepsSideBySideDivideTheirTime() {
    var builder = new GraphBuilder();
    var outputs = new LinkedHashMap<String, Node>();
    for (int extent : new int[] {64, 256}) {
      Node x = builder.input("x" + extent, DType.F32, extent, extent);
      outputs.put("y" + extent, Ops.matmul(x, x));
    }
    try (Engine engine = Engine.create(EngineConfig.defaults().withThreads(2)
        .withProvider("reference").withSchedule(Schedule.MAX_PARALLELISM))) {
      Profile profile = profile(engine, builder.build(outputs));
      requireSound(profile);
      assertThat(profile.steps()).hasSize(2).allMatch(StepProfile::isShared);
      StepProfile large = profile.hotspots().getFirst();
      assertThat(large.flops()).isEqualTo(2.0 * 256 * 256 * 256);
      assertThat(large.share()).isGreaterThan(0.8);
      assertThat(profile.toString()).contains("side by side");
    }
  }

  @ParameterizedTest
  @EnumSource(Schedule.class)
  void aProfileKeepsTheBits(Schedule schedule) {
    try (Engine engine = Engine.create(EngineConfig.defaults().withThreads(2)
        .withSchedule(schedule)); var scope = new Scope()) {
      for (Graph graph : List.of(dominated(), loop(), blocks())) {
        Tensor[] inputs = inputs(engine, graph, scope);
        try (var plain = engine.compile(graph).bind(inputs);
            var profiled = engine.compile(graph).bind(inputs)) {
          plain.run();
          profiled.profile(3);
          Map<String, Tensor> outputs = profiled.outputs();
          plain.outputs().forEach((name, expected) -> assertThat(bytes(outputs.get(name)))
              .as(name).isEqualTo(bytes(expected)));
        }
      }
    }
  }

  private static byte[] bytes(Tensor tensor) {
    return tensor.toBytes().toArray(ValueLayout.JAVA_BYTE);
  }

  @Test
  void noRunIsNoProfile() {
    Graph graph = loop();
    try (Engine engine = Engines.of("reference"); var scope = new Scope();
        var bound = engine.compile(graph).bind(inputs(engine, graph, scope))) {
      assertThatThrownBy(() -> bound.profile(0)).isInstanceOf(TensorLogicException.class)
          .hasMessageContaining("0 runs are not positive");
      assertThat(bound.profile(1).times().count()).isOne();
    }
  }

  /** The suggestions for the steps of a graph of one input. */
  private static List<String> suggestions(String provider, TensorType type,
      UnaryOperator<Node> output) {
    var builder = new GraphBuilder();
    Graph graph = builder.build(output.apply(builder.input("x", type)));
    try (Engine engine = Engines.of(provider)) {
      return suggestions(profile(engine, graph));
    }
  }

  private static List<String> suggestions(Profile profile) {
    return profile.hotspots().stream().flatMap(step -> step.suggestions().stream()).toList();
  }

  @Test
  void plainJavaIsNamedWithTheReason() {
    var type = TensorType.of(DType.F32, 4, 4);
    assertThat(suggestions("native", TensorType.of(DType.I64, 4, 4),
        x -> Ops.einsum("ij,jk->ik", x, x))).containsExactly("computed in plain Java: native: "
            + "no native kernel contract_sum_product_i64");
    assertThat(suggestions("reference", type, Ops::neg)).containsExactly(
        "computed in plain Java: the engine asks no other provider");
    assertThat(suggestions("native", type, Ops::neg)).isEmpty();
    assertThat(suggestions("native", type, x -> Ops.einsum(EinsumSpec.parse("ij->i"),
        Semiring.LOG_SUM_EXP, List.of(x)))).isEmpty();
  }

  @Test
  void memoryBoundsWhatTheCachesDoNotHold() {
    long bytes = CacheLevels.system().lastBytes();
    var type = TensorType.of(DType.F32, bytes / Float.BYTES / 2 + 1);
    assertThat(suggestions("native", type, Ops::neg)).singleElement().asString()
        .startsWith("memory bounds it: ").contains(" for 0.13 FLOP a byte");
    var cached = TensorType.of(DType.F32, bytes / Float.BYTES / 2 - 1);
    assertThat(suggestions("native", cached, Ops::neg)).isEmpty();
  }

  @Test
  void oneTileIsForOneThread() {
    assertThat(suggestions("reference", TensorType.of(DType.F32, 1 << 20), Ops::sum))
        .anyMatch(line -> line.startsWith("worth 2 threads, but cut into 1 tiles"));
    assertThat(suggestions("reference", TensorType.of(DType.F32, 1 << 10), Ops::sum))
        .noneMatch(line -> line.contains("tiles"));
  }

  @Test
  void jumpsInAnOperandAreNamed() {
    var type = TensorType.of(DType.F32, 6, 4);
    assertThat(suggestions("native", type, x -> Ops.neg(Ops.permute(x, List.of(1, 0)))))
        .containsExactly("reads an operand with jumps, [4, 6] strides [1, 4] at 0: give its "
            + "elements row-major, without gaps");
    assertThat(suggestions("native", type, x -> Ops.permute(x, List.of(1, 0))))
        .singleElement().asString().startsWith("reads an operand with jumps");
    assertThat(suggestions("native", type, x -> Ops.add(x, Ops.scalar(x, 1)))).isEmpty();
  }

  @Test
  void whatIsPackedMayBeConstant() {
    for (boolean isConstant : new boolean[] {false, true}) {
      var builder = new GraphBuilder();
      var type = TensorType.of(DType.F32, 512, 512);
      Node weights = isConstant ? builder.constant(type, Literal.of(new double[512 * 512]))
          : builder.input("weights", type);
      Graph graph = builder.build(Ops.matmul(builder.input("x", type), weights));
      try (Engine engine = Engines.of("native")) {
        assertThat(suggestions(profile(engine, graph))).hasSize(isConstant ? 0 : 1)
            .allMatch(line -> line.startsWith("packs an input of a product anew in every run"));
      }
    }
  }

  @Test
  void bytesCountEachElementOnce() {
    var builder = new GraphBuilder();
    Node x = builder.input("x", DType.F64, 8, 4);
    Node row = Ops.broadcastTo(builder.input("row", DType.F64, 4), x.shape());
    try (Engine engine = Engines.of("reference")) {
      var program = engine.compile(builder.build(Map.of("square", Ops.mul(x, x),
          "shifted", Ops.add(x, row)))).program();
      assertThat(program.steps()).extracting(StepCost::bytes)
          .containsExactlyInAnyOrder(2.0 * 8 * 32, 2.0 * 8 * 32 + 8 * 4);
    }
  }
}
