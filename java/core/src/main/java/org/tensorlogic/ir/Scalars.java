package org.tensorlogic.ir;

/** The meaning of functions on one double that the Java library lacks or gets wrong at the ends. */
final class Scalars {

  private static final double SQRT_HALF = Math.sqrt(0.5);
  /** What rounding took from the square root of one half. */
  private static final double SQRT_HALF_REST = -4.833646656726457e-17;

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
    if (Double.isInfinite(x)) {
      return x > 0 ? x : -0.0;
    }
    double z = -x * SQRT_HALF;
    // The rounding of z matters in the tail: it is put right to first order.
    double rest = Math.fma(-x, SQRT_HALF, -z) - x * SQRT_HALF_REST;
    return x * 0.5 * (erfc(z) - 2 / Math.sqrt(Math.PI) * gauss(z) * rest);
  }

  /** exp(-x^2), put right for the rounding of the square. */
  private static double gauss(double x) {
    double square = x * x;
    double value = Math.exp(-square);
    return value == 0 ? 0 : value * (1 - Math.fma(x, x, -square));
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
    return 2 / Math.sqrt(Math.PI) * gauss(x) * sum;
  }

  /** 1 - erf, by its continued fraction in the tail; Abramowitz and Stegun 7.1.14. */
  static double erfc(double x) {
    if (Double.isNaN(x)) {
      return x;
    }
    if (x < 0.5) {
      return 1 - erf(x);
    }
    if (x > 27.5) {
      return 0;
    }
    double fraction = x;
    // The fraction needs more terms the nearer x is to 0; this many settle it to the last place.
    for (int n = (int) (1000 / (x * x)) + 60; n > 0; n--) {
      fraction = x + n * 0.5 / fraction;
    }
    return gauss(x) / (fraction * Math.sqrt(Math.PI));
  }
}
