package org.tensorlogic.ir;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.tensorlogic.error.Code;
import org.tensorlogic.error.Diagnostic;
import org.tensorlogic.error.GraphException;
import org.tensorlogic.error.TensorLogicException;
import org.tensorlogic.type.TensorType;

/**
 * The machine-checked definition of a legal graph: (G1) operands come before their users; (G2)
 * every type is what the op infers; (G3) each input is an Input node of its name; (G4) outputs and
 * inputs are in the graph; (G5) the bodies of loops, blocks and fused regions are legal graphs.
 */
public final class Verifier {

  private Verifier() {}

  /** Throws a GraphException that lists every breach with its neighbourhood and the user's line. */
  public static void verify(Graph graph) {
    var problems = new ArrayList<Diagnostic>();
    check(graph, problems);
    if (!problems.isEmpty()) {
      throw new GraphException(problems);
    }
  }

  private static void check(Graph graph, List<Diagnostic> problems) {
    var seen = new HashSet<Node>();
    for (Node node : graph.nodes()) {
      check(node, seen, problems);
      seen.add(node);
    }
    graph.inputs().forEach((name, node) -> {
      boolean isInput = node.op() instanceof Input input && input.label().equals(name);
      if (!isInput) {
        problems.add(problem(node, "G3", "input \"" + name + "\" is another node",
            "list each input under the name that its node has"));
      }
    });
    var ends = new ArrayList<>(graph.inputs().values());
    ends.addAll(graph.outputs().values());
    ends.stream().filter(node -> !seen.contains(node)).forEach(node ->
        problems.add(problem(node, "G4", "this input or output is not in the graph",
            "build the graph from all of its outputs")));
  }

  private static void check(Node node, Set<Node> seen, List<Diagnostic> problems) {
    if (!seen.containsAll(node.operands())) {
      problems.add(problem(node, "G1", "an operand comes after it",
          "list each node after its operands"));
    }
    try {
      TensorType inferred = node.op().infer(GraphBuilder.types(node.operands()));
      if (!inferred.equals(node.type())) {
        problems.add(problem(node, "G2", "its op infers " + inferred,
            "make nodes by GraphBuilder or Ops, which infer their types"));
      }
    } catch (TensorLogicException refused) {
      problems.add(problem(node, "G2", refused.diagnostic().message(),
          String.join("; ", refused.diagnostic().hints())));
    }
    body(node.op()).ifPresent(body -> check(body, problems));
  }

  private static Optional<Graph> body(Op op) {
    return switch (op) {
      case Loop loop -> Optional.of(loop.body());
      case Blocked blocked -> Optional.of(blocked.body());
      case Fused fused -> Optional.of(fused.body());
      case Input _, Constant _, Einsum _, Pointwise _, Reduce _, Movement _, Convert _ ->
          Optional.empty();
    };
  }

  private static Diagnostic problem(Node node, String rule, String what, String hint) {
    var lines = new StringBuilder();
    node.operands().forEach(operand -> lines.append("  ").append(operand).append('\n'));
    lines.append("> ").append(node);
    return Diagnostic.error(Code.GRAPH, "graph (%s): %s", rule, what).at(node.origin())
        .excerpt(lines.toString()).hint("%s", hint);
  }
}
