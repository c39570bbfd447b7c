package org.tensorlogic.rewrite;

import java.util.HashMap;
import java.util.Map;
import org.tensorlogic.ir.Graph;
import org.tensorlogic.ir.Node;

/** How many nodes and outputs use each node, as far as it is known while nodes are replaced. */
final class Uses {

  private final Map<Node, Integer> counts = new HashMap<>();

  /** Returns the uses of every node of a graph. */
  static Map<Node, Integer> count(Graph graph) {
    var counts = new HashMap<Node, Integer>();
    for (Node node : graph.nodes()) {
      counts.putIfAbsent(node, 0);
      node.operands().forEach(operand -> counts.merge(operand, 1, Integer::sum));
    }
    graph.outputs().values().forEach(output -> counts.merge(output, 1, Integer::sum));
    return counts;
  }

  void add(Node node, int count) {
    counts.merge(node, count, Integer::sum);
  }

  /** The users of one node use another instead. */
  void move(Node from, Node to) {
    add(to, counts.getOrDefault(from, 1));
  }

  /** Returns the uses of a node; one that a replacement made has its one user. */
  int of(Node node) {
    return counts.getOrDefault(node, 1);
  }
}
