package org.tensorlogic.engine;

import org.tensorlogic.exec.JitStatistics;

/**
 * What an engine's cache of compiled graphs has done since the engine began.
 *
 * @param hits graphs whose equal had been compiled and was kept
 * @param misses graphs that were compiled
 * @param evictions compiled graphs that made room for others
 * @param graphs compiled graphs held at this moment
 * @param bytes about how much memory they hold
 * @param bytesMax the most that they may hold
 * @param nanos the time that compiling took: verifying and optimising, without planning
 * @param nodesBefore the nodes of the graphs that were compiled, as they were given
 * @param nodesAfter the nodes that were left when they were optimised, a fused region being one
 * @param plans plans made of them: one for each combination of input layouts, and those of
 *     specialisations
 * @param planNanos the time that planning took
 * @param hot what became of graphs that ran often
 * @param folder what the folder of {@link EngineConfig#withCompiledFolder} did; zeros without one
 */
public record CompileStatistics(long hits, long misses, long evictions, int graphs, long bytes,
    long bytesMax, long nanos, long nodesBefore, long nodesAfter, long plans, long planNanos,
    JitStatistics hot, Folder folder) {

  /**
   * Files of optimised graphs and of orders of contraction, as this engine met them.
   *
   * @param hits those that were found
   * @param misses those that were not there or not to be trusted, and were made
   * @param evictions those that this engine removed to make room
   * @param refusals those that could not be read, trusted or written
   */
  public record Folder(long hits, long misses, long evictions, long refusals) {}
}
