package org.tensorlogic.engine;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import org.tensorlogic.error.Requirement;
import org.tensorlogic.exec.JitConfig;
import org.tensorlogic.exec.PoolConfig;
import org.tensorlogic.memory.AllocationStrategy;
import org.tensorlogic.memory.NumaStrategy;
import org.tensorlogic.plan.Schedule;
import org.tensorlogic.rewrite.OptimizationLevel;
import org.tensorlogic.tuning.TuningFile;

/**
 * How an engine is set up.
 *
 * @param workers how many threads work on one step, and how they share tasks
 * @param memoryBytesMax the most off-heap memory that it holds for tensors and for what runs make
 *     on the way; constants of graphs come on top, see {@link Engine#memory}
 * @param allocation which idle block of memory answers a request
 * @param schedule in which order steps run, and which side by side
 * @param provider the only kernel provider to use, or null for all that are found
 * @param jit how much graphs are changed before they are planned, and when those that run often
 *     are compiled anew for the extents met
 * @param compiledBytesMax about how much memory the kept compiled graphs may hold, see {@link
 *     Engine#compile}; 0 keeps none
 * @param einsumBytesMax the most memory that an einsum may hold at one time for what its steps
 *     make on the way to its result, the room in which kernels pack operands aside; orders of
 *     contraction that need more are not taken, and where none is left planning throws an
 *     EinsumException (C11); {@link Long#MAX_VALUE}, the default, allows all
 * @param tuningFolder where {@link Tuning} keeps what it measured on this machine, or null to take
 *     the defaults
 * @param numa where threads and memory lie on a machine of several memory nodes
 * @param compiledFolder where optimised graphs and orders of contraction are kept from one process
 *     to the next, or null, the default, to keep none; see {@link #withCompiledFolder}
 * @param compiledFolderBytesMax the most bytes of files that the folder holds
 */
