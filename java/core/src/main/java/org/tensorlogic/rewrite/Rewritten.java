package org.tensorlogic.rewrite;

import java.util.List;
import org.tensorlogic.ir.Graph;

/**
 * A graph after rewriting, and how it came about.
 *
 * @param graph the graph with the same inputs and outputs
 * @param statistics counts of what happened
 * @param trace every rule that fired, in order
 */
public record Rewritten(Graph graph, Statistics statistics, List<Firing> trace) {

  /** Keeps a copy of the list. */
  public Rewritten {
    trace = List.copyOf(trace);
  }
}
