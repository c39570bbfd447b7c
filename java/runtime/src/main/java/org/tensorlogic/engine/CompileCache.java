package org.tensorlogic.engine;

import java.util.LinkedHashMap;
import java.util.function.Supplier;
import org.tensorlogic.exec.GraphRunner;
import org.tensorlogic.exec.Jit;
import org.tensorlogic.ir.GraphKey;
import org.tensorlogic.rewrite.Optimizer;

/**
 * The compiled graphs of an engine, the least recently used ones leaving first once they hold more
 * than so many bytes. An equal graph, built anew, finds the plans that were made for the first one.
 * Safe for any number of threads.
 */
final class CompileCache {

  /** About what a node takes as part of the graph, of the optimised one, and of a plan. */
  private static final long NODE_BYTES = 1024;
  /** A constant's elements in the graph, in the memory that all plans share, and once packed. */
  private static final long CONSTANT_COPIES = 3;

  private record Entry(GraphRunner runner, long bytes) {}

  private final long bytesMax;
  private final LinkedHashMap<GraphKey, Entry> entries = new LinkedHashMap<>(16, 0.75f, true);
  private long bytes;
  private long hits;
  private long misses;
  private long evictions;
  private long nanos;
  private long nodesBefore;
  private long nodesAfter;

  CompileCache(long bytesMax) {
    this.bytesMax = bytesMax;
  }

  /** Returns what was compiled of an equal graph, else what is compiled now. */
  GraphRunner get(GraphKey key, Supplier<GraphRunner> compile) {
    GraphRunner known = find(key);
    if (known != null) {
      return known;
    }
    long begin = System.nanoTime();
    GraphRunner fresh = compile.get();
    long spent = System.nanoTime() - begin;
    return keep(key, fresh, spent, Optimizer.nodeCount(fresh.graph()), fresh.optimisedNodeCount());
  }

  private synchronized GraphRunner find(GraphKey key) {
    Entry entry = entries.get(key);
    hits += entry == null ? 0 : 1;
    return entry == null ? null : entry.runner;
  }

  /** Keeps it unless another thread came first, or it alone is more than all may hold. */
  private synchronized GraphRunner keep(GraphKey key, GraphRunner fresh, long spent, int before,
      int after) {
    misses++;
    nanos += spent;
    nodesBefore += before;
    nodesAfter += after;
    Entry first = entries.get(key);
    if (first != null) {
      return first.runner;
    }
    var entry = new Entry(fresh, key.nodeCount() * NODE_BYTES
        + CONSTANT_COPIES * key.constantBytes());
    if (entry.bytes <= bytesMax) {
      entries.put(key, entry);
      bytes += entry.bytes;
    }
    while (bytes > bytesMax) {
      Entry eldest = entries.pollFirstEntry().getValue();
      bytes -= eldest.bytes;
      evictions++;
      eldest.runner.trim();
    }
    return fresh;
  }

  synchronized CompileStatistics statistics(Jit jit, CompileStatistics.Folder folder) {
    return new CompileStatistics(hits, misses, evictions, entries.size(), bytes, bytesMax, nanos,
        nodesBefore, nodesAfter, jit.plans(), jit.planNanos(), jit.statistics(), folder);
  }
}
