package org.tensorlogic.rewrite;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
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
  private final Set<Node> outputs = new HashSet<>();

  /** What regions in the making see of this graph. */
  private final class Around implements Region.Outside {

    @Override
    public List<Node> users(Node node) {
      return users.getOrDefault(node, List.of());
    }

    @Override
    public boolean isOutput(Node node) {
      return outputs.contains(node);
    }

    @Override
    public boolean isFree(Node node) {
      return !inside.contains(node);
    }
  }

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
    outputs.addAll(graph.outputs().values());
    for (Node node : graph.nodes().reversed()) {
      if (Fused.computes(node.op()) && !inside.contains(node)) {
        Region region = Region.of(node, new Around());
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

  /* Views are made where they are wanted first: a result of a region that stands further behind may
   * be seen through them, inside of it and outside. */
  private Graph rebuilt() {
    var rebuild = new Rebuild(graph);
    for (Node node : graph.nodes()) {
      Region region = regionOfRoot.get(node);
      Op op = op(node.op());
      if (region != null) {
        place(rebuild, region);
      } else if (!inside.contains(node) && !RegionGrowth.isView(node) && !rebuild.hasPlaced(node)) {
        placeViews(rebuild, node.operands());
        rebuild.place(node, op == node.op() ? rebuild.copy(node)
            : rebuild.node(node, op, node.operands()));
      }
    }
    placeViews(rebuild, graph.outputs().values());
    return rebuild.graph();
  }

  private static void place(Rebuild rebuild, Region region) {
    placeViews(rebuild, region.operands());
    Graph body = body(region);
    for (int result = 0; result < region.results().size(); result++) {
      Node node = region.results().get(result);
      rebuild.place(node, rebuild.node(node, new Fused(body, result), region.operands()));
    }
  }

  private static void placeViews(Rebuild rebuild, Collection<Node> nodes) {
    var waiting = new ArrayDeque<>(nodes);
    while (!waiting.isEmpty()) {
      Node node = waiting.peek();
      if (rebuild.hasPlaced(node)) {
        waiting.pop();
      } else if (rebuild.hasPlaced(node.operand(0))) {
        rebuild.place(waiting.pop(), rebuild.copy(node));
      } else {
        waiting.push(node.operand(0));
      }
    }
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
    var results = new LinkedHashMap<String, Node>();
    region.results().forEach(node -> results.put("result " + results.size(), made.get(node)));
    return builder.build(results);
  }
}
