package org.tensorlogic.ir;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.tensorlogic.error.Code;
import org.tensorlogic.error.Diagnostic;
import org.tensorlogic.error.GraphException;
import org.tensorlogic.error.Requirement;
import org.tensorlogic.type.Dim;
import org.tensorlogic.type.Shape;
import org.tensorlogic.type.TensorType;

/**
 * A region that is computed block by block along one axis of its result, so that what lies inside
 * takes the memory of one block. The operands are the body's inputs in order; the body has one
 * output, a block of the result. Blocks do not depend on each other. In the body the cut axes have
 * the extent {@link #EXTENT}, which is bound to that of a block; the last block may be shorter.
 * Made by a rewrite after gradients have been taken.
 *
 * @param body what computes one block
 * @param axes for each operand the axis along which it is cut, or {@link #WHOLE}
 * @param resultAxis the axis of the result along which its blocks lie
 * @param extent the extent of a block along these axes, at least 1
 */
public record Blocked(Graph body, List<Integer> axes, int resultAxis, long extent) implements Op {

  /** In the place of an axis: every block reads the whole operand. */
  public static final int WHOLE = -1;
  /** The extent of cut axes in bodies; no text of a program can have this name. */
  public static final Dim EXTENT = Dim.of("(block)");

  /** Keeps a copy; refuses bodies that have not one output, and blocks without elements. */
  public Blocked {
    axes = List.copyOf(axes);
    Requirement.requireArgument(body.outputs().size() == 1, () -> "build a body with one output",
        "a blocked region has one result but its body has %d", body.outputs().size());
    Requirement.requireArgument(extent >= 1, () -> "choose blocks of one element or more",
        "blocks of extent %d have no elements", extent);
  }

  /** Returns the node that a block of the result is. */
  public Node root() {
    return body.outputs().values().iterator().next();
  }

  /** Returns a shape with another extent for one axis; the same shape for {@link #WHOLE}. */
  public static Shape withExtent(Shape shape, int axis, Dim extent) {
    var dims = new ArrayList<>(shape.dims());
    if (axis != WHOLE) {
      dims.set(axis, extent);
    }
    return new Shape(dims);
  }

  @Override
  public String function() {
    return "blocked";
  }

  @Override
  public String attributes() {
    return "by %d along axis %d, %d nodes".formatted(extent, resultAxis, body.nodes().size());
  }

  /**
   * (C1) one operand and one cut for each body input; (C2) of its type but for the cut axis; (C3)
   * at least one operand is cut, and all that are have one extent there.
   */
  @Override
  public TensorType infer(List<TensorType> operands) {
    var inputs = new ArrayList<>(body.inputs().values());
    if (inputs.size() != operands.size() || inputs.size() != axes.size()) {
      throw problem("C1", "the body has %d inputs and %d cuts but %d operands came", inputs.size(),
          axes.size(), operands.size());
    }
    Dim whole = null;
    for (int i = 0; i < inputs.size(); i++) {
      TensorType operand = operands.get(i);
      int axis = axes.get(i);
      if (axis >= operand.rank() || !inputs.get(i).type().equals(
          operand.as(withExtent(operand.shape(), axis, EXTENT)))) {
        throw problem("C2", "input %d of the body is %s but operand %d is %s, cut along axis %d", i,
            inputs.get(i).type(), i, operand, axis);
      }
      if (axis != WHOLE) {
        Dim cut = operand.shape().dim(axis);
        if (whole != null && !whole.equals(cut)) {
          throw problem("C3", "operand %d has extent %s where it is cut but others have %s", i, cut,
              whole);
        }
        whole = cut;
      }
    }
    if (whole == null) {
      throw problem("C3", "no operand is cut");
    }
    return root().type().as(withExtent(root().shape(), resultAxis, whole));
  }

  private GraphException problem(String constraint, String message, Object... values) {
    return new GraphException(Diagnostic.error(Code.GRAPH,
        "blocked %s (%s): ".formatted(attributes(), constraint) + message, values)
        .hint("let the optimiser make blocked regions"));
  }

  /** Refused: gradients are taken of the graph that was written, and blocked afterwards. */
  @Override
  public List<Optional<Node>> pullback(Node self, Node cotangent) {
    throw new GraphException(Diagnostic.error(Code.GRAPH,
        "blocked %s: gradients are taken before regions are blocked", attributes())
        .at(self.origin()).hint("take the gradient of the graph as it was written"));
  }

  /** No kernel: its body is a program. */
  @Override
  public Optional<KernelKey> kernel(List<TensorType> operands) {
    return Optional.empty();
  }
}
