package org.tensorlogic.exec;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.tensorlogic.ir.Accepts;
import org.tensorlogic.ir.Binary;
import org.tensorlogic.ir.Pointwise;
import org.tensorlogic.ir.Unary;
import org.tensorlogic.memory.Buffer;
import org.tensorlogic.memory.Tensor;
import org.tensorlogic.type.DType;
import org.tensorlogic.type.Layout;

/**
 * Functions of few elements by their own definitions, without a plan and a native call, which take
 * longer than the arithmetic. Only those whose bits are the same whoever computes them. Safe for
 * any number of threads.
 */
public final class SmallFunctions {

  /* A definition is called once an element, 7 ns where many functions are in use; planned steps
   * took some 120 ns more than allocating the result, whatever their count. */
  private static final long COUNT_MAX = 16;

  private static final ValueLayout.OfFloat F32 = ValueLayout.JAVA_FLOAT_UNALIGNED;
  private static final ValueLayout.OfDouble F64 = ValueLayout.JAVA_DOUBLE_UNALIGNED;
  private static final ValueLayout.OfLong I64 = ValueLayout.JAVA_LONG_UNALIGNED;
  private static final ValueLayout.OfByte BOOL = ValueLayout.JAVA_BYTE;

  private final Resources resources;

  /** Makes results in the memory of an engine. */
  public SmallFunctions(Resources resources) {
    this.resources = resources;
  }

  /** Returns the function of a tensor, or null where kernels are to compute it, or to refuse it. */
  public Tensor unary(Unary function, Tensor x) {
    DType dtype = x.dtype();
    Layout from = x.layout();
    if (!isSmall(from) || !isSame(function, function.accepts(), dtype)) {
      return null;
    }
    Buffer held = open(x);
    try {
      var result = new Buffer(resources.pool(), from.count() * dtype.bytes());
      fill(function, dtype, held.block(), from.offset(), result.block(), (int) from.count());
      return new Tensor(resources.gate(), result, dtype, from.gapless());
    } finally {
      close(held);
    }
  }

  private static void fill(Unary function, DType dtype, MemorySegment x, long first,
      MemorySegment result, int count) {
    for (int i = 0; i < count; i++) {
      if (dtype.isFloating()) {
        put(result, dtype, i, function.apply(real(x, dtype, first + i)));
      } else {
        put(result, dtype, i, function.applyExact(integer(x, dtype, first + i)));
      }
    }
  }

  /**
   * Returns the function of two tensors of the same extents, or of one and a scalar, or null where
   * kernels are to compute it, or to refuse it.
   */
  public Tensor binary(Binary function, Tensor x, Tensor y) {
    DType dtype = x.dtype();
    Layout left = x.layout();
    Layout right = y.layout();
    boolean fits = left.rank() == 0 || right.rank() == 0 || left.hasExtentsOf(right);
    if (!fits || dtype != y.dtype() || !isSmall(left) || !isSmall(right)
        || !isSame(function, function.accepts(), dtype)) {
      return null;
    }
    Layout wide = left.rank() == 0 ? right : left;
    DType made = function.isComparison() ? DType.BOOL : dtype;
    Buffer first = open(x);
    try {
      Buffer second = y.retainBuffer();
      try {
        var result = new Buffer(resources.pool(), wide.count() * made.bytes());
        fill(function, dtype, first.block(), left, second.block(), right, result.block(),
            (int) wide.count());
        return new Tensor(resources.gate(), result, made, wide.gapless());
      } finally {
        second.release();
      }
    } finally {
      close(first);
    }
  }

  private static void fill(Binary function, DType dtype, MemorySegment x, Layout left,
      MemorySegment y, Layout right, MemorySegment result, int count) {
    DType made = function.isComparison() ? DType.BOOL : dtype;
    long a = left.offset();
    long b = right.offset();
    int leftStep = left.rank() == 0 ? 0 : 1;
    int rightStep = right.rank() == 0 ? 0 : 1;
    for (int i = 0; i < count; i++, a += leftStep, b += rightStep) {
      if (dtype.isFloating()) {
        put(result, made, i, function.apply(real(x, dtype, a), real(y, dtype, b)));
      } else {
        put(result, made, i, function.applyExact(integer(x, dtype, a), integer(y, dtype, b)));
      }
    }
  }

  /** Holds a tensor like a program does, so that nobody takes its memory away. */
  private Buffer open(Tensor tensor) {
    resources.gate().enter();
    try {
      return tensor.retainBuffer();
    } catch (RuntimeException closed) {
      resources.gate().leave();
      throw closed;
    }
  }

  private void close(Buffer held) {
    held.release();
    resources.gate().leave();
  }

  private static boolean isSmall(Layout layout) {
    return layout.count() <= COUNT_MAX && layout.isContiguous();
  }

  private static boolean isSame(Pointwise function, Accepts accepts, DType dtype) {
    return accepts.contains(dtype) && (!dtype.isFloating() || function.isExact());
  }

  private static double real(MemorySegment memory, DType dtype, long place) {
    return dtype == DType.F32 ? memory.get(F32, place * Float.BYTES)
        : memory.get(F64, place * Double.BYTES);
  }

  private static long integer(MemorySegment memory, DType dtype, long place) {
    return dtype == DType.I64 ? memory.get(I64, place * Long.BYTES) : memory.get(BOOL, place);
  }

  /** Of reals, what is no real is the truth value of a comparison. */
  private static void put(MemorySegment memory, DType dtype, int place, double value) {
    if (dtype == DType.F32) {
      memory.set(F32, (long) place * Float.BYTES, (float) value);
    } else if (dtype == DType.F64) {
      memory.set(F64, (long) place * Double.BYTES, value);
    } else {
      memory.set(BOOL, place, (byte) value);
    }
  }

  private static void put(MemorySegment memory, DType dtype, int place, long value) {
    if (dtype == DType.I64) {
      memory.set(I64, (long) place * Long.BYTES, value);
    } else {
      memory.set(BOOL, place, (byte) value);
    }
  }
}
