package org.tensorlogic.rewrite;

import java.util.List;
import org.tensorlogic.ir.Binary;
import org.tensorlogic.ir.Movement;
import org.tensorlogic.ir.Node;
import org.tensorlogic.ir.Reduce;
import org.tensorlogic.ir.Reduction;
import org.tensorlogic.ir.Unary;

/** What is known of the elements of a node from how it is made. */
final class Bounds {

  private static final double UNKNOWN = Double.NEGATIVE_INFINITY;
  /** Walks end here: a node may be reached along many ways. */
  private static final int DEPTH_MAX = 8;

  private Bounds() {}

  /**
   * Returns a number that no element of a floating node is below; negative infinity where none is
   * known. Elements may be NaN, and a node may have none.
   */
  static double least(Node node) {
    return least(node, DEPTH_MAX);
  }

  private static double least(Node node, int depth) {
    var number = Numbers.of(node);
    if (number.isPresent()) {
      return number.getAsDouble();
    }
    if (depth == 0) {
      return UNKNOWN;
    }
    return switch (node.op()) {
      case Movement.Broadcast _, Movement.Reshape _, Movement.Permute _, Movement.Slice _ ->
          least(node.operand(0), depth - 1);
      case Unary function -> ofFunction(function, node.operand(0), depth);
      case Binary function -> ofFunction(function, node, depth);
      case Reduce reduce -> ofReduction(reduce, node.operand(0), depth);
      default -> UNKNOWN; // open: nothing is known of what else there is
    };
  }

  private static double ofFunction(Unary function, Node x, int depth) {
    return switch (function) {
      case ABS, SQUARE, EXP, SIGMOID, SOFTPLUS, RELU, STEP, RSQRT -> 0;
      case SQRT -> Math.sqrt(Math.max(0, least(x, depth - 1)));
      default -> UNKNOWN; // open: other functions may be negative
    };
  }

  private static double ofFunction(Binary function, Node node, int depth) {
    double a = least(node.operand(0), depth - 1);
    double b = least(node.operand(1), depth - 1);
    return switch (function) {
      case ADD -> a + b;
      case MUL -> node.operand(0) == node.operand(1) ? 0 : a >= 0 && b >= 0 ? a * b : UNKNOWN;
      case DIV -> a >= 0 && b >= 0 ? 0 : UNKNOWN;
      case MAX -> Math.max(a, b);
      case MIN -> Math.min(a, b);
      default -> UNKNOWN; // open: other functions may be negative
    };
  }

  private static double ofReduction(Reduce reduce, Node x, int depth) {
    return switch (reduce.reduction()) {
      case SUM -> isShiftedExp(x, reduce.axes()) ? 1 : least(x, depth - 1) >= 0 ? 0 : UNKNOWN;
      case MAX, MIN -> least(x, depth - 1);
      case PROD, ANY, ALL -> UNKNOWN;
    };
  }

  /** Whether a node is exp(y - max(y)), the maximum taken along these axes: one term is 1. */
  private static boolean isShiftedExp(Node node, List<Integer> axes) {
    if (node.op() != Unary.EXP || node.operand(0).op() != Binary.SUB) {
      return false;
    }
    Node y = node.operand(0).operand(0);
    Node shift = node.operand(0).operand(1);
    if (!(shift.op() instanceof Movement.Broadcast(_, List<Integer> places))) {
      return false;
    }
    Node most = shift.operand(0);
    return places.equals(Streamed.axesWithout(y.rank(), axes))
        && most.op() instanceof Reduce(Reduction kind, List<Integer> along)
        && kind == Reduction.MAX && along.equals(axes) && most.operand(0) == y;
  }
}
