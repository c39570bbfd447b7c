package org.tensorlogic.exec;

import java.util.Comparator;
import java.util.List;
import org.tensorlogic.plan.Step;

/**
 * Where the time of a graph's runs went, see {@link Bound#profile}. Immutable.
 *
 * @param times what the runs took
 * @param threads the threads that there were to work on a step
 * @param workspaceBytes the memory that the plan has for temporaries; blocks and loops have more
 * @param freshBlocks how often the engine asked the system for memory meanwhile: 0 once loops and
 *     blocks find what earlier runs gave back
 * @param steps the steps of the plan in their order; their {@code nanos} add up to those of the
 *     runs but for what goes on between steps
 */
public record Profile(Times times, int threads, long workspaceBytes, long freshBlocks,
    List<StepProfile> steps) {

  /** The text has suggestions for steps of at least this share. */
  private static final double HOT_SHARE = 0.1;

  /** Keeps a copy of the list. */
  public Profile {
    steps = List.copyOf(steps);
  }

  /**
   * Returns all steps, loops and blocks as well as the steps inside them, by their shares, the
   * largest first.
   */
  public List<StepProfile> hotspots() {
    return steps.stream().flatMap(StepProfile::all)
        .sorted(Comparator.comparingDouble(StepProfile::share).reversed()).toList();
  }

  /** Returns the share of what goes on between steps, from 0 to 1. */
  public double shareBetweenSteps() {
    return Math.max(0, 1 - steps.stream().mapToDouble(StepProfile::share).sum());
  }

  /** Prints totals, a line for each step in the order of the plan, then what may be faster. */
  @Override
  public String toString() {
    var text = new StringBuilder("%d runs, median %.1f us, min %.1f us, max %.1f us%n"
        .formatted(times.count(), times.nanosMedian() / 1e3, times.nanosMin() / 1e3,
            times.nanosMax() / 1e3));
    text.append("%.2f of %d threads at work, workspace %d bytes, %d blocks from the system%n"
        .formatted(times.parallelism(), threads, workspaceBytes, freshBlocks));
    text.append("%8s%12s%12s%12s%9s%9s%9s%9s  step%n".formatted("share", "median us",
        "min us", "max us", "runs", "threads", "GB/s", "GFLOP/s"));
    steps.stream().flatMap(StepProfile::all).map(Profile::line).forEach(text::append);
    text.append("%6.1f %%%74s%n".formatted(100 * shareBetweenSteps(), "between steps"));
    hotspots().stream().filter(step -> step.share() >= HOT_SHARE).forEach(step ->
        step.suggestions().forEach(suggestion -> text.append("step %s, %.0f %%: %s%n".formatted(
            step.place(), 100 * step.share(), suggestion))));
    return text.toString();
  }

  private static String line(StepProfile step) {
    Times times = step.times();
    return "%6.1f %%%12.1f%12.1f%12.1f%9d%9.2f%9.1f%9.1f  %s %s%s%s%n".formatted(
        100 * step.share(), times.nanosMedian() / 1e3, times.nanosMin() / 1e3,
        times.nanosMax() / 1e3, times.count(), times.parallelism(), step.bytesPerNano(),
        step.flopsPerNano(), step.place(), step.name(), step.isShared() ? ", side by side" : "",
        originText(step.step()));
  }

  private static String originText(Step step) {
    return step.node().origin().isKnown() ? "  # " + step.node().origin() : "";
  }
}
