package org.tensorlogic.memory;

import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicInteger;
import org.tensorlogic.error.ClosedException;
import org.tensorlogic.error.Code;
import org.tensorlogic.error.Diagnostic;

/**
 * A block of a pool with a count of its users: tensors, views and runs. The block goes back to the
 * pool when the last user lets go, never while a run still reads it. Safe for any number of
 * threads.
 */
public final class Buffer {

  private final MemoryPool pool;
  private final MemorySegment block;
  private final AtomicInteger users = new AtomicInteger(1);

  /** Takes a block of at least these bytes from a pool; the caller is its first user. */
  public Buffer(MemoryPool pool, long bytes) {
    this.pool = pool;
    this.block = pool.acquire(bytes);
  }

  /** Returns the memory; valid while the caller is a user. */
  public MemorySegment block() {
    return block;
  }

  /** Makes the caller a user; throws a ClosedException when the last one has let go. */
  public void retain() {
    int count;
    do {
      count = users.get();
      if (count == 0) {
        throw new ClosedException(Diagnostic.error(Code.USE_AFTER_CLOSE,
            "the tensor is closed").hint("keep it open until the last use"));
      }
    } while (!users.compareAndSet(count, count + 1));
  }

  /** Ends one use. */
  public void release() {
    if (users.decrementAndGet() == 0) {
      pool.release(block);
    }
  }
}
