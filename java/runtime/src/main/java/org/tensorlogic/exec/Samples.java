package org.tensorlogic.exec;

import java.util.Arrays;

/** What the runs of something took, each counted, the last ones kept for their median. */
final class Samples {

  /* Few enough for plans of many steps: 1 KiB a step. */
  private static final int KEPT = 128;

  private long[] kept = new long[8];
  private long count;
  private long nanos;
  private long nanosMin = Long.MAX_VALUE;
  private long nanosMax;

  void add(long taken) {
    int place = (int) (count % KEPT);
    if (place == kept.length) {
      kept = Arrays.copyOf(kept, 2 * place);
    }
    kept[place] = taken;
    count++;
    nanos += taken;
    nanosMin = Math.min(nanosMin, taken);
    nanosMax = Math.max(nanosMax, taken);
  }

  /** Returns what the runs took, at least one. */
  Times times(long busyNanos, int threads) {
    long[] sorted = Arrays.copyOf(kept, (int) Math.min(count, KEPT));
    Arrays.sort(sorted);
    return new Times(count, nanos, nanosMin, sorted[sorted.length / 2], nanosMax, busyNanos,
        threads);
  }
}
