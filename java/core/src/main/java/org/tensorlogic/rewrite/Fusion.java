package org.tensorlogic.rewrite;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.tensorlogic.ir.Blocked;
import org.tensorlogic.ir.Fused;
import org.tensorlogic.ir.Graph;
import org.tensorlogic.ir.GraphBuilder;
import org.tensorlogic.ir.Loop;
import org.tensorlogic.ir.Node;
import org.tensorlogic.ir.Op;

/**
 * Makes one {@link Fused} node of each region of pointwise functions and row reductions, so that
 * what lies between them never goes to memory. The bits of pointwise functions stay; reductions
 * add in another order. Bodies of loops and of blocked regions are fused too.
 */
public final class Fusion {

  private final Graph graph;
  private final Map<Graph, Graph> bodies;
  private final Map<Node, List<Node>> users = new HashMap<>();
  private final Map<Node, Region> regionOfRoot = new HashMap<>();
  private final Set<Node> inside = new HashSet<>();

  private Fusion(Graph graph, Map<Graph, Graph> bodies) {
    this.graph = graph;
    this.bodies = bodies;
  }

  /** Returns an equal graph with fused regions. */
  public static Graph apply(Graph graph) {
    return new Fusion(graph, new HashMap<>()).fused();
  }

  private Graph fused() {
    for (Node node : graph.nodes()) {
      node.operands().forEach(operand ->
          users.computeIfAbsent(operand, _ -> new ArrayList<>()).add(node));
    }
    var outputs = new HashSet<>(graph.outputs().values());
    for (Node node : graph.nodes().reversed()) {
      if (Fused.computes(node.op()) && !inside.contains(node)) {
        Region region = Region.of(node, n -> users.getOrDefault(n, List.of()),
            outputs::contains);
        if (region != null) {
          regionOfRoot.put(node, region);
          inside.addAll(region.members());
        }
      }
    }
    boolean same = regionOfRoot.isEmpty();
    for (Node node : graph.nodes()) {
      same &= op(node.op()) == node.op();
    }
    return same ? graph : rebuilt();
  }

  private Graph rebuilt() {
    var rebuild = new Rebuild(graph);
    for (Node node : graph.nodes()) {
      Region region = regionOfRoot.get(node);
      Op op = op(node.op());
      if (region != null) {
        rebuild.place(node, rebuild.node(node, new Fused(body(region)), region.operands()));
      } else if (op != node.op()) {
        rebuild.place(node, rebuild.node(node, op, node.operands()));
      } else if (!inside.contains(node)) {
        rebuild.place(node, rebuild.copy(node));
      }
    }
    return rebuild.graph();
  }

  /** Returns an op with a fused body; the same op where that changes nothing. */
  private Op op(Op op) {
    if (op instanceof Loop(Graph body, String label, long iterations, double tolerance,
        int state) && fused(body) != body) {
      return new Loop(fused(body), label, iterations, tolerance, state);
    }
    if (op instanceof Blocked(Graph body, List<Integer> axes, int resultAxis, long extent)
        && fused(body) != body) {
      return new Blocked(fused(body), axes, resultAxis, extent);
    }
    return op;
  }

  /** Loop nodes of one body keep one body. */
  private Graph fused(Graph body) {
    Graph fused = bodies.get(body);
    if (fused == null) {
      fused = new Fusion(body, bodies).fused();
      bodies.put(body, fused);
    }
    return fused;
  }

  private static Graph body(Region region) {
    var builder = new GraphBuilder();
    var made = new HashMap<Node, Node>();
    for (Node operand : region.operands()) {
      builder.at(operand.origin());
      made.put(operand, builder.input("operand " + made.size(), operand.type()));
    }
    for (Node member : region.members()) {
      made.put(member, builder.copy(member, member.operands().stream().map(made::get).toList()));
    }
    return builder.build(made.get(region.root()));
  }
}
