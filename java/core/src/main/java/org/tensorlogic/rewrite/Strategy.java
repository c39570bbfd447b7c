package org.tensorlogic.rewrite;

import org.tensorlogic.error.Requirement;

/** In which order, and how often, a rewriter looks for matches. */
public sealed interface Strategy {

  /** Each node once, operands first; one rule at most fires on it. */
  record OnePass() implements Strategy {}

  /** Each node once, operands first; rules fire at its place until none matches there. */
  record BottomUp() implements Strategy {}

  /**
   * Each node once, before its operands; rules fire at its place until none matches there, then
   * their operands' turn comes. What no longer is used is never looked at.
   */
  record TopDown() implements Strategy {}

  /** Until no rule matches anywhere, operands first, the nodes of replacements included. */
  record Exhaustive() implements Strategy {}

  /** Rules of a lower priority fire only where none of a higher one matches in the whole graph. */
  record Prioritized() implements Strategy {}

  /**
   * One pass after the other until one changes nothing.
   *
   * @param iterationsMax the number of passes after which it stops all the same
   */
  record FixedPoint(int iterationsMax) implements Strategy {
    /** Refuses limits below 1. */
    public FixedPoint {
      Requirement.requireArgument(iterationsMax >= 1, () -> "take 1 or more",
          "iterationsMax %d is below 1", iterationsMax);
    }
  }
}
