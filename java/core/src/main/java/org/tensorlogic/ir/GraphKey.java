package org.tensorlogic.ir;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import org.tensorlogic.error.Origin;
import org.tensorlogic.type.TensorType;

/**
 * What a graph is apart from the identity of its nodes: ops with their attributes, dtypes, shapes,
 * constants, names, and the places in the source that messages tell. Graphs of equal keys can stand
 * for each other. Immutable.
 */
public final class GraphKey {

  /** A node by the places of its operands; ops that hold graphs are replaced by their keys. */
  private record Part(Object op, List<Integer> operands, TensorType type, Origin origin) {}

  /** An op that holds a graph, which is equal only to itself. */
  private record Nested(GraphKey body, List<?> attributes) {}

  private final List<Part> nodes;
  private final List<String> outputNames;
  private final List<Integer> outputs;
  private final int hash;

  private GraphKey(Graph graph) {
    var places = new HashMap<Node, Integer>();
    var parts = new ArrayList<Part>();
    for (Node node : graph.nodes()) {
      parts.add(new Part(part(node.op()), node.operands().stream().map(places::get).toList(),
          node.type(), node.origin()));
      places.put(node, places.size());
    }
    this.nodes = List.copyOf(parts);
    this.outputNames = List.copyOf(graph.outputs().keySet());
    this.outputs = graph.outputs().values().stream().map(places::get).toList();
    this.hash = 31 * (31 * nodes.hashCode() + outputNames.hashCode()) + outputs.hashCode();
  }

  /** Returns the key of a graph; the time is linear in its nodes and the elements of constants. */
  public static GraphKey of(Graph graph) {
    return new GraphKey(graph);
  }

  private static Object part(Op op) {
    return switch (op) {
      case Loop(Graph body, String label, long iterations, double tolerance, int state) ->
          new Nested(of(body), List.of(label, iterations, tolerance, state));
      case Fused(Graph body, int result) -> new Nested(of(body), List.of(result));
      case Blocked(Graph body, List<Integer> axes, int resultAxis, long extent) ->
          new Nested(of(body), List.of(axes, resultAxis, extent));
      case Op other -> other;
    };
  }

  /** Returns about how many bytes of constants the graph holds, those of its bodies included. */
  public long constantBytes() {
    long bytes = 0;
    for (Part node : nodes) {
      bytes += switch (node.op) {
        case Constant constant -> (long) constant.elements().count() * Long.BYTES;
        case Nested nested -> nested.body.constantBytes();
        default -> 0; // open: any op may stand in a part, these two hold elements
      };
    }
    return bytes;
  }

  /** Returns the number of nodes, those of bodies included. */
  public long nodeCount() {
    return nodes.stream().mapToLong(node ->
        node.op instanceof Nested(GraphKey body, _) ? 1 + body.nodeCount() : 1).sum();
  }

  @Override
  public boolean equals(Object other) {
    return this == other || other instanceof GraphKey key && hash == key.hash
        && nodes.equals(key.nodes) && outputNames.equals(key.outputNames)
        && outputs.equals(key.outputs);
  }

  @Override
  public int hashCode() {
    return hash;
  }
}
