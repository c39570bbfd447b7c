package org.tensorlogic.rewrite;

import java.util.Locale;

/** How the result of a rule compares with what it replaces. */
public enum Exactness {
  /** The same bits for all operands; a NaN stays a NaN. */
  EXACT,
  /**
   * The same value up to rounding and the sign of zero, also for infinite and NaN operands, as long
   * as nothing overflows on the way.
   */
  REASSOCIATES,
  /** The same up to rounding, but only where no operand or intermediate is infinite or NaN. */
  ASSUMES_FINITE;

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }
}
