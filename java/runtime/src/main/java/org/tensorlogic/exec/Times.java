package org.tensorlogic.exec;

/**
 * What something that ran several times took.
 *
 * @param count how often it ran
 * @param nanos all runs together
 * @param nanosMin the shortest run
 * @param nanosMedian the median of the last 128 runs, which other processes disturb little
 * @param nanosMax the longest run
 * @param busyNanos how long threads were at its kernels, the sum over all of them; a thread that
 *     the system took the processor from counts as well
 * @param threads how many different threads were
 */
public record Times(long count, long nanos, long nanosMin, long nanosMedian, long nanosMax,
    long busyNanos, int threads) {

  /** Returns what all runs would have taken had each taken the median. */
  double nanosUndisturbed() {
    return (double) count * nanosMedian;
  }

  /** Returns how many threads were at work in the mean: time of threads by time. */
  public double parallelism() {
    return nanos == 0 ? 0 : (double) busyNanos / nanos;
  }
}
