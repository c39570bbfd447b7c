package org.tensorlogic.rewrite;

import org.tensorlogic.ir.Node;

/**
 * One rewrite: where the pattern matches, the matched node becomes the replacement.
 *
 * @param name a short name, by which statistics and traces call it
 * @param meaning before and after in one line, such as {@code -(-x) -> x}
 * @param level the lowest level of optimisation that has it
 * @param exactness how the results compare
 * @param priority which of several matching rules goes first: the one with the greatest
 * @param pattern what is looked for
 * @param replacement what it becomes
 */
public record Rule(String name, String meaning, OptimizationLevel level, Exactness exactness,
    int priority, Pattern pattern, Replacement replacement) {

  /** Makes the node that takes the matched node's place. */
  @FunctionalInterface
  public interface Replacement {
    /** Returns a node of the matched node's type, or null where the rule does not apply. */
    Node of(Match match);
  }

  /** Returns a rule of priority 0. */
  public static Rule of(String name, String meaning, OptimizationLevel level, Exactness exactness,
      Pattern pattern, Replacement replacement) {
    return new Rule(name, meaning, level, exactness, 0, pattern, replacement);
  }

  /** Returns this rule with another priority. */
  public Rule withPriority(int other) {
    return new Rule(name, meaning, level, exactness, other, pattern, replacement);
  }
}
