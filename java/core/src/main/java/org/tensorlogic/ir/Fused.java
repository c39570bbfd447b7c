package org.tensorlogic.ir;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.tensorlogic.error.Code;
import org.tensorlogic.error.Diagnostic;
import org.tensorlogic.error.GraphException;
import org.tensorlogic.error.Requirement;
import org.tensorlogic.type.Dim;
import org.tensorlogic.type.Shape;
import org.tensorlogic.type.TensorType;

/**
 * A region that runs as one step: what its body computes, without a place in memory for what lies
 * between operands and results. The operands are the body's inputs in order, the results its
 * outputs. All values of the body have one of two shapes: the region's domain, or that of its rows,
 * which the body's reductions make. Nodes of one body and the same operands run as one step; each
 * yields one of the results. Made by a rewrite after gradients have been taken.
 *
 * @param body what is computed: pointwise functions, reductions of one set of trailing axes, and
 *     broadcasts of their results
 * @param result which of the results this node yields, from 0
 */
public record Fused(Graph body, int result) implements Op {

  /** Refuses bodies without that result. */
  public Fused {
    Requirement.requireArgument(result >= 0 && result < body.outputs().size(),
        () -> "results count from 0, in the order of the body's outputs",
        "a fused region has %d results but result %d is asked for", body.outputs().size(), result);
  }

  /** Makes a region that yields the first result of its body. */
  public Fused(Graph body) {
    this(body, 0);
  }

  /** Returns the nodes that the results are. */
  public List<Node> results() {
    return List.copyOf(body.outputs().values());
  }

  /** Returns the first reduction of the body; empty where it has none. */
  private Optional<Node> reduction() {
    return body.nodes().stream().filter(node -> node.op() instanceof Reduce).findFirst();
  }

  /** Returns the shape that the body's functions walk. */
  public Shape domain() {
    return reduction().map(node -> node.operand(0).shape())
        .orElseGet(() -> results().getFirst().shape());
  }

  /** Returns the axes of the domain that its reductions join; none where it has no reduction. */
  public List<Integer> reducedAxes() {
    return reduction().map(node -> ((Reduce) node.op()).axes()).orElse(List.of());
  }

  /** Returns whether an op of a region computes something, rather than bring values in place. */
  public static boolean computes(Op op) {
    return op instanceof Pointwise || op instanceof Reduce;
  }

  /** Returns whether a shape is that of rows: the domain without some axes, or with 1 for them. */
  public static boolean isOfRows(Shape shape, Shape domain, List<Integer> reduced) {
    if (shape.equals(domain.without(reduced))) {
      return true;
    }
    var units = new ArrayList<>(domain.dims());
    reduced.forEach(axis -> units.set(axis, Dim.of(1)));
    return shape.dims().equals(units);
  }

  @Override
  public String function() {
    return "fused";
  }

  /** Names the body's functions in the order in which they run, and the result if not the only. */
  @Override
  public String attributes() {
    int count = body.outputs().size();
    return body.nodes().stream().map(Node::op).filter(Fused::computes)
        .map(Op::function).collect(Collectors.joining(" ", "(", ")"))
        + (count == 1 ? "" : " result %d of %d".formatted(result, count));
  }

  /** (C1) one operand for each body input; (C2) of its type. */
  @Override
  public TensorType infer(List<TensorType> operands) {
    var inputs = new ArrayList<>(body.inputs().values());
    if (inputs.size() != operands.size()) {
      throw problem("C1", "the body has %d inputs but %d operands came", inputs.size(),
          operands.size());
    }
    for (int i = 0; i < inputs.size(); i++) {
      if (!inputs.get(i).type().equals(operands.get(i))) {
        throw problem("C2", "input %d of the body is %s but operand %d is %s", i,
            inputs.get(i).type(), i, operands.get(i));
      }
    }
    return results().get(result).type();
  }

  private GraphException problem(String constraint, String message, Object... values) {
    return new GraphException(Diagnostic.error(Code.GRAPH,
        "fused %s (%s): ".formatted(attributes(), constraint) + message, values)
        .hint("let the optimiser make fused regions"));
  }

  /** Refused: gradients are taken of the graph that was written, and fused afterwards. */
  @Override
  public List<Optional<Node>> pullback(Node self, Node cotangent) {
    throw new GraphException(Diagnostic.error(Code.GRAPH,
        "fused %s: gradients are taken before regions are fused", attributes())
        .at(self.origin()).hint("take the gradient of the graph as it was written"));
  }

  /**
   * The walk that the region needs: {@code map} over elements, {@code rows} with reductions. The
   * dtype is that of the first result.
   */
  @Override
  public Optional<KernelKey> kernel(List<TensorType> operands) {
    return Optional.of(new KernelKey("fused", reducedAxes().isEmpty() ? "map" : "rows",
        results().getFirst().dtype()));
  }
}
