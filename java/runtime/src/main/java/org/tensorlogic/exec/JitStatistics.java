package org.tensorlogic.exec;

/**
 * What became of the graphs of an engine that a {@link JitConfig} applies to.
 *
 * @param made specialisations made
 * @param dropped specialisations that were not used any more or made room for others
 * @param unchanged how often known extents changed nothing, and the general plan stayed
 * @param specializedRuns runs of a specialisation; those of bound graphs are not counted
 * @param generalRuns runs of a plan that might have been specialised; likewise
 * @param nanos the time that specialising took, in vain or not
 */
public record JitStatistics(long made, long dropped, long unchanged, long specializedRuns,
    long generalRuns, long nanos) {}
