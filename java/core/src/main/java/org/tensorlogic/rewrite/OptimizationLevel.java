package org.tensorlogic.rewrite;

import java.util.Locale;

/** How much a graph is changed before it is planned; each level does what those before it do. */
public enum OptimizationLevel {
  /** The graph runs as it was written. */
  NONE,
  /**
   * Clean-up that keeps the bits of every node; a native sum may yet add in another order where its
   * operand has come to lie otherwise in memory.
   */
  BASIC,
  /**
   * Movements, contractions and fused regions: sums may add, and contractions may be carried out,
   * in another order.
   */
  MODERATE,
  /** Functions in other forms: equal up to rounding, and only for finite operands. */
  AGGRESSIVE;

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
