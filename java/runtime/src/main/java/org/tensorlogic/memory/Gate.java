package org.tensorlogic.memory;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.tensorlogic.error.ClosedException;
import org.tensorlogic.error.Code;
import org.tensorlogic.error.Diagnostic;

/**
 * Lets any number of threads in until it is closed; closing waits until all have left. What is
 * inside may rely on the memory behind the gate.
 */
public final class Gate {

  private static final long CLOSED = Long.MIN_VALUE / 2;

  private final AtomicLong inside = new AtomicLong();

  /** Makes an open gate. */
  public Gate() {}

  /** Goes in; throws a ClosedException when closed. Each entry needs one {@link #leave}. */
  public void enter() {
    long count;
    do {
      count = inside.get();
      if (count < 0) {
        throw closedException();
      }
    } while (!inside.compareAndSet(count, count + 1));
  }

  /** Goes out. */
  public void leave() {
    inside.decrementAndGet();
  }

  /** Throws a ClosedException when the gate has been closed, to end long work early. */
  public void requireOpen() {
    if (inside.get() < 0) {
      throw closedException();
    }
  }

  private static ClosedException closedException() {
    return new ClosedException(Diagnostic.error(Code.USE_AFTER_CLOSE, "the engine is closed")
        .hint("keep it open as long as its tensors and compiled graphs are used"));
  }

  /** Lets nobody in any more and waits for those inside; false where it was closed before. */
  public boolean close() {
    long before = inside.getAndUpdate(count -> count < 0 ? count : count + CLOSED);
    while (inside.get() != CLOSED) {
      LockSupport.parkNanos(50_000);
    }
    return before >= 0;
  }
}
