package org.tensorlogic.exec;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.tensorlogic.plan.Program;
import org.tensorlogic.plan.Step;
import org.tensorlogic.plan.StepCost;

/** Some runs of one program under the clock, and the profile that comes of them. */
final class Profiling {

  private final int runs;
  private final Resources resources;
  private final StepClock clock;
  private final Samples samples = new Samples();
  private long freshBlocks;

  Profiling(Program program, int runs, Resources resources) {
    this.runs = runs;
    this.resources = resources;
    this.clock = new StepClock(program);
  }

  /** Runs a frame that nobody else uses meanwhile. */
  void run(Frame frame) {
    long freshBefore = resources.memory().freshBlocks();
    frame.observe(clock);
    try {
      for (int i = 0; i < runs; i++) {
        long begin = System.nanoTime();
        resources.runner().run(frame);
        samples.add(System.nanoTime() - begin);
      }
    } finally {
      frame.observe(null);
    }
    freshBlocks = resources.memory().freshBlocks() - freshBefore;
  }

  /** Returns what the runs took. */
  Profile profile() {
    var workers = new HashSet<Thread>();
    long busyNanos = clock.busy(workers);
    Times times = samples.times(busyNanos, workers.size());
    var suggestions = new Suggestions(clock.program(), resources.machine(), true);
    return new Profile(times, resources.threads(), clock.program().workspaceBytes(), freshBlocks,
        steps(clock, "", 1 / Math.max(1, times.nanosUndisturbed()), suggestions));
  }

  /** The steps of a program, each nanosecond of which has such a share. */
  private static List<StepProfile> steps(StepClock clock, String prefix, double shareOfNano,
      Suggestions suggestions) {
    var profiles = new ArrayList<StepProfile>();
    int first = 0;
    for (int end : clock.program().stageEnds()) {
      for (int step = first; step < end; step++) {
        profiles.add(step(clock, step, prefix + step, end - first > 1, shareOfNano, suggestions));
      }
      first = end;
    }
    return profiles;
  }

  private static StepProfile step(StepClock clock, int index, String place, boolean isShared,
      double shareOfNano, Suggestions suggestions) {
    Step step = clock.program().steps().get(index);
    Times times = clock.times(index);
    double share = times.nanosUndisturbed() * shareOfNano;
    List<StepProfile> body = switch (step) {
      case Step.Run _ -> List.of();
      case Step.Repeat repeat -> steps(clock.body(index), place + ".", shareOfNano,
          suggestions.inLoop(repeat.body()));
      case Step.Blocks _ -> inBlocks(clock.body(index), clock.last(index), place, share,
          suggestions);
    };
    boolean isLoop = step instanceof Step.Repeat;
    return new StepProfile(place, step, times, isShared, share,
        isLoop ? mean(body, times, StepProfile::bytes) : StepCost.bytes(step),
        isLoop ? mean(body, times, StepProfile::flops) : StepCost.flops(step), body,
        suggestions.of(step, isShared));
  }

  /** Divides the share of blocks by what their steps took, on all threads. */
  private static List<StepProfile> inBlocks(StepClock whole, StepClock last, String place,
      double share, Suggestions suggestions) {
    double nanos = whole.nanosUndisturbed() + (last == null ? 0 : last.nanosUndisturbed());
    double shareOfNano = share / Math.max(1, nanos);
    var steps = new ArrayList<>(steps(whole, place + ".", shareOfNano,
        suggestions.inBlocks(whole.program())));
    if (last != null) {
      steps.addAll(steps(last, place + ".last.", shareOfNano,
          suggestions.inBlocks(last.program())));
    }
    return steps;
  }

  private static double mean(List<StepProfile> body, Times loop,
      ToDoubleFunction<StepProfile> amount) {
    return body.stream().mapToDouble(step -> amount.applyAsDouble(step) * step.times().count())
        .sum() / loop.count();
  }
}
