package org.tensorlogic.plan;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Puts steps into stages: those of one stage run side by side, one stage after the other. A step
 * comes after the writers of what it reads, and after all earlier steps on what it writes.
 */
final class Stages {

  private final List<Step> steps;
  private final SlotTable slots;
  private final int threads;
  private final List<Set<Integer>> before = new ArrayList<>();

  private Stages(List<Step> steps, SlotTable slots, int threads, boolean inOrder) {
    this.steps = steps;
    this.slots = slots;
    this.threads = threads;
    var writers = new HashMap<Integer, Set<Integer>>();
    var readers = new HashMap<Integer, Set<Integer>>();
    for (int step = 0; step < steps.size(); step++) {
      var needed = new HashSet<Integer>();
      for (int slot : read(steps.get(step))) {
        needed.addAll(writers.getOrDefault(slot, Set.of()));
        readers.computeIfAbsent(slot, _ -> new HashSet<>()).add(step);
      }
      for (int slot : written(steps.get(step))) {
        needed.addAll(writers.getOrDefault(slot, Set.of()));
        needed.addAll(readers.getOrDefault(slot, Set.of()));
        writers.computeIfAbsent(slot, _ -> new HashSet<>()).add(step);
      }
      if (inOrder && step > 0 && steps.get(step - 1).node() == steps.get(step).node()) {
        needed.add(step - 1);
      }
      needed.remove(step);
      before.add(needed);
    }
  }

  /** Returns the slots that a step reads. */
  static List<Integer> read(Step step) {
    return switch (step) {
      case Step.Run run -> run.operands().stream().map(Value::slot).toList();
      case Step.Repeat repeat -> repeat.operands().stream().map(Value::slot).toList();
      case Step.Blocks blocks -> blocks.operands().stream().map(Value::slot).toList();
    };
  }

  /** Returns the slots that a step writes. */
  static List<Integer> written(Step step) {
    return switch (step) {
      case Step.Run run -> run.results().stream().map(Value::slot).toList();
      case Step.Repeat repeat -> repeat.results().stream().map(Value::slot).toList();
      case Step.Blocks blocks -> List.of(blocks.result().slot());
    };
  }

  /**
   * Returns the stages of a schedule, each a list of places in {@code steps}.
   *
   * @param inOrder whether the steps of one node keep their order, which bounds what they hold
   */
  static List<List<Integer>> of(Schedule schedule, List<Step> steps, SlotTable slots,
      int threads, boolean inOrder) {
    if (schedule == Schedule.SEQUENTIAL) {
      return alone(IntStream.range(0, steps.size()).boxed().toList());
    }
    var stages = new Stages(steps, slots, threads, inOrder);
    return switch (schedule) {
      case SEQUENTIAL -> throw new IllegalStateException("returned above");
      case MIN_MEMORY -> alone(stages.thriftyOrder());
      case MAX_PARALLELISM -> stages.levels().flatMap(level -> stages.cut(level, steps.size()))
          .toList();
      case BALANCED -> stages.levels().flatMap(level -> stages.cut(level, threads)).toList();
      case COST_BASED -> stages.whereItPays();
    };
  }

  private static List<List<Integer>> alone(List<Integer> order) {
    return order.stream().map(List::of).toList();
  }

  /** Steps by the longest way from the inputs to them. */
  private Stream<List<Integer>> levels() {
    var level = new int[steps.size()];
    for (int step = 0; step < level.length; step++) {
      level[step] = before.get(step).stream().mapToInt(other -> level[other] + 1).max().orElse(0);
    }
    postpone(level);
    int count = Arrays.stream(level).max().orElse(-1) + 1;
    return IntStream.range(0, count).mapToObj(number -> IntStream.range(0, level.length)
        .filter(step -> level[step] == number).boxed().toList());
  }

  /** What one step reads and takes no arithmetic is made just before it: a packed operand. */
  private void postpone(int[] level) {
    var readers = new int[level.length];
    var reader = new int[level.length];
    for (int step = 0; step < level.length; step++) {
      for (int needed : before.get(step)) {
        readers[needed]++;
        reader[needed] = step;
      }
    }
    for (int step = level.length - 1; step >= 0; step--) {
      if (readers[step] == 1 && steps.get(step) instanceof Step.Run run && run.flops() == 0) {
        level[step] = level[reader[step]] - 1;
      }
    }
  }

