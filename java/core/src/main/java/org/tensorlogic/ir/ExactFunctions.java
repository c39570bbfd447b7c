package org.tensorlogic.ir;

import java.util.Set;

/** The functions that round once or not at all; what is not listed may differ in the last bit. */
final class ExactFunctions {

  static final Set<Pointwise> ALL = Set.of(
      Unary.NEG, Unary.ABS, Unary.SIGN, Unary.STEP, Unary.RELU, Unary.SQUARE, Unary.SQRT,
      Unary.FLOOR, Unary.CEIL, Unary.ROUND,
      Binary.ADD, Binary.SUB, Binary.MUL, Binary.DIV, Binary.MIN, Binary.MAX,
      Binary.EQ, Binary.NE, Binary.LT, Binary.LE, Binary.GT, Binary.GE, new Select());

  private ExactFunctions() {}
}
