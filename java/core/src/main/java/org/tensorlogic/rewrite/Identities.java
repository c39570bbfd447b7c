package org.tensorlogic.rewrite;

import java.util.List;
import org.tensorlogic.ir.Binary;
import org.tensorlogic.ir.Constant;
import org.tensorlogic.ir.Convert;
import org.tensorlogic.ir.Literal;
import org.tensorlogic.ir.Movement.Broadcast;
import org.tensorlogic.ir.Node;

/** Identity matrices, as the verbs build them or as constants. */
final class Identities {

  private Identities() {}

  static boolean isIdentity(Node node) {
    if (node.rank() != 2 || !node.shape().isStatic()
        || !node.shape().dim(0).equals(node.shape().dim(1))) {
      return false;
    }
    if (node.op() instanceof Constant(_, Literal elements)) {
      return isIdentity(elements, (int) node.shape().dim(0).extent());
    }
    Node equal = node.op() instanceof Convert ? node.operand(0) : node;
    return equal.op() == Binary.EQ && (isCounting(equal.operand(0), 0, equal.operand(1), 1)
        || isCounting(equal.operand(0), 1, equal.operand(1), 0));
  }

  private static boolean isIdentity(Literal elements, int extent) {
    for (int i = 0; i < elements.count(); i++) {
      if (elements.real(i) != (i / extent == i % extent ? 1 : 0)) {
        return false;
      }
    }
    return true;
  }

  /** One constant of different numbers, once along the rows and once along the columns. */
  private static boolean isCounting(Node left, int leftAxis, Node right, int rightAxis) {
    return left.op() instanceof Broadcast(_, List<Integer> a) && a.equals(List.of(leftAxis))
        && right.op() instanceof Broadcast(_, List<Integer> b) && b.equals(List.of(rightAxis))
        && left.operand(0) == right.operand(0)
        && left.operand(0).op() instanceof Constant(_, Literal elements)
        && isAscending(elements);
  }

  private static boolean isAscending(Literal elements) {
    for (int i = 1; i < elements.count(); i++) {
      if (!(elements.real(i - 1) < elements.real(i))) {
        return false;
      }
    }
    return true;
  }
}
