package org.tensorlogic.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.tensorlogic.einsum.ContractionOrder;
import org.tensorlogic.ir.Graph;
import org.tensorlogic.ir.GraphBuilder;
import org.tensorlogic.ir.Node;
import org.tensorlogic.ir.Ops;
import org.tensorlogic.kernel.Machine;
import org.tensorlogic.memory.ConstantMemory;
import org.tensorlogic.type.DType;
import org.tensorlogic.type.Layout;

/** The schedules against their rules as one would read them out, and their time at full length. */
class ScheduleTest {

  /* Rules are read out on steps without a graph, for no op writes one slot in so many ways. */

  private static final Layout ELEMENT = Layout.contiguous(1);
  private static final KernelRegistry REGISTRY = KernelRegistry.load("reference");
  /** A step that is worth nothing, for its node and its kernel. */
  private static final Step.Run PATTERN = pattern();

  private static Step.Run pattern() {
    var builder = new GraphBuilder();
    Graph graph = builder.build(Ops.neg(builder.input("x", DType.F64, 1)));
    return (Step.Run) plan(graph, Schedule.SEQUENTIAL).steps().getFirst();
  }

  private static FixedElements constants() {
    return new FixedElements(new ConstantMemory());
  }

  private static Program plan(Graph graph, Schedule schedule) {
    var inputs = graph.inputs().values().stream()
        .map(input -> Layout.contiguous(input.shape().extents())).toList();
    return Planner.plan(graph, inputs, REGISTRY, schedule,
        Machine.typical(3), Long.MAX_VALUE, ContractionOrder::search, constants());
  }

  /** Steps on slots of 8 to 256 bytes; some slots are written in parts, some steps copy. */
  private static List<Step> steps(Random random, SlotTable slots) {
    var known = new ArrayList<Integer>(List.of(slots.given(0), slots.given(1)));
    var steps = new ArrayList<Step>();
    int count = 1 + random.nextInt(40);
    while (steps.size() < count) {
      int result = random.nextInt(12) == 0 ? slots.returned(0, 8)
          : slots.temporary(8L << random.nextInt(6));
      int parts = random.nextInt(6) == 0 ? 3 : 1;
      for (int part = 0; part < parts; part++) {
        var operands = new ArrayList<Value>();
        for (int i = 1 + random.nextInt(3); i > 0; i--) {
          int recent = known.size() - 1 - random.nextInt(Math.min(12, known.size()));
          operands.add(new Value(known.get(recent), DType.F64, ELEMENT));
        }
        steps.add(new Step.Run(PATTERN.node(), PATTERN.kernel(), "", List.of(), operands,
            List.of(new Value(result, DType.F64, ELEMENT)), random.nextInt(3) == 0 ? 0 : 1e6));
      }
      known.add(result);
    }
    return steps;
  }

  /** All steps that must have run before each. */
  private static List<Set<Integer>> before(List<Step> steps, boolean inOrder) {
    var before = new ArrayList<Set<Integer>>();
    for (int step = 0; step < steps.size(); step++) {
      var needed = new HashSet<Integer>();
      for (int other = 0; other < step; other++) {
        List<Integer> written = Stages.written(steps.get(other));
        List<Integer> read = Stages.read(steps.get(other));
        boolean reads = Stages.read(steps.get(step)).stream().anyMatch(written::contains);
        boolean writes = Stages.written(steps.get(step)).stream()
            .anyMatch(slot -> written.contains(slot) || read.contains(slot));
        if (reads || writes || inOrder && other == step - 1) { // all are of one node
          needed.add(other);
        }
      }
      before.add(needed);
    }
    return before;
  }

