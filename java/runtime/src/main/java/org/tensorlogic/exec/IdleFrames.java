package org.tensorlogic.exec;

import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The frames of one program that no run uses. Whoever takes a frame owns it until it is put back.
 * Safe for any number of threads, without a lock.
 */
final class IdleFrames {

  private final AtomicReference<Frame> lastUsed = new AtomicReference<>();
  private final ConcurrentLinkedQueue<Frame> others = new ConcurrentLinkedQueue<>();

  /** Returns a frame, or null where there is none. */
  Frame take() {
    Frame frame = lastUsed.getAndSet(null);
    return frame != null ? frame : others.poll();
  }

  void put(Frame frame) {
    if (!lastUsed.compareAndSet(null, frame)) {
      others.add(frame);
    }
  }

  /** Gives the memory of all frames back; later runs make new ones. */
  void release() {
    for (Frame frame = take(); frame != null; frame = take()) {
      frame.release();
    }
  }
}
