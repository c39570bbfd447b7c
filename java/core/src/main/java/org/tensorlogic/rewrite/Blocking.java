package org.tensorlogic.rewrite;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.tensorlogic.ir.Einsum;
import org.tensorlogic.ir.Graph;
import org.tensorlogic.ir.Loop;
import org.tensorlogic.ir.Node;
import org.tensorlogic.ir.Op;
import org.tensorlogic.ir.Reduce;

/**
 * Makes one {@link org.tensorlogic.ir.Blocked} node of each region that makes a large contraction
 * and takes it up again by another contraction or a reduction, such as the scores of attention, so
 * that only blocks of what lies between ever exist. Contractions of blocks may add in another
 * order than those of the whole. Bodies of loops are blocked too.
 */
final class Blocking {

  private final Graph graph;
  private final Map<Graph, Graph> bodies;
  private final Map<Node, List<Node>> users = new HashMap<>();
  private final Map<Node, Streamed> regionOfRoot = new HashMap<>();

  private Blocking(Graph graph, Map<Graph, Graph> bodies) {
    this.graph = graph;
    this.bodies = bodies;
  }

  /** Returns an equal graph with blocked regions. */
  static Graph apply(Graph graph) {
    return new Blocking(graph, new HashMap<>()).blocked();
  }

  private Graph blocked() {
    for (Node node : graph.nodes()) {
      node.operands().forEach(operand ->
          users.computeIfAbsent(operand, _ -> new ArrayList<>()).add(node));
    }
    var outputs = new HashSet<>(graph.outputs().values());
    var inside = new HashSet<Node>();
    Set<Node> overLarge = overLarge();
    for (Node node : graph.nodes().reversed()) {
      if ((node.op() instanceof Einsum || node.op() instanceof Reduce)
          && overLarge.contains(node) && !inside.contains(node)) {
        Streamed region = Streamed.of(node, n -> users.getOrDefault(n, List.of()),
            outputs::contains);
        if (region != null) {
          regionOfRoot.put(node, region);
          inside.addAll(region.members().keySet());
        }
      }
    }
    boolean same = regionOfRoot.isEmpty();
    for (Node node : graph.nodes()) {
      same &= op(node.op()) == node.op();
    }
    return same ? graph : rebuilt(outputs);
  }

  /** The nodes that may be made of a contraction that is worth a region. */
  private Set<Node> overLarge() {
    var over = new HashSet<Node>();
    for (Node node : graph.nodes()) {
      for (Node operand : node.operands()) {
        if (over.contains(operand) || Streamed.isLarge(operand)) {
          over.add(node);
        }
      }
    }
    return over;
  }

  /** Builds what the outputs need; members of regions are not reached but as views of others. */
  private Graph rebuilt(Set<Node> outputs) {
    var needed = new LinkedHashSet<>(outputs);
    for (Node node : graph.nodes().reversed()) {
      if (needed.contains(node)) {
        needed.addAll(operandsOf(node));
      }
    }
    var rebuild = new Rebuild(graph);
    for (Node node : graph.nodes()) {
      if (needed.contains(node)) {
        Streamed region = regionOfRoot.get(node);
        Op op = region == null ? op(node.op()) : region.op();
        rebuild.place(node, op == node.op() ? rebuild.copy(node)
            : rebuild.node(node, op, operandsOf(node)));
      }
    }
    return rebuild.graph();
  }

  private List<Node> operandsOf(Node node) {
    Streamed region = regionOfRoot.get(node);
    return region == null ? node.operands()
        : region.operands().stream().map(Streamed.Cut::node).toList();
  }

  /** Loop nodes of one body keep one body; where nothing changes in it, it is the same op. */
  private Op op(Op op) {
    if (op instanceof Loop(Graph body, String label, long iterations, double tolerance,
        int state)) {
      Graph blocked = bodies.get(body);
      if (blocked == null) {
        blocked = new Blocking(body, bodies).blocked();
        bodies.put(body, blocked);
      }
      return blocked == body ? op : new Loop(blocked, label, iterations, tolerance, state);
    }
    return op;
  }
}
