package org.tensorlogic.ir;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A program: the nodes that its outputs need, in an order in which operands come first. Immutable,
 * equal only to itself, safe for any number of threads.
 */
public final class Graph {

  private final List<Node> nodes;
  private final Map<String, Node> inputs;
  private final Map<String, Node> outputs;

  Graph(Map<String, Node> inputs, Map<String, Node> outputs) {
    this.inputs = Collections.unmodifiableMap(new LinkedHashMap<>(inputs));
    this.outputs = Collections.unmodifiableMap(new LinkedHashMap<>(outputs));
    this.nodes = reachable(inputs.values(), outputs.values());
  }

  private static List<Node> reachable(Iterable<Node> inputs, Iterable<Node> outputs) {
    var seen = new BitSet();
    var found = new ArrayList<Node>();
    var waiting = new ArrayDeque<Node>();
    inputs.forEach(waiting::push);
    outputs.forEach(waiting::push);
    while (!waiting.isEmpty()) {
      Node node = waiting.pop();
      if (!seen.get(node.id())) {
        seen.set(node.id());
        found.add(node);
        node.operands().forEach(waiting::push);
      }
    }
    found.sort((a, b) -> Integer.compare(a.id(), b.id()));
    return List.copyOf(found);
  }

  /** Returns all nodes, operands before their users; inputs are kept even where unused. */
  public List<Node> nodes() {
    return nodes;
  }

  /** Returns the inputs by name in the order of their creation. */
  public Map<String, Node> inputs() {
    return inputs;
  }

  /** Returns the outputs by name in the order given. */
  public Map<String, Node> outputs() {
    return outputs;
  }

  /** Prints one line for each node and output. */
  @Override
  public String toString() {
    return Printer.print(this);
  }
}
