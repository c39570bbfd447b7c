package org.tensorlogic.memory;

/** Which idle block of a pool answers a request, and how far block sizes are rounded up. */
public enum AllocationStrategy {

  /** A block of the request's own size, in quarters of a power of two, and no other. */
  EXACT_FIT(0),
  /** The smallest idle block that is large enough and at most twice as large as needed. */
  BEST_FIT(4),
  /** The first idle block that is large enough, of whatever size: holds the least memory. */
  FIRST_FIT(Integer.MAX_VALUE),
  /** Sizes are powers of two: few different ones, so that blocks are nearly always reused. */
  POWER_OF_TWO(0);

  private final int classesAbove;

  AllocationStrategy(int classesAbove) {
    this.classesAbove = classesAbove;
  }

  /** Returns how many size classes above the request's own one are looked at. */
  int classesAbove() {
    return classesAbove;
  }

  /** Returns the parts that the span between two powers of two is cut into. */
  int classesPerOctave() {
    return this == POWER_OF_TWO ? 1 : 4;
  }
}
