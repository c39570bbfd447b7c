package org.tensorlogic.memory;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/**
 * Where large blocks of memory come from. An implementation maps pages of the system, large ones
 * where it gives them, and is found by {@link java.util.ServiceLoader}; without one, blocks come
 * from the arena itself, zeroed, in pages of the common kind. Safe for any number of threads.
 */
public interface PageSource {

  /**
   * Returns memory of exactly these bytes that lives as long as an arena, or nothing where it
   * cannot be mapped.
   *
   * @param alignment a power of two that the address is a multiple of
   */
  Optional<MemorySegment> map(long bytes, long alignment, Arena arena);
}
