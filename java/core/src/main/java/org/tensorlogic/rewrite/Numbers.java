package org.tensorlogic.rewrite;

import java.util.OptionalDouble;
import org.tensorlogic.ir.Constant;
import org.tensorlogic.ir.Literal;
import org.tensorlogic.ir.Movement;
import org.tensorlogic.ir.Node;
import org.tensorlogic.ir.Op;
import org.tensorlogic.ir.Ops;
import org.tensorlogic.type.DType;

/** Nodes whose elements are all one known number. */
final class Numbers {

  private Numbers() {}

  /** Returns whether an op keeps a constant of one number what it is, or is one. */
  static boolean mayBeOne(Op op) {
    return op instanceof Constant || op instanceof Movement.Broadcast
        || op instanceof Movement.Reshape || op instanceof Movement.Permute
        || op instanceof Movement.Slice;
  }

  /** Returns the number that all elements of a node are, as its dtype holds it. */
  static OptionalDouble of(Node node) {
    Node from = node;
    while (mayBeOne(from.op()) && !from.operands().isEmpty()) {
      from = from.operand(0);
    }
    if (!(from.op() instanceof Constant(_, Literal elements)) || elements.count() == 0
        || from.dtype() == DType.I64 && Math.abs(elements.integer(0)) > 1L << 53) {
      return OptionalDouble.empty();
    }
    double first = elements.real(0);
    if (!elements.isAll(first)) {
      return OptionalDouble.empty();
    }
    return OptionalDouble.of(rounded(from.dtype(), first));
  }

  /** Returns a number as a dtype holds it. */
  static double rounded(DType dtype, double value) {
    return dtype == DType.F32 ? (float) value : value;
  }

  /** Returns a node of the type of another whose elements are all one number. */
  static Node filled(Node like, double value) {
    return Ops.broadcastTo(Ops.scalar(like, value), like.shape());
  }

  /** Returns the truth value in the shape of another node. */
  static Node truth(Node like, boolean value) {
    Node scalar = like.builder().constant(DType.BOOL, value ? 1 : 0);
    return Ops.broadcastTo(scalar, like.shape());
  }
}