public record EngineConfig(PoolConfig workers, long memoryBytesMax, AllocationStrategy allocation,
    Schedule schedule, String provider, JitConfig jit,
    long compiledBytesMax, long einsumBytesMax, Path tuningFolder, NumaStrategy numa,
    Path compiledFolder, long compiledFolderBytesMax) {

  private static final long COMPILED_BYTES = 64 << 20;
  private static final long FOLDER_BYTES = 256 << 20;

  /** Refuses negative counts of bytes. */
  public EngineConfig {
    Requirement.requireArgument(einsumBytesMax >= 0,
        () -> "give a number of bytes, such as 1L << 30; 0 allows no intermediates",
        "einsumBytesMax %d is negative", einsumBytesMax);
    Requirement.requireArgument(compiledBytesMax >= 0,
        () -> "give a number of bytes, or 0 to keep no compiled graph",
        "compiledBytesMax %d is negative", compiledBytesMax);
    Requirement.requireArgument(compiledFolderBytesMax >= 0,
        () -> "give a number of bytes, or no folder",
        "compiledFolderBytesMax %d is negative", compiledFolderBytesMax);
  }

  /**
   * Returns the default: a thread for each processor, three quarters of the memory, all providers
   * found, moderate optimisation.
   */
  public static EngineConfig defaults() {
    return new EngineConfig(PoolConfig.of(Runtime.getRuntime().availableProcessors()),
        systemBytes() / 4 * 3, AllocationStrategy.EXACT_FIT, Schedule.SEQUENTIAL, null,
        JitConfig.of(OptimizationLevel.MODERATE), COMPILED_BYTES, Long.MAX_VALUE,
        TuningFile.standardFolder(), NumaStrategy.NONE, null, FOLDER_BYTES);
  }

  private static long systemBytes() {
    return ManagementFactory.getOperatingSystemMXBean()
        instanceof com.sun.management.OperatingSystemMXBean system
        ? system.getTotalMemorySize() : Runtime.getRuntime().maxMemory();
  }

  /** Returns how many threads work on one step, the calling one included. */
  public int threads() {
    return workers.threads();
  }

  /** Returns this setup with another number of threads. */
  public EngineConfig withThreads(int count) {
    return withWorkers(workers.withThreads(count));
  }

  /** Returns this setup with other terms for the threads. */
  public EngineConfig withWorkers(PoolConfig terms) {
    return new EngineConfig(terms, memoryBytesMax, allocation, schedule, provider, jit,
        compiledBytesMax, einsumBytesMax, tuningFolder, numa,
        compiledFolder, compiledFolderBytesMax);
  }

  /** Returns this setup with another limit of memory. */
  public EngineConfig withMemoryBytesMax(long bytes) {
    return new EngineConfig(workers, bytes, allocation, schedule, provider, jit,
        compiledBytesMax, einsumBytesMax, tuningFolder, numa,
        compiledFolder, compiledFolderBytesMax);
  }

  /** Returns this setup with another choice of idle memory. */
  public EngineConfig withAllocation(AllocationStrategy strategy) {
    return new EngineConfig(workers, memoryBytesMax, strategy, schedule, provider, jit,
        compiledBytesMax, einsumBytesMax, tuningFolder, numa,
        compiledFolder, compiledFolderBytesMax);
  }

  /** Returns this setup with another schedule. */
  public EngineConfig withSchedule(Schedule order) {
    return new EngineConfig(workers, memoryBytesMax, allocation, order, provider, jit,
        compiledBytesMax, einsumBytesMax, tuningFolder, numa,
        compiledFolder, compiledFolderBytesMax);
  }

  /** Returns this setup with one kernel provider only: {@code native} or {@code reference}. */
  public EngineConfig withProvider(String name) {
    return new EngineConfig(workers, memoryBytesMax, allocation, schedule, name, jit,
        compiledBytesMax, einsumBytesMax, tuningFolder, numa,
        compiledFolder, compiledFolderBytesMax);
  }

  /** Returns this setup with another level of optimisation, for all runs. */
  public EngineConfig withOptimization(OptimizationLevel level) {
    return withJit(jit.withLevels(level, level));
  }

  /** Returns this setup with other terms for graphs that run often. */
  public EngineConfig withJit(JitConfig terms) {
    return new EngineConfig(workers, memoryBytesMax, allocation, schedule, provider, terms,
        compiledBytesMax, einsumBytesMax, tuningFolder, numa,
        compiledFolder, compiledFolderBytesMax);
  }

  /** Returns this setup with another limit of memory for compiled graphs. */
  public EngineConfig withCompiledBytesMax(long bytes) {
    return new EngineConfig(workers, memoryBytesMax, allocation, schedule, provider, jit,
        bytes, einsumBytesMax, tuningFolder, numa,
        compiledFolder, compiledFolderBytesMax);
  }

  /** Returns this setup with a limit of memory for the intermediates of an einsum. */
  public EngineConfig withEinsumBytesMax(long bytes) {
    return new EngineConfig(workers, memoryBytesMax, allocation, schedule, provider, jit,
        compiledBytesMax, bytes, tuningFolder, numa,
        compiledFolder, compiledFolderBytesMax);
  }

  /** Returns this setup with another folder of measured choices; null takes the defaults. */
  public EngineConfig withTuningFolder(Path folder) {
    return new EngineConfig(workers, memoryBytesMax, allocation, schedule, provider, jit,
        compiledBytesMax, einsumBytesMax, folder, numa,
        compiledFolder, compiledFolderBytesMax);
  }

  /** Returns this setup with another strategy for machines of several memory nodes. */
  public EngineConfig withNuma(NumaStrategy strategy) {
    return new EngineConfig(workers, memoryBytesMax, allocation, schedule, provider, jit,
        compiledBytesMax, einsumBytesMax, tuningFolder, strategy,
        compiledFolder, compiledFolderBytesMax);
  }

  /**
   * Returns this setup with a folder in which engines of any number of processes keep what
   * compiling found. It is made when it is first needed; what is wrong with its files is counted in
   * {@link Engine#compilations} and never an error. Whoever can write there decides what runs.
   * Only engines of one build and of the same optimisation, limit of einsums and kernels share.
   */
  public EngineConfig withCompiledFolder(Path folder) {
    return new EngineConfig(workers, memoryBytesMax, allocation, schedule, provider, jit,
        compiledBytesMax, einsumBytesMax, tuningFolder, numa,
        folder, compiledFolderBytesMax);
  }

  /** Returns this setup with another limit for the files of the folder of compiled graphs. */
  public EngineConfig withCompiledFolderBytesMax(long bytes) {
    return new EngineConfig(workers, memoryBytesMax, allocation, schedule, provider, jit,
        compiledBytesMax, einsumBytesMax, tuningFolder, numa,
        compiledFolder, bytes);
  }
}
