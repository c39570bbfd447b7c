package org.tensorlogic.tuning;

/**
 * A candidate that was found to be faster than the default.
 *
 * @param choice the name of the choice
 * @param cell the cell of the choice
 * @param candidate what is taken there
 * @param gain the part of the default's time that it saves, below 1
 * @param probability that chance alone shows such a difference
 */
public record Finding(String choice, String cell, String candidate, double gain,
    double probability) {}
