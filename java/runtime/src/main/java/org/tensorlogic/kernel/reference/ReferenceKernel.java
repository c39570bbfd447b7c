package org.tensorlogic.kernel.reference;

import java.lang.foreign.MemorySegment;
import org.tensorlogic.kernel.Kernel;
import org.tensorlogic.kernel.KernelArguments;
import org.tensorlogic.kernel.KernelRequest;
import org.tensorlogic.type.DType;
import org.tensorlogic.type.Layout;

/** What all kernels here share: tiles are equal ranges of the result in row-major order. */
abstract class ReferenceKernel implements Kernel {

  /** Elements a tile of a cheap function: some ten microseconds, far above the cost of a task. */
  static final long TILE_ELEMENTS = 16_384;
  /** Elements staged at once, so that lines stay in the first-level cache. */
  static final int LINE = 512;

  private final KernelRequest request;
  private final long count;
  private final long tileOutputs;

  /** Makes a kernel whose every result element costs that many operand elements. */
  ReferenceKernel(KernelRequest request, long costOfOutput) {
    this.request = request;
    this.count = request.result().count();
    this.tileOutputs = Math.max(1, TILE_ELEMENTS / Math.max(1, costOfOutput));
  }

  @Override
  public final String name() {
    return "reference_" + request.key().symbol();
  }

  @Override
  public final long tileCount() {
    return Math.max(1, Math.ceilDiv(count, tileOutputs));
  }

  @Override
  public final long scratchBytes() {
    return 0;
  }

  @Override
  public final void run(KernelArguments arguments, long tileBegin, long tileEnd,
      MemorySegment scratch) {
    long first = Math.min(count, tileBegin * tileOutputs);
    long end = Math.min(count, tileEnd * tileOutputs);
    if (first < end) {
      compute(arguments, first, end);
    }
  }

  /** Computes the result's elements from first to end (exclusive), in row-major order. */
  abstract void compute(KernelArguments arguments, long first, long end);

  final KernelRequest request() {
    return request;
  }

  final int operandCount() {
    return request.operands().size();
  }

  final Elements operand(KernelArguments arguments, int operand) {
    return new Elements(arguments.buffer(operand), request.dtypes().get(operand));
  }

  final Elements result(KernelArguments arguments) {
    return new Elements(arguments.buffer(operandCount()), request.resultDType());
  }

  /** Returns where element 0 of each operand and of the result lies. */
  final long[] origins() {
    var origins = new long[operandCount() + 1];
    for (int operand = 0; operand < operandCount(); operand++) {
      origins[operand] = request.operands().get(operand).offset();
    }
    origins[operandCount()] = request.result().offset();
    return origins;
  }

  static boolean isReal(DType dtype) {
    return dtype.isFloating();
  }

  static long[] extents(Layout layout) {
    var extents = new long[layout.rank()];
    for (int axis = 0; axis < extents.length; axis++) {
      extents[axis] = layout.extent(axis);
    }
    return extents;
  }

  static long[] strides(Layout layout) {
    var strides = new long[layout.rank()];
    for (int axis = 0; axis < strides.length; axis++) {
      strides[axis] = layout.stride(axis);
    }
    return strides;
  }
}
