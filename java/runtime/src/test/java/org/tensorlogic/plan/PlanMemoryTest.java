package org.tensorlogic.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.tensorlogic.einsum.ContractionOrder;
import org.tensorlogic.engine.Engine;
import org.tensorlogic.engine.EngineConfig;
import org.tensorlogic.ir.Binary;
import org.tensorlogic.ir.Graph;
import org.tensorlogic.ir.GraphBuilder;
import org.tensorlogic.ir.Node;
import org.tensorlogic.ir.Ops;
import org.tensorlogic.ir.Pointwise;
import org.tensorlogic.kernel.Machine;
import org.tensorlogic.memory.ConstantMemory;
import org.tensorlogic.type.DType;
import org.tensorlogic.type.Layout;

/** Where plans put temporaries, and that runs take no more than plans say. */
class PlanMemoryTest {

  private static final long KIB = 1024;

  private static Engine engine() {
    return Engine.create(EngineConfig.defaults().withThreads(1).withProvider("reference"));
  }

  private static Program program(Graph graph) {
    return program(graph, Schedule.SEQUENTIAL);
  }

  private static Program program(Graph graph, Schedule schedule) {
    var inputs = graph.inputs().values().stream()
        .map(input -> Layout.contiguous(input.shape().extents())).toList();
    return Planner.plan(graph, inputs, KernelRegistry.load("reference"), schedule,
        Machine.typical(3), Long.MAX_VALUE, ContractionOrder::search,
        new FixedElements(new ConstantMemory()));
  }

  /** The steps as result and operands, each with its place: output o, input i, workspace offset. */
  private static String places(Program program) {
    var text = new StringBuilder();
    for (Step step : program.steps()) {
      var run = (Step.Run) step;
      text.append(run.kernel().name().split("_")[2]).append(' ')
          .append(place(program, run.result())).append(" <-");
      run.operands().forEach(value -> text.append(' ').append(place(program, value)));
      text.append('\n');
    }
    return text + "workspace " + program.workspaceBytes() + " of " + program.temporaryBytes();
  }

  private static String place(Program program, Value value) {
    return switch (program.slots().get(value.slot())) {
      case Slot.Given given -> "i" + given.index();
      case Slot.Returned returned -> "o" + returned.index();
      case Slot.Fixed _ -> "fixed";
      case Slot.Temporary temporary -> "@" + temporary.offset();
    };
  }

  @Test
  void aChainLiesInItsOutput() {
    var builder = new GraphBuilder();
    Node x = builder.input("x", DType.F64, 128);
    Node chain = Ops.exp(Ops.sin(Ops.neg(x)));
    assertThat(places(program(builder.build(chain)))).isEqualTo("""
        neg o0 <- i0
        sin o0 <- o0
        exp o0 <- o0
        workspace 0 of 2048""");
  }

  @Test
  void aResultTakesThePlaceOfADyingOperandOnly() {
    var builder = new GraphBuilder();
    Node x = builder.input("x", DType.F64, 32, 32);
    Node a = Ops.neg(x);
    Node b = Ops.sin(a);
    Node c = Ops.mul(a, b);
    Node turned = Ops.add(c, Ops.permute(c, List.of(1, 0)));
    Node sum = Ops.sum(turned, 0);
    assertThat(places(program(builder.build(sum)))).isEqualTo("""
        neg @8192 <- i0
        sin @0 <- @8192
        mul @8192 <- @8192 @0
        add @0 <- @8192 @8192
        sum o0 <- @0
        workspace 16384 of 32768""");
  }

  @Test
  void widthsAndRowsAreNoPlaceForTheResult() {
    var builder = new GraphBuilder();
    Node x = builder.input("x", DType.F64, 32, 32);
    Node row = Ops.sum(x, 0);
    Node flags = Ops.binary(Binary.LT, Ops.neg(x), row);
    assertThat(places(program(builder.build(Ops.convert(flags, DType.F64))))).isEqualTo("""
        sum @9216 <- i0
        neg @0 <- i0
        lt @8192 <- @0 @9216
        bool o0 <- @8192
        workspace 9472 of 9472""");
  }

