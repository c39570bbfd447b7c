package org.tensorlogic.kernel;

import org.tensorlogic.memory.CacheLevels;

/**
 * What kernels are prepared for.
 *
 * @param threads how many threads share a kernel's tiles; they may decide the extents of tiles, not
 *     the result's bits
 * @param caches the processor's caches; they may decide how memory is walked, not the result's bits
 * @param choices what was found to be faster here than the defaults
 */
public record Machine(int threads, CacheLevels caches, Choices choices) {

  /** Returns a machine with common caches, on which the same plans come out everywhere. */
  public static Machine typical(int threads) {
    return new Machine(threads, CacheLevels.ASSUMED, Choices.NONE);
  }

  /** Returns this machine with another number of threads. */
  public Machine withThreads(int count) {
    return new Machine(count, caches, choices);
  }

  /** Returns this machine with other choices. */
  public Machine withChoices(Choices others) {
    return new Machine(threads, caches, others);
  }
}
