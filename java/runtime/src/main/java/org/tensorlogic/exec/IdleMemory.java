package org.tensorlogic.exec;

import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.tensorlogic.memory.MemoryPool;

/**
 * The idle frames of all plans of an engine, which give their memory back when somebody else needs
 * it. Safe for any number of threads, without a lock.
 */
final class IdleMemory implements MemoryPool.Keeper {

  /* Plans are not kept alive, but their frames are until their memory is given back: a graph that
   * the caller forgets with frames in it would take their workspaces along. */

  private static final class Entry extends WeakReference<Planned> {
    private final IdleFrames frames;

    Entry(Planned plan, ReferenceQueue<Planned> forgotten) {
      super(plan, forgotten);
      this.frames = plan.idleFrames();
    }
  }

  private final Set<Entry> entries = ConcurrentHashMap.newKeySet();
  private final ReferenceQueue<Planned> forgotten = new ReferenceQueue<>();

  /** Takes account of a new plan, and leave of plans that nobody can run any more. */
  void add(Planned plan) {
    for (Reference<?> gone = forgotten.poll(); gone != null; gone = forgotten.poll()) {
      if (gone instanceof Entry entry && entries.remove(entry)) {
        entry.frames.release();
      }
    }
    if (plan.holdsMemory) {
      entries.add(new Entry(plan, forgotten));
    }
  }

  @Override
  public void giveBack() {
    entries.forEach(entry -> entry.frames.release());
  }
}
