package org.tensorlogic.memory;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.tensorlogic.error.ClosedException;
import org.tensorlogic.error.Code;
import org.tensorlogic.error.Diagnostic;
import org.tensorlogic.error.MemoryException;

/**
 * Blocks of off-heap memory, 64-byte aligned, that are kept for reuse until the pool closes: a
 * block
 * that was used before costs no page faults. Safe for any number of threads.
 */
public final class MemoryPool implements AutoCloseable {

  /* Sizes are rounded up to a quarter of a power of two, so that at most a fifth of a block is
   * unused and blocks of similar sizes are interchangeable. The arena is only closed when the
   * engine
   * is, after the last run has ended: no address that a kernel holds can become invalid. */

  /** The alignment of every block, a cache line and an AVX-512 register. */
  public static final long ALIGNMENT = 64;

  private final Arena arena = Arena.ofShared();
  private final Map<Long, ConcurrentLinkedQueue<MemorySegment>> free = new ConcurrentHashMap<>();
  private final long bytesMax;
  private final AtomicLong heldBytes = new AtomicLong();
  private final AtomicLong usedBytes = new AtomicLong();
  private final AtomicLong usedBytesPeak = new AtomicLong();
  private volatile boolean closed;

  /** Makes an empty pool that holds at most this many bytes. */
  public MemoryPool(long bytesMax) {
    this.bytesMax = bytesMax;
  }

  /** Counts of a moment, in bytes. */
  public record Usage(long usedBytes, long usedBytesPeak, long heldBytes, long bytesMax) {}

  /**
   * Returns a block of at least this many bytes with arbitrary contents.
   *
   * @throws MemoryException when the budget or the system's memory is exhausted
   * @throws ClosedException after {@link #close}
   */
  public MemorySegment acquire(long bytes) {
    requireOpen();
    long rounded = rounded(bytes);
    var queue = free.get(rounded);
    MemorySegment block = queue == null ? null : queue.poll();
    if (block == null) {
      block = allocate(rounded);
    }
    long used = usedBytes.addAndGet(rounded);
    usedBytesPeak.accumulateAndGet(used, Math::max);
    return block;
  }

  /** Takes back a block that {@link #acquire} returned and nothing uses any more. */
  public void release(MemorySegment block) {
    usedBytes.addAndGet(-block.byteSize());
    free.computeIfAbsent(block.byteSize(), _ -> new ConcurrentLinkedQueue<>()).add(block);
  }

  private MemorySegment allocate(long bytes) {
    if (heldBytes.addAndGet(bytes) > bytesMax) {
      heldBytes.addAndGet(-bytes);
      throw exhausted(bytes, null);
    }
    try {
      return arena.allocate(bytes, ALIGNMENT);
    } catch (OutOfMemoryError | IllegalArgumentException refused) {
      heldBytes.addAndGet(-bytes);
      throw exhausted(bytes, refused);
    } catch (IllegalStateException late) {
      throw closedException(late);
    }
  }

  private MemoryException exhausted(long bytes, Throwable cause) {
    return new MemoryException(Diagnostic.error(Code.OUT_OF_MEMORY,
        "%d bytes are needed but the engine holds %d of at most %d bytes", bytes, heldBytes.get(),
        bytesMax).hint("close tensors, use smaller shapes, or raise the engine's memoryBytesMax"),
        cause);
  }

  static long rounded(long bytes) {
    long least = Math.max(bytes, ALIGNMENT);
    long quarter = Math.max(Long.highestOneBit(least) / 4, ALIGNMENT);
    if (least > Long.MAX_VALUE - quarter) {
      throw new MemoryException(Diagnostic.error(Code.OUT_OF_MEMORY,
          "%d bytes are more than can be addressed", bytes).hint("use smaller shapes"));
    }
    return (least + quarter - 1) / quarter * quarter;
  }

  /** Returns the counts of this moment. */
  public Usage usage() {
    return new Usage(usedBytes.get(), usedBytesPeak.get(), heldBytes.get(), bytesMax);
  }

  private void requireOpen() {
    if (closed) {
      throw closedException(null);
    }
  }

  private static ClosedException closedException(Throwable cause) {
    return new ClosedException(Diagnostic.error(Code.USE_AFTER_CLOSE,
        "the engine is closed").hint("keep it open as long as its tensors are used"), cause);
  }

  /** Returns all memory to the system; nothing may use a block any more. */
  @Override
  public void close() {
    closed = true;
    free.clear();
    arena.close();
  }
}
