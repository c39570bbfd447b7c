package org.tensorlogic.ir;

import java.util.List;
import java.util.Optional;
import org.tensorlogic.error.Code;
import org.tensorlogic.error.Diagnostic;
import org.tensorlogic.error.ShapeException;
import org.tensorlogic.type.TensorType;

/**
 * A value known when the graph is built.
 *
 * @param type its type with known extents
 * @param elements all elements in row-major order
 */
public record Constant(TensorType type, Literal elements) implements Op {

  @Override
  public String function() {
    return "constant";
  }

  @Override
  public String attributes() {
    return elements.toString();
  }

  /** (C1) there is one element for each place. */
  @Override
  public TensorType infer(List<TensorType> operands) {
    if (type.shape().count() != elements.count()) {
      throw new ShapeException(Diagnostic.error(Code.SHAPE_MISMATCH,
          "constant (C1): %s has %d elements but %d came", type, type.shape().count(),
          elements.count()).hint("give one element for each place"));
    }
    Rules.requireComputes("constant", 0, type);
    return type;
  }

  @Override
  public List<Optional<Node>> pullback(Node self, Node cotangent) {
    return List.of();
  }

  @Override
  public Optional<KernelKey> kernel(List<TensorType> operands) {
    return Optional.empty();
  }
}
