package org.tensorlogic.exec;

import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;

/**
 * The threads of one engine. A job is a number of tiles; the calling thread works on its own job
 * and
 * idle workers join it. Which thread takes which tile never shows in the result. Any number of
 * threads may call at a time: a caller never waits for a worker that has not joined its job.
 */
public final class WorkerPool implements AutoCloseable {

  /** Computes tiles from begin to end (exclusive). */
  @FunctionalInterface
  public interface TileTask {
    /** Runs on any thread. */
    void run(long tileBegin, long tileEnd);
  }

  private static final class Job {
    private final TileTask task;
    private final long tileCount;
    private final long grain;
    private final AtomicLong next = new AtomicLong();
    private final AtomicInteger joined = new AtomicInteger(1);
    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private final Thread caller = Thread.currentThread();

    Job(TileTask task, long tileCount, int threads) {
      this.task = task;
      this.tileCount = tileCount;
      // About eight claims a thread balance the load and keep the shared counter cool.
      this.grain = Math.max(1, tileCount / (8L * threads));
    }

    /** Joins unless the job has ended; joined is 0 only when everyone has left. */
    boolean join() {
      return joined.getAndUpdate(count -> count == 0 ? 0 : count + 1) != 0;
    }

    void work() {
      try {
        for (long begin = next.getAndAdd(grain); begin < tileCount;
            begin = next.getAndAdd(grain)) {
          task.run(begin, Math.min(begin + grain, tileCount));
        }
      } catch (Throwable thrown) {
        failure.compareAndSet(null, thrown);
        next.set(tileCount);
      }
    }

    void leave() {
      if (joined.decrementAndGet() == 0) {
        LockSupport.unpark(caller);
      }
    }
  }

  private static final Job STOP = new Job((_, _) -> {}, 0, 1);

  private final LinkedBlockingQueue<Job> queue = new LinkedBlockingQueue<>();
  private final Thread[] workers;

  /** Starts threads - 1 workers; the calling thread is the other one. */
  public WorkerPool(int threads) {
    workers = new Thread[threads - 1];
    for (int i = 0; i < workers.length; i++) {
      workers[i] = Thread.ofPlatform().daemon().name("tensorlogic-worker-" + i)
          .start(this::takeJobs);
    }
  }

  /** Returns how many threads can work on one job. */
  public int threads() {
    return workers.length + 1;
  }

  /** Runs all tiles and returns when they are done; throws what the first failing tile threw. */
  public void run(long tileCount, TileTask task) {
    if (tileCount <= 1 || workers.length == 0) {
      task.run(0, tileCount);
      return;
    }
    var job = new Job(task, tileCount, threads());
    for (long i = Math.min(workers.length, tileCount - 1); i > 0; i--) {
      queue.add(job);
    }
    job.work();
    job.joined.decrementAndGet();
    boolean interrupted = false;
    while (job.joined.get() != 0) {
      LockSupport.park(job);
      interrupted |= Thread.interrupted();
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    rethrow(job.failure.get());
  }

  private static void rethrow(Throwable failure) {
    switch (failure) {
      case null -> { }
      case Error error -> throw error;
      case RuntimeException problem -> throw problem;
      default -> throw new IllegalStateException(failure); // open: any other Throwable
    }
  }

  private void takeJobs() {
    while (true) {
      Job job;
      try {
        job = queue.take();
      } catch (InterruptedException ignored) { // dropped: only close ends a worker, by its own sign
        continue;
      }
      if (job == STOP) {
        return;
      }
      if (job.join()) {
        job.work();
        job.leave();
      }
    }
  }

  /** Ends the workers after the jobs that they have joined. */
  @Override
  public void close() {
    for (int i = 0; i < workers.length; i++) {
      queue.add(STOP);
    }
  }
}
