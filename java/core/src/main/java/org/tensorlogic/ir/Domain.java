package org.tensorlogic.ir;

/**
 * Where a function is tested and its gradient checked: the open interval of arguments, and the
 * points inside it where it has a kink or a step.
 *
 * @param low the lower end
 * @param high the upper end
 * @param kinks the arguments to keep away from
 */
public record Domain(double low, double high, double... kinks) {

  /** Arguments of moderate size without kinks. */
  public static final Domain REAL = new Domain(-4, 4);

  /** Positive arguments of moderate size. */
  public static final Domain POSITIVE = new Domain(0.125, 8);

  /** Moderate arguments with a kink at zero. */
  public static final Domain KINK_AT_ZERO = new Domain(-4, 4, 0);

  /** Moderate arguments with steps at the integers and halves. */
  public static final Domain STEPPED =
      new Domain(-2, 2, -2, -1.5, -1, -0.5, 0, 0.5, 1, 1.5, 2);

  /** Returns whether the argument keeps a distance from both ends and all kinks. */
  public boolean isSmoothAt(double argument, double distance) {
    for (double kink : kinks) {
      if (Math.abs(argument - kink) < distance) {
        return false;
      }
    }
    return argument - low >= distance && high - argument >= distance;
  }
}
