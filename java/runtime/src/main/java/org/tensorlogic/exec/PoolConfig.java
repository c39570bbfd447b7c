package org.tensorlogic.exec;

import org.tensorlogic.error.Requirement;

/**
 * How a pool of threads is set up.
 *
 * @param threads how many threads work on one job, the calling one included
 * @param stealStrategy where a thread looks for tasks when it has none
 * @param queueLengthMax how many tasks may wait at a time
 * @param whenFull what becomes of a task beyond that
 */
public record PoolConfig(int threads, StealStrategy stealStrategy, int queueLengthMax,
    WhenFull whenFull) {

  /** What becomes of a task for which there is no room. */
  public enum WhenFull {
    /** The thread that submits it works until it is done. */
    CALLER_RUNS,
    /** Submitting it is an error. */
    REFUSE
  }

  /** Checks the numbers. */
  public PoolConfig {
    Requirement.requireArgument(threads >= 1 && threads <= 4096,
        () -> "take as many as there are processors, which is the default",
        "threads %d is outside 1 to 4096", threads);
    Requirement.requireArgument(queueLengthMax >= 1, () -> "take 1 or more",
        "queueLengthMax %d is not positive", queueLengthMax);
  }

  /** Returns the usual setup for a number of threads. */
  public static PoolConfig of(int threads) {
    return new PoolConfig(threads, StealStrategy.RANDOM, 10_000, WhenFull.CALLER_RUNS);
  }

  /** Returns this setup with another number of threads. */
  public PoolConfig withThreads(int count) {
    return new PoolConfig(count, stealStrategy, queueLengthMax, whenFull);
  }

  /** Returns this setup with another strategy. */
  public PoolConfig withStealStrategy(StealStrategy strategy) {
    return new PoolConfig(threads, strategy, queueLengthMax, whenFull);
  }

  /** Returns this setup with another room for waiting tasks. */
  public PoolConfig withQueueLengthMax(int length, WhenFull otherwise) {
    return new PoolConfig(threads, stealStrategy, length, otherwise);
  }
}
