package org.tensorlogic.kernel.reference;

import org.tensorlogic.kernel.KernelArguments;
import org.tensorlogic.kernel.KernelRequest;

/** Result element i from the operands' elements i, line by line. */
final class PointwiseKernel extends ReferenceKernel {

  /** Computes a line of results from lines of operands that are read as reals. */
  @FunctionalInterface
  interface OnReals {
    void apply(double[][] operands, double[] result, int count);
  }

  /** Computes a line of results from lines of operands that are read as 64-bit numbers. */
  @FunctionalInterface
  interface OnIntegers {
    void apply(long[][] operands, long[] result, int count);
  }

  private final OnReals onReals;
  private final OnIntegers onIntegers;
  private final long[] extents;
  private final long[][] strides;

  /** Makes a kernel with the same function on both kinds of dtype; the operands decide. */
  PointwiseKernel(KernelRequest request, OnReals onReals, OnIntegers onIntegers) {
    super(request, 1);
    this.onReals = onReals;
    this.onIntegers = onIntegers;
    this.extents = extents(request.result());
    this.strides = new long[operandCount() + 1][];
    for (int operand = 0; operand < operandCount(); operand++) {
      strides[operand] = strides(request.operands().get(operand));
    }
    strides[operandCount()] = strides(request.result());
  }

  @Override
  void compute(KernelArguments arguments, long first, long end) {
    var walk = new Odometer(extents, strides);
    walk.seek(first, origins());
    boolean real = isReal(request().dtypes().getLast());
    var reals = new double[real ? operandCount() + 1 : 0][LINE];
    var integers = new long[operandCount() + 1][real ? 0 : LINE];
    for (int operand = 0; operand < operandCount(); operand++) {
      if (!isReal(request().dtypes().get(operand))) {
        integers[operand] = new long[LINE];
      }
    }
    for (long element = first; element < end;) {
      int count = (int) Math.min(Math.min(walk.run(), end - element), LINE);
      if (real) {
        line(arguments, walk, reals, integers, count);
      } else {
        line(arguments, walk, integers, count);
      }
      walk.advance(count);
      element += count;
    }
  }

  /** Truth values among real operands are read as 0 and 1. */
  private void line(KernelArguments arguments, Odometer walk, double[][] lines, long[][] integers,
      int count) {
    int result = operandCount();
    for (int operand = 0; operand < result; operand++) {
      Elements elements = operand(arguments, operand);
      if (isReal(elements.dtype())) {
        elements.read(walk.position(operand), walk.stride(operand), lines[operand], count);
      } else {
        elements.read(walk.position(operand), walk.stride(operand), integers[operand], count);
        for (int i = 0; i < count; i++) {
          lines[operand][i] = integers[operand][i];
        }
      }
    }
    onReals.apply(lines, lines[result], count);
    result(arguments).write(walk.position(result), walk.stride(result), lines[result], count);
  }

  private void line(KernelArguments arguments, Odometer walk, long[][] lines, int count) {
    int result = operandCount();
    for (int operand = 0; operand < result; operand++) {
      operand(arguments, operand)
          .read(walk.position(operand), walk.stride(operand), lines[operand], count);
    }
    onIntegers.apply(lines, lines[result], count);
    result(arguments).write(walk.position(result), walk.stride(result), lines[result], count);
  }
}