  @Test
  void runsTakeWhatThePlanSays() {
    var builder = new GraphBuilder();
    Node x = builder.input("x", DType.F64, 128, 128);
    Node a = Ops.exp(x);
    Node product = Ops.matmul(a, Ops.sin(a));
    Graph graph = builder.build(Ops.sum(Ops.tanh(product)));
    try (Engine engine = engine(); var input = engine.tensor(new double[128 * 128], 128, 128)) {
      var compiled = engine.compile(graph);
      long workspace = compiled.program().workspaceBytes();
      assertThat(workspace).isEqualTo(3 * 128 * KIB);
      compiled.run(input).close();
      // The input and the workspace fill their blocks; the output takes the least one.
      assertThat(engine.memory().usedBytesPeak()).isEqualTo(128 * KIB + workspace + 64);
    }
  }

  private static Graph random(Random random) {
    var builder = new GraphBuilder();
    var nodes = new ArrayList<Node>(List.of(builder.input("x", DType.F64, 8, 8),
        builder.input("y", DType.F64, 8, 8)));
    for (int i = 0; i < 40; i++) {
      Node a = nodes.get(random.nextInt(nodes.size()));
      Node b = nodes.get(random.nextInt(nodes.size()));
      nodes.add(switch (random.nextInt(6)) {
        case 0 -> Ops.sin(a);
        case 1 -> Ops.add(a, b);
        case 2 -> Ops.mul(a, Ops.permute(b, List.of(1, 0)));
        case 3 -> Ops.matmul(a, b);
        case 4 -> Ops.sub(a, Ops.sum(b, 0));
        default -> Ops.concat(0, List.of(Ops.slice(a, 0, 4, 4, 1), Ops.slice(b, 0, 0, 4, 1)));
      });
    }
    return builder.build(Ops.add(nodes.getLast(), nodes.get(20)));
  }

  /** Any two slots that share bytes live apart, or are operand and result of a pointwise step. */
  @ParameterizedTest
  @EnumSource(Schedule.class)
  void liveSlotsNeverOverlap(Schedule schedule) {
    int shared = 0;
    for (int seed = 0; seed < 100; seed++) {
      Program program = program(random(new Random(seed)), schedule);
      for (int i : used(program)) {
        for (int j : used(program)) {
          if (j < i && program.slots().get(i) instanceof Slot.Temporary a
              && program.slots().get(j) instanceof Slot.Temporary b
              && a.offset() < b.offset() + b.bytes() && b.offset() < a.offset() + a.bytes()
              && a.firstStage() <= b.lastStage() && b.firstStage() <= a.lastStage()) {
            shared++;
            requireOverlay(program, seed, i, a, j, b);
          }
        }
      }
      assertThat(program.workspaceBytes()).isLessThanOrEqualTo(program.temporaryBytes());
    }
    assertThat(shared).isPositive();
  }

  /** Steps of a stage neither read nor write what another one of them writes. */
  @ParameterizedTest
  @EnumSource(Schedule.class)
  void stepsSideBySideAreIndependent(Schedule schedule) {
    for (int seed = 0; seed < 100; seed++) {
      Program program = program(random(new Random(seed)), schedule);
      int first = 0;
      for (int end : program.stageEnds()) {
        assertThat(end - first).isBetween(1, schedule == Schedule.BALANCED ? 3 : 100);
        var touched = new ArrayList<Integer>();
        for (Step step : program.steps().subList(first, end)) {
          var run = (Step.Run) step;
          assertThat(touched).doesNotContain(run.result().slot());
          touched.add(run.result().slot());
        }
        for (Step step : program.steps().subList(first, end)) {
          assertThat(((Step.Run) step).operands()).extracting(Value::slot)
              .doesNotContainAnyElementsOf(touched);
        }
        first = end;
      }
      assertThat(first).isEqualTo(program.steps().size());
    }
  }

