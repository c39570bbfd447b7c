package org.tensorlogic.bindings;

import java.lang.foreign.MemorySegment;

/**
 * One row of the library's kernel table.
 *
 * @param name {@code family_function_dtype}
 * @param family the kernel family
 * @param place its number among the rows of its family, by which fused programs call it
 * @param operandCount the number of operands, without the result
 * @param scratchBytes the private memory that each call needs
 * @param function where the code is
 */
record NativeSymbol(String name, String family, int place, int operandCount,
    long scratchBytes, MemorySegment function) {}
