package org.tensorlogic.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.tensorlogic.einsum.ContractionOrder;
import org.tensorlogic.einsum.EinsumSpec;
import org.tensorlogic.einsum.Semiring;
import org.tensorlogic.engine.Engine;
import org.tensorlogic.engine.EngineConfig;
import org.tensorlogic.error.EinsumException;
import org.tensorlogic.ir.Graph;
import org.tensorlogic.ir.GraphBuilder;
import org.tensorlogic.ir.Node;
import org.tensorlogic.ir.Ops;
import org.tensorlogic.kernel.Machine;
import org.tensorlogic.memory.ConstantMemory;
import org.tensorlogic.type.DType;
import org.tensorlogic.type.Layout;

/** What the steps of an einsum hold at one time, against what it may hold. */
class EinsumMemoryTest {

  private static final long UNLIMITED = Long.MAX_VALUE;

  private static Program plan(Graph graph, Schedule schedule, long einsumBytesMax) {
    var inputs = graph.inputs().values().stream()
        .map(input -> Layout.contiguous(input.shape().extents())).toList();
    return Planner.plan(graph, inputs, KernelRegistry.load("reference"), schedule,
        Machine.typical(4), einsumBytesMax, ContractionOrder::search,
        new FixedElements(new ConstantMemory()));
  }

  private static Graph graph(EinsumSpec spec, Map<Integer, Long> extents) {
    var builder = new GraphBuilder();
    List<Node> operands = IntStream.range(0, spec.operands().size())
        .mapToObj(i -> builder.input("x" + i, DType.F64, spec.operands().get(i).stream()
            .mapToLong(extents::get).toArray())).toList();
    return builder.build(Ops.einsum(spec, Semiring.SUM_PRODUCT, operands));
  }

  /** The most bytes of results but the last one in any stage, as if none lay on another one. */
  private static long peakBytes(Program program) {
    int result = ((Step.Run) program.steps().getLast()).result().slot();
    var last = new HashMap<Integer, Integer>();
    var bytes = new HashMap<Integer, Long>();
    var first = new HashMap<Integer, Integer>();
    int begin = 0;
    for (int stage = 0; stage < program.stageEnds().size(); stage++) {
      for (Step step : program.steps().subList(begin, program.stageEnds().get(stage))) {
        var run = (Step.Run) step;
        if (run.result().slot() != result) {
          first.put(run.result().slot(), stage);
          bytes.put(run.result().slot(), run.result().layout().count() * 8);
        }
        for (Value value : run.operands()) {
          last.put(value.slot(), stage);
        }
      }
      begin = program.stageEnds().get(stage);
    }
    return IntStream.range(0, program.stageEnds().size()).mapToLong(stage -> first.keySet().stream()
        .filter(slot -> first.get(slot) <= stage && stage <= last.get(slot))
        .mapToLong(bytes::get).sum()).max().orElse(0);
  }

  /** Up to twelve matrices and cubes that share indices, and an extent for each. */
  private static EinsumSpec spec(Random random, Map<Integer, Long> extents) {
    var terms = new ArrayList<List<Integer>>();
    for (int operand = 2 + random.nextInt(11); operand > 0; operand--) {
      terms.add(random.ints(2 + random.nextInt(2), 0, 10).distinct().boxed().toList());
    }
    terms.stream().flatMap(List::stream).forEach(index ->
        extents.putIfAbsent(index, 1L + random.nextInt(6)));
    return new EinsumSpec(terms, List.of(terms.getFirst().getFirst()));
  }

  @ParameterizedTest
  @EnumSource(Schedule.class)
  void plansKeepTheLimit(Schedule schedule) {
    int bound = 0;
    int refused = 0;
    for (int seed = 0; seed < 100; seed++) {
      var random = new Random(seed);
      var extents = new HashMap<Integer, Long>();
      EinsumSpec spec = spec(random, extents);
      Graph graph = graph(spec, extents);
      long free = peakBytes(plan(graph, Schedule.SEQUENTIAL, UNLIMITED));
      assertThat(free).as("seed %d", seed)
          .isEqualTo((long) ContractionOrder.search(spec, extents).peakCount() * 8);
      long limit = random.nextBoolean() ? free : free - 1;
      try {
        assertThat(peakBytes(plan(graph, schedule, Math.max(limit, 0)))).as("seed %d", seed)
            .isLessThanOrEqualTo(limit);
        bound += limit < free ? 1 : 0;
      } catch (EinsumException none) {
        assertThat(none).hasMessageContaining("(C11)");
        assertThat(limit).isLessThan(free);
        refused++;
      }
    }
    assertThat(bound).isPositive();
    assertThat(refused).isPositive();
  }

  /** Left to right needs 8 by 64 elements, from the right 64 by 1: each fits, fused or not. */
  @Test
  void rulesMakeNoEinsumThatNeedsMore() {
    var builder = new GraphBuilder();
    Node a = builder.input("a", DType.F64, 8, 64);
    Node b = builder.input("b", DType.F64, 64, 64);
    Node c = builder.input("c", DType.F64, 64, 1);
    Graph graph = builder.build(Ops.matmul(Ops.matmul(a, b), c));
    for (long limit : new long[] {UNLIMITED, 512, 511, 0}) {
      try (Engine engine = Engine.create(EngineConfig.defaults().withThreads(1)
          .withProvider("reference").withEinsumBytesMax(limit))) {
        assertThat(engine.compile(graph).optimised().graph().nodes())
            .hasSize(limit >= 512 ? 4 : 5);
        assertThat(engine.explain(graph)).contains("2 steps");
      }
    }
  }

  @Test
  void anEagerEinsumKeepsTheLimitToo() {
    try (Engine engine = Engine.create(EngineConfig.defaults().withThreads(1)
        .withProvider("reference").withEinsumBytesMax(31));
        var x = engine.tensor(new double[] {1, 2, 3, 4}, 2, 2)) {
      engine.einsum("ij,jk->ik", Semiring.SUM_PRODUCT, List.of(x, x)).close();
      assertThatThrownBy(() ->
          engine.einsum("ij,jk,kl->il", Semiring.SUM_PRODUCT, List.of(x, x, x)))
          .isInstanceOf(EinsumException.class).hasMessageContaining("a limit of 32 bytes allows");
    }
    assertThatThrownBy(() -> EngineConfig.defaults().withEinsumBytesMax(-1))
        .hasMessageContaining("einsumBytesMax -1 is negative");
  }
}
