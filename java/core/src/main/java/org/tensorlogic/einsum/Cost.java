package org.tensorlogic.einsum;

/**
 * The cost of an order or a part of it, compared by its objective. All numbers saturate at the
 * greatest finite one, so that an extent of 0 still makes 0 and differences stay numbers.
 */
record Cost(double flops, double intermediateCountMax) {

  static final Cost NOTHING = new Cost(0, 0);

  /** What a search makes small first. */
  enum Objective { FEWEST_FLOPS, LEAST_MEMORY }

  static double plus(double a, double b) {
    return Math.min(a + b, Double.MAX_VALUE);
  }

  static double times(double a, double b) {
    return Math.min(a * b, Double.MAX_VALUE);
  }

  /** The FLOPs of a step of two operands over so many points that leave so many elements. */
  static double flopsOfPair(double points, double count) {
    return points == count ? points : times(2, points);
  }

  Cost plus(Cost other) {
    return new Cost(plus(flops, other.flops),
        Math.max(intermediateCountMax, other.intermediateCountMax));
  }

  boolean isBelow(Cost other, Objective objective) {
    int byFlops = Double.compare(flops, other.flops);
    int byCount = Double.compare(intermediateCountMax, other.intermediateCountMax);
    return switch (objective) {
      case FEWEST_FLOPS -> byFlops < 0 || byFlops == 0 && byCount < 0;
      case LEAST_MEMORY -> byCount < 0 || byCount == 0 && byFlops < 0;
    };
  }
}