  /** Stages of at most that many steps, the longest first; a loop, or blocks, stand alone. */
  private Stream<List<Integer>> cut(List<Integer> level, int countMax) {
    var stages = new ArrayList<List<Integer>>();
    var runs = new ArrayList<Integer>();
    for (int step : level) {
      if (steps.get(step) instanceof Step.Run) {
        runs.add(step);
      } else {
        stages.add(List.of(step));
      }
    }
    runs.sort(Comparator.comparingDouble((Integer step) -> StepCost.nanos(steps.get(step)))
        .reversed());
    for (int first = 0; first < runs.size(); first += countMax) {
      stages.add(List.copyOf(runs.subList(first, Math.min(first + countMax, runs.size()))));
    }
    return stages.stream();
  }

  /** The graph's order, but for levels that gain: their steps side by side. */
  private List<List<Integer>> whereItPays() {
    List<List<Integer>> levels = levels().toList();
    if (levels.stream().noneMatch(this::pays)) {
      return alone(IntStream.range(0, steps.size()).boxed().toList());
    }
    return levels.stream().flatMap(level -> pays(level) ? cut(level, steps.size())
        : level.stream().map(List::of)).toList();
  }

  private boolean pays(List<Integer> level) {
    double alone = 0;
    double total = 0;
    long tiles = 0;
    for (int step : level) {
      if (steps.get(step) instanceof Step.Run run) {
        double nanos = StepCost.nanos(run);
        alone += StepCost.sharedNanos(nanos, run.kernel().tileCount(), threads - 1);
        total += nanos;
        tiles += run.kernel().tileCount();
      }
    }
    // Half as much again: a stage keeps memory apart that steps alone would share.
    return StepCost.sharedNanos(total, tiles, threads - 1) * 1.5 < alone;
  }

  /** The order in which each step adds the least memory, or the given one if that needs less. */
  private List<Integer> thriftyOrder() {
    var given = IntStream.range(0, steps.size()).boxed().toList();
    var uses = new HashMap<Integer, Integer>();
    for (Step step : steps) {
      new HashSet<>(read(step)).forEach(slot -> uses.merge(slot, 1, Integer::sum));
    }
    var order = new ArrayList<Integer>();
    var left = new HashSet<>(given);
    var made = new HashSet<Integer>();
    while (!left.isEmpty()) {
      int next = left.stream().filter(step -> order.containsAll(before.get(step)))
          .min(Comparator.<Integer>comparingLong(step -> added(step, uses, made))
              .thenComparing(Comparator.naturalOrder())).orElseThrow();
      left.remove(next);
      order.add(next);
      made.addAll(written(steps.get(next)));
      new HashSet<>(read(steps.get(next))).forEach(slot -> uses.merge(slot, -1, Integer::sum));
    }
    return peakBytes(order) < peakBytes(given) ? order : given;
  }

  /** The bytes that a step takes, less those that nobody reads after it. */
  private long added(int step, Map<Integer, Integer> uses, Set<Integer> made) {
    long bytes = written(steps.get(step)).stream().distinct().filter(slot -> !made.contains(slot))
        .mapToLong(slots::temporaryBytes).sum();
    return bytes - read(steps.get(step)).stream().distinct().filter(slot -> uses.get(slot) == 1)
        .mapToLong(slots::temporaryBytes).sum();
  }

  private long peakBytes(List<Integer> order) {
    var last = new HashMap<Integer, Integer>();
    for (int place = 0; place < order.size(); place++) {
      Step step = steps.get(order.get(place));
      for (int slot : read(step)) {
        last.put(slot, place);
      }
      for (int slot : written(step)) {
        last.put(slot, place);
      }
    }
    var live = new HashSet<Integer>();
    long peak = 0;
    for (int place = 0; place < order.size(); place++) {
      Step step = steps.get(order.get(place));
      live.addAll(written(step));
      peak = Math.max(peak, live.stream().mapToLong(slots::temporaryBytes).sum());
      int now = place;
      live.removeIf(slot -> last.get(slot) == now);
    }
    return peak;
  }
}
