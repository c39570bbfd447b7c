package org.tensorlogic.exec;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;

/**
 * A loop over tiles that idle workers may join. One thread starts it at a time and waits for its
 * end; afterwards it may be started again, so that a program's steps need one job between them.
 */
abstract class TileJob {

  /* With so few claims, giving both counters cache lines of their own gained nothing: 10.0 to
   * 10.5 us either way for 16 tiles of half a microsecond on two threads (JMH SharedJob). */

  /** Claims of tiles a thread: enough to balance the load, few enough to keep the counter cool. */
  private static final long CLAIMS = 8;
  /** How long a caller watches for the last worker before it sleeps: less than waking up costs. */
  private static final long WATCH_NANOS = 20_000;

  private final AtomicLong next = new AtomicLong();
  private final AtomicInteger joined = new AtomicInteger();
  private final AtomicReference<Throwable> failure = new AtomicReference<>();
  private long tileCount;
  private long grain;
  private Thread caller;

  /** Computes tiles from begin to end (exclusive) on any thread. */
  abstract void tiles(long begin, long end);

  /** Starts it; the calling thread has joined. */
  void start(long tiles, int threads) {
    caller = Thread.currentThread();
    tileCount = tiles;
    grain = Math.max(1, tiles / (CLAIMS * threads));
    failure.set(null);
    next.set(0);
    joined.set(1);
  }

  /** Returns whether there may be tiles that nobody has claimed. */
  boolean isOpen() {
    return joined.get() != 0 && next.get() < tileCount;
  }

  /** Joins unless it has ended; joined is 0 only when everyone has left. */
  boolean join() {
    int count;
    do {
      count = joined.get();
      if (count == 0) {
        return false;
      }
    } while (!joined.compareAndSet(count, count + 1));
    return true;
  }

  /** Computes tiles until none is left and returns how many; keeps what the first bad one threw. */
  long work() {
    long done = 0;
    try {
      for (long begin = next.getAndAdd(grain); begin < tileCount; begin = next.getAndAdd(grain)) {
        long end = Math.min(begin + grain, tileCount);
        tiles(begin, end);
        done += end - begin;
      }
    } catch (Throwable thrown) {
      failure.compareAndSet(null, thrown);
      next.set(tileCount);
    }
    return done;
  }

  /** Ends a worker's part. */
  void leave() {
    // Read before: once nobody is left, another thread may start the job.
    Thread waiting = caller;
    if (joined.decrementAndGet() == 0) {
      LockSupport.unpark(waiting);
    }
  }

  /** Ends the caller's part, waits for those who joined, and throws what a tile threw. */
  void finish() {
    if (joined.decrementAndGet() != 0) {
      await();
    }
    Throwable thrown = failure.get();
    if (thrown != null) {
      failure.set(null);
      rethrow(thrown);
    }
  }

  private void await() {
    long end = System.nanoTime() + WATCH_NANOS;
    while (joined.get() != 0 && System.nanoTime() < end) {
      Thread.onSpinWait();
    }
    boolean interrupted = false;
    while (joined.get() != 0) {
      LockSupport.park(this);
      interrupted |= Thread.interrupted();
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  static void rethrow(Throwable thrown) {
    switch (thrown) {
      case Error error -> throw error;
      case RuntimeException problem -> throw problem;
      default -> throw new IllegalStateException(thrown); // open: any other Throwable
    }
  }
}
