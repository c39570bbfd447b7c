package org.tensorlogic.memory;

import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * Binds threads and memory to processors and nodes. Found by {@link java.util.ServiceLoader};
 * without one nothing is bound. What the system refuses stays as it was. Safe for any number of
 * threads.
 */
public interface NumaBinder {

  /** Where the pages of a block come from. */
  enum Pages {
    /** The named nodes only. */
    BOUND,
    /** The named nodes in turns. */
    INTERLEAVED
  }

  /** Returns the processor that the calling thread runs on, or -1 where the system hides it. */
  int processor();

  /** Keeps the calling thread on these processors; returns whether the system did so. */
  boolean bindThread(List<Integer> processors);

  /** Says where pages of a block come from that nobody touched yet; returns as above. */
  boolean bindPages(MemorySegment block, Pages pages, List<Integer> nodes);
}
