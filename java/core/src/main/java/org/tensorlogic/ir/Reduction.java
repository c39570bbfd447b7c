package org.tensorlogic.ir;

import java.util.Locale;

/** What elements are joined by along reduced axes. The result over no element is the unit. */
public enum Reduction {
  SUM(Accepts.NUMERIC, 0),
  PROD(Accepts.NUMERIC, 1),
  MAX(Accepts.NUMERIC, Double.NEGATIVE_INFINITY),
  MIN(Accepts.NUMERIC, Double.POSITIVE_INFINITY),
  ANY(Accepts.LOGICAL, 0),
  ALL(Accepts.LOGICAL, 1);

  private final Accepts accepts;
  private final double unit;

  Reduction(Accepts accepts, double unit) {
    this.accepts = accepts;
    this.unit = unit;
  }

  /** Returns the dtypes that it takes; the result has the operand's. */
  public Accepts accepts() {
    return accepts;
  }

  /** Returns the result over no element; for i64 it saturates to the dtype's range. */
  public double unit() {
    return unit;
  }

  /** Returns whether derivatives flow back. */
  public boolean isDifferentiable() {
    return accepts != Accepts.LOGICAL;
  }

  /** Returns two partial results as one; NaN in either gives NaN. */
  public double apply(double a, double b) {
    return switch (this) {
      case SUM -> a + b;
      case PROD -> a * b;
      case MAX -> Math.max(a, b);
      case MIN, ALL -> Math.min(a, b);
      case ANY -> Math.max(a, b);
    };
  }

  /** Returns two partial results as one, exact and wrapping. */
  public long applyExact(long a, long b) {
    return switch (this) {
      case SUM -> a + b;
      case PROD -> a * b;
      case MAX, ANY -> Math.max(a, b);
      case MIN, ALL -> Math.min(a, b);
    };
  }

  /** Returns the name in kernel symbols and printed graphs. */
  public String function() {
    return name().toLowerCase(Locale.ROOT);
  }
}