  @ParameterizedTest
  @EnumSource(Schedule.class)
  void everyStepRunsOnceAndAfterWhatItNeeds(Schedule schedule) {
    for (int seed = 0; seed < 300; seed++) {
      var random = new Random(seed);
      var slots = new SlotTable(constants());
      List<Step> steps = steps(random, slots);
      boolean inOrder = seed % 10 == 0;
      List<Set<Integer>> before = before(steps, inOrder);
      var done = new HashSet<Integer>();
      for (List<Integer> stage : Stages.of(schedule, steps, slots, 3, inOrder)) {
        stage.forEach(step ->
            assertThat(done).as("before %d", step).containsAll(before.get(step)));
        stage.forEach(step -> assertThat(done.add(step)).isTrue());
      }
      assertThat(done).hasSameSizeAs(steps);
    }
  }

  /** Always the step that adds least, of equals the first. */
  @Test
  void theThriftyOrderIsThatOfItsRule() {
    int changed = 0;
    for (int seed = 0; seed < 500; seed++) {
      var slots = new SlotTable(constants());
      List<Step> steps = steps(new Random(seed), slots);
      List<Set<Integer>> before = before(steps, false);
      var left = new ArrayList<>(IntStream.range(0, steps.size()).boxed().toList());
      var order = new ArrayList<Integer>();
      while (!left.isEmpty()) {
        Integer next = left.stream().filter(step -> order.containsAll(before.get(step)))
            .min(Comparator.comparingLong(step -> added(step, steps, left, slots))).orElseThrow();
        left.remove(next);
        order.add(next);
      }
      assertThat(ThriftyOrder.of(steps, slots, new Dependencies(steps, false)))
          .as("seed %d", seed).isEqualTo(order);
      changed += order.stream().sorted().toList().equals(order) ? 0 : 1;
    }
    assertThat(changed).isGreaterThan(300);
  }

  /** The bytes that a step is the first to write less those that it is the last to read. */
  private static long added(int step, List<Step> steps, List<Integer> left, SlotTable slots) {
    var others = left.stream().filter(other -> other != step).map(steps::get).toList();
    var done = IntStream.range(0, steps.size()).filter(other -> !left.contains(other))
        .mapToObj(steps::get).toList();
    long bytes = Stages.written(steps.get(step)).stream().filter(slot ->
        done.stream().noneMatch(other -> Stages.written(other).contains(slot)))
        .mapToLong(slots::temporaryBytes).sum();
    return bytes - Stages.read(steps.get(step)).stream().distinct().filter(slot ->
        others.stream().noneMatch(other -> Stages.read(other).contains(slot)))
        .mapToLong(slots::temporaryBytes).sum();
  }

  /** Each step as early as it can be, but copies that one step needs just before that one. */
  @Test
  void levelsAreThoseOfTheirRule() {
    int postponed = 0;
    for (int seed = 0; seed < 500; seed++) {
      var slots = new SlotTable(constants());
      List<Step> steps = steps(new Random(seed), slots);
      List<Set<Integer>> before = before(steps, false);
      var level = new int[steps.size()];
      for (int step = 0; step < level.length; step++) {
        level[step] = before.get(step).stream().mapToInt(other -> level[other] + 1).max().orElse(0);
      }
      for (int step = level.length - 1; step >= 0; step--) {
        int needed = step;
        var after = IntStream.range(0, level.length)
            .filter(other -> before.get(other).contains(needed)).toArray();
        if (after.length == 1 && ((Step.Run) steps.get(step)).flops() == 0) {
          postponed += level[step] < level[after[0]] - 1 ? 1 : 0;
          level[step] = level[after[0]] - 1;
        }
      }
      var expected = new TreeMap<Integer, Set<Integer>>();
      IntStream.range(0, level.length).forEach(step ->
          expected.computeIfAbsent(level[step], _ -> new HashSet<>()).add(step));
      assertThat(Stages.of(Schedule.MAX_PARALLELISM, steps, slots, 3, false).stream()
          .map(Set::copyOf).toList()).as("seed %d", seed)
          .isEqualTo(List.copyOf(expected.values()));
    }
    assertThat(postponed).isPositive();
  }

