package org.tensorlogic.ir;

/** The meaning of functions on one double that the Java library lacks or gets wrong at the ends. */
final class Scalars {

  private static final double SQRT_HALF = Math.sqrt(0.5);

  private Scalars() {}

  static double step(double x) {
    return Double.isNaN(x) ? x : x > 0 ? 1 : 0;
  }

  static double relu(double x) {
    return Double.isNaN(x) ? x : x > 0 ? x : 0;
  }

  static double sigmoid(double x) {
    double tail = Math.exp(-Math.abs(x));
    return x >= 0 ? 1 / (1 + tail) : tail / (1 + tail);
  }

  static double softplus(double x) {
    return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
  }

  static double gelu(double x) {
    return x == Double.NEGATIVE_INFINITY ? -0.0 : x * 0.5 * erfc(-x * SQRT_HALF);
  }

  /** Division rounded down, with the divisor's sign; NaN where the divisor is 0. */
  static double mod(double a, double b) {
    double rest = a % b;
    return rest != 0 && (rest < 0) != (b < 0) ? rest + b : rest;
  }

  static double erf(double x) {
    if (Double.isNaN(x)) {
      return x;
    }
    return Math.abs(x) < 2 ? erfSeries(x) : Math.signum(x) * (1 - erfc(Math.abs(x)));
  }

  /** The Maclaurin series in the form without cancellation; Abramowitz and Stegun 7.1.6. */
  private static double erfSeries(double x) {
    double term = x;
    double sum = x;
    for (int n = 1; Math.abs(term) > Math.abs(sum) * 0x1p-56; n++) {
      term *= 2 * x * x / (2 * n + 1);
      sum += term;
    }
    return 2 / Math.sqrt(Math.PI) * Math.exp(-x * x) * sum;
  }

  /** 1 - erf, by its continued fraction in the tail; Abramowitz and Stegun 7.1.14. */
  static double erfc(double x) {
    if (Double.isNaN(x)) {
      return x;
    }
    if (x < 2) {
      return 1 - erf(x);
    }
    if (x > 27.5) {
      return 0;
    }
    double fraction = x;
    for (int n = 120; n > 0; n--) {
      fraction = x + n * 0.5 / fraction;
    }
    return Math.exp(-x * x) / (fraction * Math.sqrt(Math.PI));
  }
}
