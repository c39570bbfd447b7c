package org.tensorlogic.autodiff;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;
import org.tensorlogic.error.Requirement;
import org.tensorlogic.ir.Node;
import org.tensorlogic.ir.Ops;

/**
 * Reverse-mode differentiation. The result is made of ordinary nodes in the same builder, so it can
 * be differentiated again to any order.
 */
public final class Gradients {

  private Gradients() {}

  /**
   * Returns the gradient of a scalar with respect to each of some nodes, of their types. A node
   * that the scalar does not depend on has a gradient of zeros.
   *
   * @throws org.tensorlogic.error.ArgumentException unless the first node is a real scalar
   * @throws org.tensorlogic.error.GraphException when an op on the way has no gradient
   */
  public static List<Node> of(Node scalar, List<Node> withRespectTo) {
    Requirement.requireArgument(scalar.rank() == 0 && scalar.dtype().isFloating(),
        () -> "reduce it first, as by Ops.sum; Gradients.pullback takes a cotangent instead",
        scalar::origin, "gradient of %s: a real scalar is required", scalar);
    return pullback(scalar, Ops.scalar(scalar, 1), withRespectTo);
  }

  /**
   * Returns the product of a cotangent with the Jacobian of a node, for each of some nodes.
   *
   * @param cotangent a node of the same type as the first
   */
  public static List<Node> pullback(Node result, Node cotangent, List<Node> withRespectTo) {
    Requirement.requireArgument(cotangent.type().equals(result.type()),
        () -> "give it the dtype and shape of the result", result::origin,
        "pullback of %s: the cotangent is %s", result, cotangent.type());
    Set<Node> relevant = dependents(result, withRespectTo);
    Map<Node, Node> cotangents = new HashMap<>(Map.of(result, cotangent));
    // Falling numbers visit every user of a node before the node itself.
    var waiting = new PriorityQueue<Node>((a, b) -> Integer.compare(b.id(), a.id()));
    waiting.add(result);
    while (!waiting.isEmpty()) {
      Node node = waiting.poll();
      if (relevant.contains(node) && !node.operands().isEmpty()) {
        flowBack(node, cotangents, waiting, relevant);
      }
    }
    return withRespectTo.stream().map(node -> cotangents.containsKey(node) ? cotangents.get(node)
        : Ops.broadcastTo(Ops.scalar(node, 0), node.shape())).toList();
  }

  private static void flowBack(Node node, Map<Node, Node> cotangents, PriorityQueue<Node> waiting,
      Set<Node> relevant) {
    List<Optional<Node>> parts = node.op().pullback(node, cotangents.get(node));
    for (int i = 0; i < parts.size(); i++) {
      Node operand = node.operand(i);
      if (parts.get(i).isPresent() && relevant.contains(operand)) {
        Node part = parts.get(i).get();
        Node sum = cotangents.get(operand);
        if (sum == null) {
          waiting.add(operand);
        }
        cotangents.put(operand, sum == null ? part : Ops.add(sum, part));
      }
    }
  }

  /** The nodes between: those that the result needs and that depend on one of the sources. */
  private static Set<Node> dependents(Node result, List<Node> sources) {
    var needed = new ArrayList<Node>(List.of(result));
    var seen = new HashSet<>(needed);
    for (int i = 0; i < needed.size(); i++) {
      needed.get(i).operands().stream().filter(seen::add).forEach(needed::add);
    }
    needed.sort((a, b) -> Integer.compare(a.id(), b.id()));
    Set<Node> dependent = new HashSet<>(sources);
    needed.stream().filter(node -> node.operands().stream().anyMatch(dependent::contains))
        .forEach(dependent::add);
    return dependent;
  }
}
