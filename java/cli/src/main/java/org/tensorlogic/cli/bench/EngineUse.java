package org.tensorlogic.cli.bench;

import java.util.Locale;
import java.util.stream.Collectors;
import org.tensorlogic.engine.CompileStatistics;
import org.tensorlogic.engine.Engine;
import org.tensorlogic.exec.PoolStatistics;
import org.tensorlogic.memory.MemoryPool;

/** What an engine's threads, memory and compiler did for all that was timed on it. */
record EngineUse(int threads, PoolStatistics pool, MemoryPool.Usage memory,
    CompileStatistics compilations) {

  /** Returns the counts of this moment. */
  static EngineUse of(Engine engine) {
    return new EngineUse(engine.workers().threads(), engine.workers().statistics(),
        engine.memory(), engine.compilations());
  }

  /** Returns three lines that say for how many threads they are. */
  String text() {
    String tiles = pool.tiles().stream().map(String::valueOf).collect(Collectors.joining(" + "));
    String text = """
        %d threads: shared tiles %s, the last number by callers, imbalance %.2f; %d sleeps
          memory: %d bytes in use at most, %d held, %d in constants; %d blocks from the system
          compiled: %d graphs in %s, %d nodes -> %d; %d plans in %s
        """;
    return String.format(Locale.ROOT, text, threads, tiles,
        pool.tileBalance().imbalance(), pool.parks(), memory.usedBytesPeak(), memory.heldBytes(),
        memory.constantBytes(), memory.freshBlocks(), compilations.misses(),
        Table.time(compilations.nanos() / 1e9), compilations.nodesBefore(),
        compilations.nodesAfter(), compilations.plans(),
        Table.time(compilations.planNanos() / 1e9));
  }
}