  /** Of two orders the one whose workspace is smaller: the price of looking is plan time only. */
  @Test
  void thriftNeverNeedsMoreThanTheGivenOrder() {
    int less = 0;
    for (int seed = 0; seed < 200; seed++) {
      Graph graph = graph(50 + seed, 20, new Random(seed));
      long given = plan(graph, Schedule.SEQUENTIAL).workspaceBytes();
      long thrifty = plan(graph, Schedule.MIN_MEMORY).workspaceBytes();
      assertThat(thrifty).as("seed %d", seed).isLessThanOrEqualTo(given);
      less += thrifty < given ? 1 : 0;
    }
    assertThat(less).isGreaterThan(80);
  }

  private static Graph graph(int count, int recent, Random random) {
    var builder = new GraphBuilder();
    List<Node> nodes = nodes(builder.input("x", DType.F64, 4, 4), count, recent, random);
    var outputs = new TreeMap<String, Node>();
    for (int i = 0; i < recent; i++) {
      outputs.put("y" + i, nodes.get(count - 1 - i));
    }
    return builder.build(outputs);
  }

  /** Nodes that read some of the {@code recent} nodes before them. */
  private static List<Node> nodes(Node first, int count, int recent, Random random) {
    var nodes = new ArrayList<>(List.of(first));
    while (nodes.size() < count) {
      Node a = nodes.get(nodes.size() - 1 - random.nextInt(Math.min(recent, nodes.size())));
      Node b = nodes.get(nodes.size() - 1 - random.nextInt(Math.min(recent, nodes.size())));
      nodes.add(switch (random.nextInt(4)) {
        case 0 -> Ops.add(a, b);
        case 1 -> Ops.matmul(a, b);
        case 2 -> Ops.sub(a, Ops.sum(b, 0));
        default -> Ops.sin(a);
      });
    }
    return nodes;
  }

  /** A chain, a fan, a ladder and a random graph of as many nodes each, joined at their ends. */
  private static Graph shapes(int count) {
    var builder = new GraphBuilder();
    Node x = builder.input("x", DType.F64, 4, 4);
    Node chain = x;
    for (int i = 0; i < count / 4; i++) {
      chain = i % 3 == 0 ? Ops.matmul(chain, chain) : Ops.sin(chain);
    }
    List<Node> fan = IntStream.range(0, count / 12)
        .mapToObj(i -> Ops.mul(x, builder.constant(DType.F64, i))).toList();
    Node ladder = x;
    for (int i = 0; i < count / 12; i++) {
      ladder = Ops.sub(Ops.sin(ladder), Ops.matmul(ladder, ladder));
    }
    List<Node> random = nodes(x, count / 4, 50, new Random(1));
    Node join = Ops.add(Ops.add(chain, fan.stream().reduce(Ops::add).orElseThrow()), ladder);
    for (Node last : random.subList(random.size() - 50, random.size())) {
      join = Ops.add(join, last);
    }
    return builder.build(join);
  }

  private static double cpuSeconds(Graph graph, Schedule schedule) {
    var threads = ManagementFactory.getThreadMXBean();
    long begin = threads.getCurrentThreadCpuTime();
    plan(graph, schedule);
    return (threads.getCurrentThreadCpuTime() - begin) * 1e-9;
  }

  /**
   * Twenty times the nodes take about twenty times as long; a square would be four hundred times.
   * The least of several times counts, and the bound lies midway, so that neighbours do not.
   */
  @Test
  void planTimeIsThatOfTheNodes() {
    Graph small = shapes(5_000);
    Graph large = shapes(100_000);
    assertThat(large.nodes()).hasSizeGreaterThan(95_000);
    for (Schedule schedule : Schedule.values()) {
      double smallSeconds = Double.MAX_VALUE;
      double largeSeconds = Double.MAX_VALUE;
      for (int round = 0; round < 4; round++) {
        smallSeconds = Math.min(smallSeconds, cpuSeconds(small, schedule));
        largeSeconds = Math.min(largeSeconds, cpuSeconds(large, schedule));
      }
      assertThat(largeSeconds / smallSeconds).as("growth of %s", schedule).isLessThan(90);
    }
  }
}
