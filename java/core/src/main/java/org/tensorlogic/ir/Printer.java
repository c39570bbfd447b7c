package org.tensorlogic.ir;

import java.util.stream.Collectors;

/** Prints nodes and graphs as stable text: the same graph always gives the same lines. */
public final class Printer {

  private Printer() {}

  /** Prints {@code %3 = einsum "ij,jk->ik" %0 %1 : f32[2, 4]}. */
  public static String print(Node node) {
    String attributes = node.op().attributes();
    String operands = node.operands().stream().map(operand -> " %" + operand.id())
        .collect(Collectors.joining());
    return "%" + node.id() + " = " + node.op().function()
        + (attributes.isEmpty() ? "" : " " + attributes) + operands + " : " + node.type();
  }

  /** Prints one line a node, its place behind {@code #}, then the outputs. */
  public static String print(Graph graph) {
    var text = new StringBuilder();
    for (Node node : graph.nodes()) {
      text.append(print(node));
      if (node.origin().isKnown()) {
        text.append("  # ").append(node.origin());
      }
      text.append('\n');
    }
    graph.outputs().forEach((name, node) ->
        text.append("output ").append(name).append(" = %").append(node.id()).append('\n'));
    return text.toString();
  }
}
