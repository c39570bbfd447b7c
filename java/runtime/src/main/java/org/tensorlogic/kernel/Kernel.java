package org.tensorlogic.kernel;

import java.lang.foreign.MemorySegment;

/**
 * What computes one step, prepared for its layouts. The work is cut into tiles by the layouts and,
 * where a provider likes, by {@link Machine#threads}. Tiles write disjoint parts of the results and
 * may run in any order on any threads; the bits depend neither on that nor on the number
 * of threads. Immutable and re-entrant.
 */
public interface Kernel {

  /** Returns the name that plans print, such as the native symbol. */
  String name();

  /** Returns the number of tiles, at least 1. */
  long tileCount();

  /** Returns the bytes of private memory that each running call needs, 0 for none. */
  long scratchBytes();

  /**
   * Returns whether a result may lie on an operand of its layout and element size: an element of
   * such an operand is read for the last time before that element of the result is written. Not
   * asked of pointwise functions, of which all providers must have it so.
   */
  default boolean mayOverlay(int operand, int result) {
    return false;
  }

  /**
   * Computes the tiles from begin to end (exclusive).
   *
   * @param arguments where operands and then results lie
   * @param scratch at least {@link #scratchBytes} bytes, 64-byte aligned, for this call alone
   */
  void run(KernelArguments arguments, long tileBegin, long tileEnd, MemorySegment scratch);
}
