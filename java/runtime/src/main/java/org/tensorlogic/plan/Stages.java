package org.tensorlogic.plan;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
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
  private final Dependencies dependencies;

  private Stages(List<Step> steps, SlotTable slots, int threads, boolean inOrder) {
    this.steps = steps;
    this.slots = slots;
    this.threads = threads;
    dependencies = new Dependencies(steps, inOrder);
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
      return given(steps);
    }
    var stages = new Stages(steps, slots, threads, inOrder);
    return switch (schedule) {
      case SEQUENTIAL -> throw new IllegalStateException("returned above");
      case MIN_MEMORY -> stages.thrifty();
      case MAX_PARALLELISM -> stages.levels().stream()
          .flatMap(level -> stages.cut(level, steps.size())).toList();
      case BALANCED -> stages.levels().stream()
          .flatMap(level -> stages.cut(level, threads)).toList();
      case COST_BASED -> stages.whereItPays();
    };
  }

  private static List<List<Integer>> given(List<Step> steps) {
    return alone(IntStream.range(0, steps.size()).boxed().toList());
  }

  private static List<List<Integer>> alone(List<Integer> order) {
    return order.stream().map(List::of).toList();
  }

  /** The order found, where the workspace of the graph's order is larger. */
  private List<List<Integer>> thrifty() {
    List<List<Integer>> given = given(steps);
    List<List<Integer>> found = alone(ThriftyOrder.of(steps, slots, dependencies));
    return slots.placement(steps, found).workspaceBytes()
        < slots.placement(steps, given).workspaceBytes() ? found : given;
  }

  /** Steps by the longest way from the inputs to them. */
  private List<List<Integer>> levels() {
    var level = new int[steps.size()];
    for (int step = 0; step < level.length; step++) {
      for (int needed : dependencies.before(step)) {
        level[step] = Math.max(level[step], level[needed] + 1);
      }
    }
    postpone(level);
    var levels = new ArrayList<List<Integer>>();
    for (int step = 0; step < level.length; step++) {
      while (levels.size() <= level[step]) {
        levels.add(new ArrayList<>());
      }
      levels.get(level[step]).add(step);
    }
    return levels;
  }

  /** What one step reads and takes no arithmetic is made just before it: a packed operand. */
  private void postpone(int[] level) {
    int[][] after = dependencies.after();
    var lastUser = new int[slots.count()];
    for (int step = 0; step < level.length; step++) {
      for (int slot : read(steps.get(step))) {
        lastUser[slot] = step;
      }
      for (int slot : written(steps.get(step))) {
        lastUser[slot] = step;
      }
    }
    for (int step = level.length - 1; step >= 0; step--) {
      // After a second writer, which would be the one to wait for this step, come readers of both.
      if (after[step].length == 1 && steps.get(step) instanceof Step.Run run && run.flops() == 0
          && lastUser[run.result().slot()] <= after[step][0]) {
        level[step] = level[after[step][0]] - 1;
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
    List<List<Integer>> levels = levels();
    if (levels.stream().noneMatch(this::pays)) {
      return given(steps);
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
}
