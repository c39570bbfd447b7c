package org.tensorlogic.exec;

import java.util.List;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.stream.IntStream;

/** Counts of a pool's threads, each thread's in cache lines of its own; callers share the last. */
final class Counters {

  /** What is counted. */
  enum Event { TASK, TILE, STEAL, FAILED_STEAL, PARK }

  /* 128 bytes: processors fetch lines in pairs. */
  private static final int ROW = 16;

  private final AtomicLongArray counts;
  private final int rows;

  Counters(int workers) {
    this.rows = workers + 1;
    // A row before the first keeps the array's own header out of it.
    this.counts = new AtomicLongArray((rows + 1) * ROW);
  }

  void add(int thread, Event event, long count) {
    counts.getAndAdd((thread + 1) * ROW + event.ordinal(), count);
  }

  List<Long> all(Event event) {
    return IntStream.range(0, rows)
        .mapToObj(thread -> counts.get((thread + 1) * ROW + event.ordinal())).toList();
  }

  long sum(Event event) {
    return all(event).stream().mapToLong(Long::longValue).sum();
  }
}