  /** Two long branches: one after the other they need one place, side by side two. */
  @Test
  void schedulesOrderSteps() {
    var builder = new GraphBuilder();
    Node x = builder.input("x", DType.F64, 64, 64);
    Node left = Ops.sum(Ops.matmul(x, x), 0);
    Node right = Ops.sum(Ops.matmul(x, Ops.permute(x, List.of(1, 0))), 0);
    Graph graph = builder.build(Ops.add(left, right));
    assertThat(stages(program(graph, Schedule.SEQUENTIAL))).isEqualTo("1 1 1 1 1: 33280");
    assertThat(stages(program(graph, Schedule.MAX_PARALLELISM))).isEqualTo("2 2 1: 66048");
    assertThat(stages(program(graph, Schedule.BALANCED))).isEqualTo("2 2 1: 66048");
    // Each product has tiles enough for all threads.
    assertThat(stages(program(graph, Schedule.COST_BASED))).isEqualTo("1 1 1 1 1: 33280");
    assertThat(stages(program(graph, Schedule.MIN_MEMORY))).isEqualTo("1 1 1 1 1: 33280");
  }

  /** Steps of one tile each, too short to share alone and long enough together. */
  @Test
  void costsDecideWhatRunsSideBySide() {
    var builder = new GraphBuilder();
    Node x = builder.input("x", DType.F64, 64, 64);
    var parts = new ArrayList<Node>();
    for (int i = 0; i < 12; i++) {
      parts.add(Ops.matmul(Ops.slice(x, 0, i, 2, 1), x));
    }
    Node sum = Ops.sum(parts.get(0), 0);
    for (Node part : parts) {
      sum = Ops.add(sum, Ops.sum(part, 0));
    }
    assertThat(stages(program(builder.build(sum), Schedule.COST_BASED)))
        .startsWith("12 1 1 1").doesNotContain("12 12");
  }

  /** All products first, as the graph has them, keep eight squares alive. */
  @Test
  void thriftyOrderNeedsLessMemory() {
    var builder = new GraphBuilder();
    Node x = builder.input("x", DType.F64, 32, 32);
    var products = new ArrayList<Node>();
    for (int i = 0; i < 8; i++) {
      products.add(Ops.matmul(x, Ops.slice(x, 1, i, 4, 1)));
    }
    Node sum = Ops.sum(products.getFirst(), 0);
    for (Node product : products) {
      sum = Ops.add(Ops.sum(product, 0), Ops.mul(sum, sum));
    }
    Graph graph = builder.build(sum);
    long given = program(graph, Schedule.SEQUENTIAL).workspaceBytes();
    assertThat(given).isGreaterThan(8 * KIB);
    assertThat(program(graph, Schedule.MIN_MEMORY).workspaceBytes()).isLessThan(given / 4);
  }

  /** The steps of each stage, and the workspace. */
  private static String stages(Program program) {
    var text = new StringBuilder();
    int first = 0;
    for (int end : program.stageEnds()) {
      text.append(end - first).append(' ');
      first = end;
    }
    return text.toString().stripTrailing() + ": " + program.workspaceBytes();
  }

  private static Set<Integer> used(Program program) {
    var slots = new TreeSet<Integer>();
    for (Step step : program.steps()) {
      var run = (Step.Run) step;
      slots.add(run.result().slot());
      run.operands().forEach(value -> slots.add(value.slot()));
    }
    return slots;
  }

  private static void requireOverlay(Program program, int seed, int i, Slot.Temporary a, int j,
      Slot.Temporary b) {
    boolean later = a.firstStage() == b.lastStage();
    int result = later ? i : j;
    int operand = later ? j : i;
    assertThat(later || b.firstStage() == a.lastStage()).as("seed %d", seed).isTrue();
    var step = program.steps().stream().map(Step.Run.class::cast)
        .filter(run -> run.result().slot() == result).findFirst().orElseThrow();
    assertThat(a.offset()).as("seed %d", seed).isEqualTo(b.offset());
    assertThat(step.node().op()).as("seed %d", seed).isInstanceOf(Pointwise.class);
    assertThat(step.operands()).as("seed %d", seed)
        .filteredOn(value -> value.slot() == operand).isNotEmpty()
        .allMatch(value -> value.layout().equals(step.result().layout()));
  }
}
