package org.tensorlogic.plan;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.tensorlogic.ir.Literal;
import org.tensorlogic.kernel.Kernel;
import org.tensorlogic.kernel.KernelArguments;
import org.tensorlogic.kernel.Prepared;
import org.tensorlogic.memory.MemoryPool;
import org.tensorlogic.type.DType;

/** Writes the elements of constants to memory that lives as long as something refers to it. */
final class FixedElements {

  private FixedElements() {}

  /** Returns an operand in the order that a kernel takes. */
  static MemorySegment prepared(Prepared prepared, Value operand, MemorySegment elements) {
    MemorySegment memory = Arena.ofAuto().allocate(
        prepared.elements() * operand.dtype().bytes(), MemoryPool.ALIGNMENT);
    Kernel kernel = prepared.kernel();
    try (Arena arena = Arena.ofConfined()) {
      var arguments = new KernelArguments(2, arena.allocate(ValueLayout.ADDRESS, 2));
      arguments.set(0, elements, operand.firstByte());
      arguments.set(1, memory, 0);
      kernel.run(arguments, 0, kernel.tileCount(),
          arena.allocate(kernel.scratchBytes(), MemoryPool.ALIGNMENT));
    }
    return memory;
  }

  static MemorySegment of(DType dtype, Literal elements) {
    long bytes = (long) elements.count() * dtype.bytes();
    MemorySegment memory = Arena.ofAuto().allocate(Math.max(bytes, 1), MemoryPool.ALIGNMENT);
    for (int i = 0; i < elements.count(); i++) {
      switch (dtype) {
        case F64 -> memory.setAtIndex(ValueLayout.JAVA_DOUBLE, i, elements.real(i));
        case F32 -> memory.setAtIndex(ValueLayout.JAVA_FLOAT, i, (float) elements.real(i));
        case I64 -> memory.setAtIndex(ValueLayout.JAVA_LONG, i, elements.integer(i));
        case BOOL -> memory.set(ValueLayout.JAVA_BYTE, i, (byte) (elements.real(i) != 0 ? 1 : 0));
        case F16, BF16, F8E4M3, F8E5M2, I32, I8, U8 ->
            throw new IllegalStateException("a constant of " + dtype + " passed its type rule");
      }
    }
    return memory;
  }
}
