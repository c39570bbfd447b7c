package org.tensorlogic.kernel;

/**
 * An operand that a kernel takes in an order of its own, contiguous and 64-byte aligned: another
 * kernel puts it there once, before the tiles run that share it, also where several steps take it
 * in the same order. An operand that never changes is put there when a plan is made, once for all
 * plans of a graph.
 *
 * @param operand the number of the operand
 * @param kernel reads the operand and writes {@code elements} elements
 * @param elements how many elements of the operand's dtype come in the operand's place
 * @param order equal for preparations that give the same operand the same order
 */
public record Prepared(int operand, Kernel kernel, long elements, Object order) {}
