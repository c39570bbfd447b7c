package org.tensorlogic.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.tensorlogic.engine.Engine;
import org.tensorlogic.engine.EngineConfig;
import org.tensorlogic.ir.Binary;
import org.tensorlogic.ir.Graph;
import org.tensorlogic.ir.GraphBuilder;
import org.tensorlogic.ir.Node;
import org.tensorlogic.ir.Ops;
import org.tensorlogic.ir.Pointwise;
import org.tensorlogic.type.DType;

/** Where plans put temporaries, and that runs take no more than plans say. */
class PlanMemoryTest {

  private static final long KIB = 1024;

  private static Engine engine() {
    return Engine.create(EngineConfig.defaults().withThreads(1).withProvider("reference"));
  }

  private static Program program(Graph graph) {
    try (Engine engine = engine()) {
      return engine.compile(graph).program();
    }
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
  @Test
  void liveSlotsNeverOverlap() {
    int shared = 0;
    for (int seed = 0; seed < 200; seed++) {
      Program program = program(random(new Random(seed)));
      for (int i : used(program)) {
        for (int j : used(program)) {
          if (j < i && program.slots().get(i) instanceof Slot.Temporary a
              && program.slots().get(j) instanceof Slot.Temporary b
              && a.offset() < b.offset() + b.bytes() && b.offset() < a.offset() + a.bytes()
              && a.firstStep() <= b.lastStep() && b.firstStep() <= a.lastStep()) {
            shared++;
            requireOverlay(program, seed, i, a, j, b);
          }
        }
      }
      assertThat(program.workspaceBytes()).isLessThanOrEqualTo(program.temporaryBytes());
    }
    assertThat(shared).isPositive();
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
    boolean later = a.firstStep() == b.lastStep();
    var step = (Step.Run) program.steps().get(later ? a.firstStep() : b.firstStep());
    int result = later ? i : j;
    int operand = later ? j : i;
    assertThat(later || b.firstStep() == a.lastStep()).as("seed %d", seed).isTrue();
    assertThat(a.offset()).as("seed %d", seed).isEqualTo(b.offset());
    assertThat(step.node().op()).as("seed %d", seed).isInstanceOf(Pointwise.class);
    assertThat(step.result().slot()).as("seed %d", seed).isEqualTo(result);
    assertThat(step.operands()).as("seed %d", seed)
        .filteredOn(value -> value.slot() == operand).isNotEmpty()
        .allMatch(value -> value.layout().equals(step.result().layout()));
  }
}
