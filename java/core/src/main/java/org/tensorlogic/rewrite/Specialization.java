package org.tensorlogic.rewrite;

import java.util.HashMap;
import java.util.Map;
import org.tensorlogic.ir.Blocked;
import org.tensorlogic.ir.Constant;
import org.tensorlogic.ir.Convert;
import org.tensorlogic.ir.Einsum;
import org.tensorlogic.ir.Fused;
import org.tensorlogic.ir.Graph;
import org.tensorlogic.ir.Input;
import org.tensorlogic.ir.Loop;
import org.tensorlogic.ir.Movement;
import org.tensorlogic.ir.Node;
import org.tensorlogic.ir.Op;
import org.tensorlogic.ir.Pointwise;
import org.tensorlogic.ir.Reduce;
import org.tensorlogic.type.TensorType;

/** A graph for inputs of known extents, made of one that names them. */
public final class Specialization {

  private final Map<String, Long> extents;
  private final Map<Graph, Graph> bodies = new HashMap<>();

  private Specialization(Map<String, Long> extents) {
    this.extents = extents;
  }

  /** Returns a graph with numbers in the place of named extents, bodies included. */
  public static Graph of(Graph graph, Map<String, Long> extents) {
    return extents.isEmpty() ? graph : new Specialization(extents).bound(graph);
  }

  private Graph bound(Graph graph) {
    var rebuild = new Rebuild(graph, this::bound);
    for (Node node : graph.nodes()) {
      if (!(node.op() instanceof Input)) {
        rebuild.place(node, rebuild.node(node, bound(node.op()), node.operands()));
      }
    }
    return rebuild.graph();
  }

  private TensorType bound(TensorType type) {
    return type.as(type.shape().bind(extents));
  }

  private Op bound(Op op) {
    return switch (op) {
      case Movement.Reshape(var target) -> new Movement.Reshape(target.bind(extents));
      case Movement.Broadcast(var target, var axes) ->
          new Movement.Broadcast(target.bind(extents), axes);
      case Loop(Graph body, String label, long iterationsMax, double tolerance, int state) ->
          new Loop(body(body), label, iterationsMax, tolerance, state);
      case Fused(Graph body, int result) -> new Fused(body(body), result);
      case Blocked(Graph body, var axes, int resultAxis, long extent) ->
          new Blocked(body(body), axes, resultAxis, extent);
      case Input _, Constant _, Einsum _, Pointwise _, Convert _, Reduce _, Movement.Permute _,
          Movement.Slice _, Movement.Pad _, Movement.Concat _, Movement.Gather _ -> op;
    };
  }

  /** Nodes of one body keep one body. */
  private Graph body(Graph body) {
    Graph known = bodies.get(body);
    if (known == null) {
      known = bound(body);
      bodies.put(body, known);
    }
    return known;
  }
}
