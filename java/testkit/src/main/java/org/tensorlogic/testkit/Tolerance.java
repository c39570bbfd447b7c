package org.tensorlogic.testkit;

import org.tensorlogic.type.DType;

/**
 * How far a computed number may be from its reference, derived from the dtype's unit roundoff u and
 * the number of roundings on the way. NaN agrees with NaN only, an infinity with itself only.
 *
 * @param relative the bound as a fraction of the reference's magnitude
 * @param absolute what is added to it, in units of the result
 */
public record Tolerance(double relative, double absolute) {

  /** Equality. */
  public static final Tolerance EXACT = new Tolerance(0, 0);

  /**
   * The worst error of a pointwise kernel in units of the last place, two roundoffs each: gelu's in
   * f32, far below zero; of the others, native kernels allow themselves 5 at most.
   */
  private static final int POINTWISE_ULP_MAX = 10;

  /** Returns the bound for one function of one or two elements. */
  public static Tolerance ofPointwise(DType dtype) {
    double u = dtype.unitRoundoff();
    // Functions that pass through zero, such as tan or log, are as good as their argument there.
    return new Tolerance(2 * POINTWISE_ULP_MAX * u, POINTWISE_ULP_MAX * u);
  }

  /**
   * Returns the bound for a sum in any order: each of its additions rounds, and each rounding is
   * at most u times the sum of magnitudes (Higham, Accuracy and Stability, 4.2).
   *
   * @param count the number of terms
   * @param factors how many numbers are multiplied in one term
   * @param magnitude the largest sum of the terms' magnitudes in one result
   */
  public static Tolerance ofSum(DType dtype, long count, int factors, double magnitude) {
    return new Tolerance(0, 2 * (count + factors) * dtype.unitRoundoff() * magnitude);
  }

  /** Returns the bound for a product of count numbers in any order. */
  public static Tolerance ofProduct(DType dtype, long count) {
    return new Tolerance(2 * count * dtype.unitRoundoff(), Float.MIN_NORMAL);
  }

  /** Returns the sum of two bounds. */
  public Tolerance plus(Tolerance other) {
    return new Tolerance(relative + other.relative, absolute + other.absolute);
  }

  /** Returns whether a number agrees with its reference. */
  public boolean holds(double reference, double value) {
    if (Double.isNaN(reference) || Double.isNaN(value)) {
      return Double.isNaN(reference) && Double.isNaN(value);
    }
    if (Double.isInfinite(reference) || Double.isInfinite(value)) {
      return reference == value;
    }
    return Math.abs(value - reference) <= absolute + relative * Math.abs(reference);
  }

  /**
   * Holds an array to its reference.
   *
   * @throws AssertionError with the title and the first element that does not agree
   */
  public void check(String title, double[] reference, double[] values) {
    if (reference.length != values.length) {
      throw new AssertionError("%s: %d elements are expected but %d came"
          .formatted(title, reference.length, values.length));
    }
    for (int i = 0; i < values.length; i++) {
      if (!holds(reference[i], values[i])) {
        throw new AssertionError("%s: element %d of %d is %s but %s is expected within %s"
            .formatted(title, i, values.length, values[i], reference[i], this));
      }
    }
  }

  /** Prints {@code 1.0E-7 |reference| + 1.0E-9}. */
  @Override
  public String toString() {
    return relative + " |reference| + " + absolute;
  }
}
