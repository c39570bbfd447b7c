package org.tensorlogic.engine;

import java.lang.management.ManagementFactory;

/**
 * How an engine is set up.
 *
 * @param threads how many threads work on one step, the calling one included
 * @param memoryBytesMax the most off-heap memory that it holds
 * @param provider the only kernel provider to use, or null for all that are found
 */
public record EngineConfig(int threads, long memoryBytesMax, String provider) {

  /** Returns the default: a thread for each processor, three quarters of the memory, all found. */
  public static EngineConfig defaults() {
    return new EngineConfig(Runtime.getRuntime().availableProcessors(), systemBytes() / 4 * 3,
        null);
  }

  private static long systemBytes() {
    return ManagementFactory.getOperatingSystemMXBean()
        instanceof com.sun.management.OperatingSystemMXBean system
        ? system.getTotalMemorySize() : Runtime.getRuntime().maxMemory();
  }

  /** Returns this setup with another number of threads. */
  public EngineConfig withThreads(int count) {
    return new EngineConfig(count, memoryBytesMax, provider);
  }

  /** Returns this setup with another limit of memory. */
  public EngineConfig withMemoryBytesMax(long bytes) {
    return new EngineConfig(threads, bytes, provider);
  }

  /** Returns this setup with one kernel provider only: {@code native} or {@code reference}. */
  public EngineConfig withProvider(String name) {
    return new EngineConfig(threads, memoryBytesMax, name);
  }
}
