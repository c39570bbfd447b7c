package org.tensorlogic.ir;

/** Operations that work on each element by itself; operands and result have one shape. */
public sealed interface Pointwise extends Op permits Unary, Binary, Select {

  /**
   * Returns whether IEEE 754 fixes its results on floating types to the last bit, NaN's own bits
   * aside, whoever computes them.
   */
  default boolean isExact() {
    return ExactFunctions.ALL.contains(this);
  }
}
