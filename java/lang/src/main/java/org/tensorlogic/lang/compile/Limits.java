package org.tensorlogic.lang.compile;

/**
 * When recursion ends.
 *
 * @param iterationsMax after so many iterations a group that has not settled is an error
 * @param tolerance the greatest change of a number that counts as settled; relations, minima and
 *     maxima settle exactly
 */
public record Limits(long iterationsMax, double tolerance) {}
