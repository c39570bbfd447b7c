package org.tensorlogic.rewrite;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.tensorlogic.ir.Graph;
import org.tensorlogic.ir.GraphBuilder;
import org.tensorlogic.ir.Node;
import org.tensorlogic.ir.Op;
import org.tensorlogic.type.TensorType;

/** A graph that is being built anew; inputs and outputs keep their names and order. */
final class Rebuild {

  private final Graph source;
  private final GraphBuilder builder = new GraphBuilder();
  private final Map<Node, Node> placed = new HashMap<>();

  Rebuild(Graph source) {
    this(source, type -> type);
  }

  /** Starts with inputs of other types. */
  Rebuild(Graph source, UnaryOperator<TensorType> types) {
    this.source = source;
    source.inputs().forEach((name, node) ->
        placed.put(node, builder.at(node.origin()).input(name, types.apply(node.type()))));
  }

  /** Returns a node like another on what its operands became. */
  Node copy(Node node) {
    return builder.copy(node, placed(node.operands()));
  }

  /** Returns a node of an op on what other nodes became, in the place of a node. */
  Node node(Node node, Op op, Collection<Node> operands) {
    return builder.at(node.origin()).add(op, placed(operands));
  }

  private List<Node> placed(Collection<Node> nodes) {
    var now = new ArrayList<Node>(nodes.size());
    for (Node node : nodes) {
      now.add(placed.get(node));
    }
    return now;
  }

  /** Says what a node of the source became. */
  void place(Node node, Node now) {
    placed.put(node, now);
  }

  /** Returns whether it is known what a node became. */
  boolean hasPlaced(Node node) {
    return placed.containsKey(node);
  }

  /** Returns the graph of what the outputs became. */
  Graph graph() {
    var outputs = new LinkedHashMap<String, Node>();
    source.outputs().forEach((name, node) -> outputs.put(name, placed.get(node)));
    return builder.build(outputs);
  }

  /** Returns an equal graph whose nodes are numbered without gaps. */
  static Graph dense(Graph graph) {
    var rebuild = new Rebuild(graph);
    for (Node node : graph.nodes()) {
      rebuild.place(node, rebuild.copy(node));
    }
    return rebuild.graph();
  }

  /**
   * Returns a graph with other nodes in the place of some, also below them. A node that would come
   * to be its own operand stays what it was.
   */
  static Graph through(Graph graph, Map<Node, Node> became) {
    var rebuild = new Rebuild(graph);
    var waiting = new HashSet<Node>();
    var stack = new ArrayDeque<>(graph.outputs().values());
    while (!stack.isEmpty()) {
      Node node = stack.peek();
      Node now = became.getOrDefault(node, node);
      waiting.add(node);
      int depth = stack.size();
      for (Node operand : now.operands()) {
        if (waiting.contains(operand)) {
          became.put(operand, operand);
        } else if (!rebuild.placed.containsKey(operand)) {
          stack.push(operand);
        }
      }
      boolean circular = now.operands().stream().anyMatch(waiting::contains);
      if (stack.size() == depth && circular) {
        waiting.removeAll(now.operands());
        now.operands().stream().filter(operand -> !rebuild.placed.containsKey(operand))
            .forEach(stack::push);
      } else if (stack.size() == depth) {
        rebuild.place(node, rebuild.copy(now));
        waiting.remove(node);
        stack.pop();
      }
    }
    return rebuild.graph();
  }
}
