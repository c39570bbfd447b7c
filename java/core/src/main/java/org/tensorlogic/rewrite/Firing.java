package org.tensorlogic.rewrite;

import org.tensorlogic.error.Origin;
import org.tensorlogic.ir.Node;
import org.tensorlogic.ir.Printer;

/**
 * A rule that fired, for traces.
 *
 * @param rule the rule
 * @param before the node that it matched
 * @param after what the node became
 */
public record Firing(Rule rule, Node before, Node after) {

  /** Returns the place in the user's source that the matched node was built from. */
  public Origin origin() {
    return before.origin();
  }

  /** Prints {@code neg-neg: %2 = neg %1 : f32[] -> %0 = input x : f32[]  # place}. */
  @Override
  public String toString() {
    return rule.name() + ": " + Printer.print(before) + " -> " + Printer.print(after)
        + (origin().isKnown() ? "  # " + origin() : "");
  }
}
