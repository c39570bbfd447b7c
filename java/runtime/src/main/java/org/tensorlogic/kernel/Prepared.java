package org.tensorlogic.kernel;

/**
 * An operand that a kernel takes in an order of its own: another kernel puts it there once, before
 * the tiles run that share it. An operand that never changes is put there when the plan is made.
 *
 * @param operand the number of the operand
 * @param kernel reads the operand and writes {@code elements} elements
 * @param elements how many elements of the operand's dtype the kernel finds in the operand's place
 */
public record Prepared(int operand, Kernel kernel, long elements) {}
