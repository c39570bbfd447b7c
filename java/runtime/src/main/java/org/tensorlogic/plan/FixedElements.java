package org.tensorlogic.plan;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.ref.Reference;
import java.lang.ref.WeakReference;
import java.util.HashMap;
import java.util.Map;
import org.tensorlogic.ir.Literal;
import org.tensorlogic.kernel.Kernel;
import org.tensorlogic.kernel.KernelArguments;
import org.tensorlogic.kernel.Prepared;
import org.tensorlogic.memory.ConstantMemory;
import org.tensorlogic.memory.MemoryPool;
import org.tensorlogic.type.DType;
import org.tensorlogic.type.Layout;

/**
 * The elements of a graph's constants in memory: one copy for all plans of the graph, and one in
 * each order that kernels take. A copy is made when a plan first needs it and lives as long as a
 * plan has it. Safe for any number of threads.
 */
public final class FixedElements {

  private static final int COPIES_MIN = 64;

  /** A constant whatever its shape. */
  record Plain(DType dtype, Literal elements) {

    long bytes() {
      return Math.max(1, (long) elements.count() * dtype.bytes());
    }
  }

  /** A constant, seen through a layout, in an order that kernels take. */
  private record Ordered(Plain constant, Layout layout, Object order) {}

  private final ConstantMemory memory;
  private final Map<Object, WeakReference<MemorySegment>> copies = new HashMap<>();
  private int cleanedAt = COPIES_MIN;

  /** Keeps no copy yet; they will be in that memory. */
  public FixedElements(ConstantMemory memory) {
    this.memory = memory;
  }

  /** Returns the elements in row-major order. */
  synchronized MemorySegment of(Plain constant) {
    MemorySegment known = known(constant);
    return known != null ? known
        : keep(constant, written(constant, memory.allocate(constant.bytes())));
  }

  /** Returns an operand in the order that a kernel takes. */
  synchronized MemorySegment prepared(Prepared prepared, Value operand, Plain constant) {
    var key = new Ordered(constant, operand.layout(), prepared.order());
    MemorySegment known = known(key);
    if (known != null) {
      return known;
    }
    MemorySegment ordered = memory.allocate(prepared.elements() * operand.dtype().bytes());
    Kernel kernel = prepared.kernel();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment plain = known(constant);
      MemorySegment elements = plain != null ? plain
          : written(constant, arena.allocate(constant.bytes(), MemoryPool.ALIGNMENT));
      var arguments = new KernelArguments(2, arena.allocate(ValueLayout.ADDRESS, 2));
      arguments.set(0, elements, operand.firstByte());
      arguments.set(1, ordered, 0);
      kernel.run(arguments, 0, kernel.tileCount(),
          arena.allocate(kernel.scratchBytes(), MemoryPool.ALIGNMENT));
      Reference.reachabilityFence(elements); // A plan may have had it last, and is forgotten.
    }
    return keep(key, ordered);
  }

  private MemorySegment known(Object key) {
    WeakReference<MemorySegment> copy = copies.get(key);
    return copy == null ? null : copy.get();
  }

  private MemorySegment keep(Object key, MemorySegment copy) {
    if (copies.size() >= cleanedAt) {
      copies.values().removeIf(other -> other.refersTo(null));
      cleanedAt = Math.max(COPIES_MIN, 2 * copies.size());
    }
    copies.put(key, new WeakReference<>(copy));
    return copy;
  }

  private static MemorySegment written(Plain constant, MemorySegment memory) {
    Literal elements = constant.elements();
    for (int i = 0; i < elements.count(); i++) {
      switch (constant.dtype()) {
        case F64 -> memory.setAtIndex(ValueLayout.JAVA_DOUBLE, i, elements.real(i));
        case F32 -> memory.setAtIndex(ValueLayout.JAVA_FLOAT, i, (float) elements.real(i));
        case I64 -> memory.setAtIndex(ValueLayout.JAVA_LONG, i, elements.integer(i));
        case BOOL -> memory.set(ValueLayout.JAVA_BYTE, i, (byte) (elements.real(i) != 0 ? 1 : 0));
        case F16, BF16, F8E4M3, F8E5M2, I32, I8, U8 -> throw new IllegalStateException(
            "a constant of " + constant.dtype() + " passed its type rule");
      }
    }
    return memory;
  }
}
