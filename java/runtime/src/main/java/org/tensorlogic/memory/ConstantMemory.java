package org.tensorlogic.memory;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Off-heap memory of elements that never change: it lives as long as something refers to it or a
 * part of it, and is counted. Safe for any number of threads.
 */
public final class ConstantMemory {

  private static final class Held extends WeakReference<MemorySegment.Scope> {
    private final long bytes;

    Held(MemorySegment memory, ReferenceQueue<MemorySegment.Scope> freed) {
      super(memory.scope(), freed);
      this.bytes = memory.byteSize();
    }
  }

  private final Set<Held> held = ConcurrentHashMap.newKeySet();
  private final ReferenceQueue<MemorySegment.Scope> freed = new ReferenceQueue<>();
  private final AtomicLong bytes = new AtomicLong();

  /** Makes a count of nothing. */
  public ConstantMemory() {}

  /** Returns zeroed memory of that many bytes, 64-byte aligned. */
  public MemorySegment allocate(long count) {
    forgetFreed();
    MemorySegment memory = Arena.ofAuto().allocate(count, MemoryPool.ALIGNMENT);
    held.add(new Held(memory, freed));
    bytes.addAndGet(count);
    return memory;
  }

  /** Returns the bytes that the collector has not found to be unused. */
  public long bytes() {
    forgetFreed();
    return bytes.get();
  }

  private void forgetFreed() {
    for (Reference<?> gone = freed.poll(); gone != null; gone = freed.poll()) {
      if (gone instanceof Held one && held.remove(one)) {
        bytes.addAndGet(-one.bytes);
      }
    }
  }
}
