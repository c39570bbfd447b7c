package org.tensorlogic.ir;

import org.tensorlogic.type.DType;

/**
 * What a kernel computes; the native symbol's name is derived from it and typed nowhere else.
 *
 * @param family the kernel family, such as {@code pointwise}
 * @param function the function within it, such as {@code neg}
 * @param dtype the element type of the operands
 */
public record KernelKey(String family, String function, DType dtype) {

  /** Returns {@code family_function_dtype}. */
  public String symbol() {
    return family + "_" + function + "_" + dtype.text();
  }

  @Override
  public String toString() {
    return symbol();
  }
}
