package org.tensorlogic.cli;

import org.tensorlogic.type.DType;

/** Prints elements as the shortest text that reads back as the same element. */
final class Numbers {

  private Numbers() {}

  /** Returns an element's text; whole numbers have no fraction, others are {@code nan}, inf. */
  static String text(DType dtype, double value) {
    if (Double.isNaN(value)) {
      return "nan";
    }
    if (Double.isInfinite(value)) {
      return value > 0 ? "inf" : "-inf";
    }
    boolean whole = value == Math.rint(value) && Math.abs(value) < 1e15
        && !(value == 0 && 1 / value < 0);
    if (whole || !dtype.isFloating()) {
      return Long.toString((long) value);
    }
    return dtype == DType.F32 ? Float.toString((float) value) : Double.toString(value);
  }
}
