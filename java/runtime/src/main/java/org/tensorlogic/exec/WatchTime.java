package org.tensorlogic.exec;

/**
 * How long a worker that runs out of work watches for more before it sleeps.
 *
 * <p>The next step of a program mostly follows within microseconds and waking up costs tens of
 * them, so watching pays there. Beside a busy process it does not: a thread that only watches uses
 * up its time slice and is then missing when work comes. So a worker watches longer where that paid
 * off, or would have, and shorter where it did not.
 *
 * <p>Owned by one worker; not for several threads.
 */
final class WatchTime {
  static final long NANOS_MIN = 1_000;
  static final long NANOS_MAX = 50_000;
  /** Two looks at the clock so far apart: the processor was somebody else's between them. */
  private static final long PREEMPTED_NANOS = 100_000;

  private long nanos = NANOS_MAX;

  /** Nanoseconds to watch for the next time. */
  long nanos() {
    return nanos;
  }

  /** Learns from a watch: whether it found work, and the longest time between two looks. */
  void watched(boolean found, long longestGapNanos) {
    if (longestGapNanos > PREEMPTED_NANOS) {
      nanos = Math.max(NANOS_MIN, nanos / 8);
    } else if (found) {
      lengthen();
    } else {
      nanos = Math.max(NANOS_MIN, nanos / 2);
    }
  }

  /** Learns from a sleep: how long after falling asleep work came. */
  void slept(long untilWorkNanos) {
    if (untilWorkNanos < NANOS_MAX) { // the longest watch would have found this work
      lengthen();
    }
  }

  private void lengthen() {
    nanos = Math.min(NANOS_MAX, nanos * 2);
  }
}
