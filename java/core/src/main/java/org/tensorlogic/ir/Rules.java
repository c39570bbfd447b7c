package org.tensorlogic.ir;

import java.util.List;
import org.tensorlogic.error.Code;
import org.tensorlogic.error.Diagnostic;
import org.tensorlogic.error.Requirement;
import org.tensorlogic.error.ShapeException;
import org.tensorlogic.error.TypeException;
import org.tensorlogic.type.DType;
import org.tensorlogic.type.TensorType;

/** Checks that several ops share; messages begin with the op and the constraint's number. */
final class Rules {

  private Rules() {}

  static void requireComputes(String op, int operand, TensorType type) {
    if (!type.dtype().computes()) {
      throw new TypeException(Diagnostic.error(Code.TYPE_MISMATCH,
          "%s: operand %d is %s but operations take f64, f32, i64 and bool only", op, operand, type)
          .hint("convert it when it is read"));
    }
  }

  static void requireArity(String op, List<TensorType> operands, int arity) {
    Requirement.requireArgument(operands.size() == arity,
        () -> "give as many operands as the operation takes",
        "%s takes %d operand%s but %d came: %s", op, arity, arity == 1 ? "" : "s", operands.size(),
        operands);
  }

  /** (C1) the dtype is of an accepted kind. */
  static void requireAccepted(String op, List<TensorType> operands, Accepts accepts) {
    requireAccepted(op, "C1", operands, accepts);
  }

  /** The same where the op counts the constraint otherwise. */
  static void requireAccepted(String op, String number, List<TensorType> operands,
      Accepts accepts) {
    for (int i = 0; i < operands.size(); i++) {
      requireComputes(op, i, operands.get(i));
      if (!accepts.contains(operands.get(i).dtype())) {
        throw new TypeException(Diagnostic.error(Code.TYPE_MISMATCH,
            "%s (%s): operand %d is %s but %s is required", op, number, i, operands.get(i),
            accepts.text()).hint("convert operand %d first", i));
      }
    }
  }

  /** (C2) all dtypes are equal. */
  static void requireSameDType(String op, List<TensorType> operands) {
    requireSameDType(op, "C2", operands);
  }

  /** The same where the op counts the constraint otherwise. */
  static void requireSameDType(String op, String number, List<TensorType> operands) {
    DType first = operands.getFirst().dtype();
    for (int i = 1; i < operands.size(); i++) {
      if (operands.get(i).dtype() != first) {
        throw new TypeException(Diagnostic.error(Code.TYPE_MISMATCH,
            "%s (%s): operand 0 is %s but operand %d is %s", op, number, operands.getFirst(), i,
            operands.get(i)).hint("convert operand %d to %s", i, first));
      }
    }
  }

  /** (C3) all shapes are equal. */
  static void requireSameShape(String op, List<TensorType> operands) {
    for (int i = 1; i < operands.size(); i++) {
      if (!operands.get(i).shape().equals(operands.getFirst().shape())) {
        throw new ShapeException(Diagnostic.error(Code.SHAPE_MISMATCH,
            "%s (C3): operand 0 is %s but operand %d is %s", op, operands.getFirst().shape(), i,
            operands.get(i).shape()).hint("broadcast them to one shape"));
      }
    }
  }

  static ShapeException shape(String hint, String message, Object... values) {
    return new ShapeException(Diagnostic.error(Code.SHAPE_MISMATCH, message, values).hint(hint));
  }

  /** An axis inside the rank, counted from the end where it is negative. */
  static int axis(String op, int axis, TensorType operand) {
    int counted = axis < 0 ? axis + operand.rank() : axis;
    if (counted < 0 || counted >= operand.rank()) {
      throw new ShapeException(Diagnostic.error(Code.SHAPE_MISMATCH,
          "%s: axis %d is outside rank %d of operand 0 %s", op, axis, operand.rank(),
          operand.shape()).hint("axes count from 0, or from -1 backwards"));
    }
    return counted;
  }
}
