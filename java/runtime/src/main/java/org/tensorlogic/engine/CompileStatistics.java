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
 * @param hot what became of graphs that ran often
 */
public record CompileStatistics(long hits, long misses, long evictions, int graphs, long bytes,
    long bytesMax, long nanos, JitStatistics hot) {}
