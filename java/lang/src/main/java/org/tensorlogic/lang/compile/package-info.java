/**
 * From a checked program to a graph: joins become einsums over a semiring, what fits none becomes
 * pointwise work and a reduction, and recursion becomes a loop.
 */
package org.tensorlogic.lang.compile;
