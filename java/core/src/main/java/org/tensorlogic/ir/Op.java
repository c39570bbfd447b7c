package org.tensorlogic.ir;

import java.util.List;
import java.util.Optional;
import org.tensorlogic.type.TensorType;

/**
 * One operation with all its rules. The hierarchy is closed: a pass switches over it without
 * {@code default}, so that a new case breaks the build until every pass has an answer.
 * Implementations are immutable values; two equal ops on the same operands are one node.
 */
public sealed interface Op
    permits Input, Constant, Einsum, Pointwise, Reduce, Movement, Convert, Loop, Fused,
        Blocked {

  /** Returns the function's name, which messages and printed graphs begin with. */
  String function();

  /** Returns the attributes as printed after the name, or the empty string. */
  default String attributes() {
    return "";
  }

  /**
   * Returns the result's type; its numbered constraints (C1), (C2) ... are those of the messages.
   *
   * @throws org.tensorlogic.error.TensorLogicException when the operands break a constraint
   */
  TensorType infer(List<TensorType> operands);

  /**
   * Returns the cotangent of each operand given that of the result; empty where nothing flows back.
   */
  List<Optional<Node>> pullback(Node self, Node cotangent);

  /** Returns what computes this op on operands of these types; empty where no kernel is needed. */
  Optional<KernelKey> kernel(List<TensorType> operands);
}
