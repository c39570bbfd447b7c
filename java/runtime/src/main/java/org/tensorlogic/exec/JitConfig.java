package org.tensorlogic.exec;

import org.tensorlogic.error.Requirement;
import org.tensorlogic.rewrite.OptimizationLevel;

/**
 * When a graph that runs often on inputs of the same layouts is compiled anew for just these. What
 * is made then is a specialisation: all extents are known while it is optimised. Only graphs with
 * named extents, or with a higher level for hot runs, have any.
 *
 * @param initial how much a graph is changed before its first run
 * @param hot how much it is changed for a specialisation, at least as much
 * @param hotThreshold the runs on inputs of the same layouts after which the next one begins by
 *     making a specialisation; a graph that is bound counts as hot at once
 * @param specializationsMax the most specialisations of a graph; the one that ran longest ago makes
 *     room, and 0 makes none
 * @param profilingWindow the runs of a graph without a specialisation after which it is dropped
 */
public record JitConfig(OptimizationLevel initial, OptimizationLevel hot, int hotThreshold,
    int specializationsMax, int profilingWindow) {

  /** Checks the numbers, and that hot graphs are changed no less. */
  public JitConfig {
    Requirement.requireArgument(hot.compareTo(initial) >= 0,
        () -> "take the initial level or a higher one", "hot level %s is below the initial %s", hot,
        initial);
    Requirement.requireArgument(hotThreshold >= 0, () -> "take 0 to specialise every first run",
        "hotThreshold %d is negative", hotThreshold);
    Requirement.requireArgument(specializationsMax >= 0, () -> "take 0 to make none",
        "specializationsMax %d is negative", specializationsMax);
    Requirement.requireArgument(profilingWindow >= 1, () -> "take 1 or more runs",
        "profilingWindow %d is below 1", profilingWindow);
  }

  /** Returns the usual setup with one level for all runs. */
  public static JitConfig of(OptimizationLevel level) {
    return new JitConfig(level, level, 10, 5, 100);
  }

  /** Returns this setup with other levels for the first runs and for specialisations. */
  public JitConfig withLevels(OptimizationLevel first, OptimizationLevel then) {
    return new JitConfig(first, then, hotThreshold, specializationsMax, profilingWindow);
  }

  /** Returns this setup with another count of runs before a specialisation. */
  public JitConfig withHotThreshold(int runs) {
    return new JitConfig(initial, hot, runs, specializationsMax, profilingWindow);
  }

  /** Returns this setup with another limit of specialisations. */
  public JitConfig withSpecializationsMax(int count) {
    return new JitConfig(initial, hot, hotThreshold, count, profilingWindow);
  }

  /** Returns this setup with another count of runs after which unused ones are dropped. */
  public JitConfig withProfilingWindow(int runs) {
    return new JitConfig(initial, hot, hotThreshold, specializationsMax, runs);
  }
}
