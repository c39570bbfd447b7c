package org.tensorlogic.rewrite;

import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What happened while a graph was rewritten, bodies of loops included.
 *
 * @param firings how often each rule fired, by name, and {@code fusion} for each fused region;
 *     what did not happen is left out
 * @param iterations passes over the graph
 * @param nodesBefore nodes of the graph given
 * @param nodesAfter nodes of the graph returned
 * @param verificationFailures rewritten graphs that the check refused and that were given up
 * @param settled whether it ended because nothing was left to do, not by a limit
 */
public record Statistics(SortedMap<String, Integer> firings, int iterations, int nodesBefore,
    int nodesAfter, int verificationFailures, boolean settled) {

  /** Keeps a copy of the map. */
  public Statistics {
    firings = Collections.unmodifiableSortedMap(new TreeMap<>(firings));
  }

  /** Returns the statistics of a graph that stays as it is. */
  static Statistics unchanged(int nodes) {
    return new Statistics(new TreeMap<>(), 0, nodes, nodes, 0, true);
  }

  /** Returns how often anything was rewritten. */
  public int rewrites() {
    return firings.values().stream().mapToInt(Integer::intValue).sum();
  }

  /** Returns these statistics and those of what was done afterwards. */
  Statistics then(Statistics later) {
    var sum = new TreeMap<>(firings);
    later.firings.forEach((name, count) -> sum.merge(name, count, Integer::sum));
    return new Statistics(sum, iterations + later.iterations, nodesBefore, later.nodesAfter,
        verificationFailures + later.verificationFailures, settled && later.settled);
  }

  /** Prints {@code 12 nodes -> 9, 4 rewrites: neg-neg 3, sub-zero 1}. */
  @Override
  public String toString() {
    var text = new StringBuilder();
    text.append(nodesBefore).append(" nodes -> ").append(nodesAfter).append(", ")
        .append(rewrites()).append(" rewrites");
    String separator = ": ";
    for (Map.Entry<String, Integer> entry : firings.entrySet()) {
      text.append(separator).append(entry.getKey()).append(' ').append(entry.getValue());
      separator = ", ";
    }
    return text.append(settled ? "" : "; stopped at the limit").toString();
  }
}
