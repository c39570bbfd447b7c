package org.tensorlogic.kernel.reference;

import org.tensorlogic.ir.Movement;
import org.tensorlogic.kernel.KernelArguments;
import org.tensorlogic.kernel.KernelRequest;
import org.tensorlogic.type.Layout;

/** Elements of operand 0 whose place along one axis operand 1 names; 0 where there is none. */
final class GatherKernel extends ReferenceKernel {

  private final long[] extents;
  private final long[][] strides;
  private final long axisExtent;
  private final long axisStride;

  GatherKernel(KernelRequest request, Movement.Gather gather) {
    super(request, 1);
    Layout data = request.operands().get(0);
    Layout index = request.operands().get(1);
    this.extents = extents(request.result());
    this.strides = new long[][] {new long[extents.length], new long[extents.length],
        strides(request.result())};
    this.axisExtent = data.extent(gather.axis());
    this.axisStride = data.stride(gather.axis());
    for (int axis = 0; axis < extents.length; axis++) {
      int inIndex = axis - gather.axis();
      if (inIndex < 0) {
        strides[0][axis] = data.stride(axis);
      } else if (inIndex < index.rank()) {
        strides[1][axis] = index.stride(inIndex);
      } else {
        strides[0][axis] = data.stride(axis - index.rank() + 1);
      }
    }
  }

  @Override
  void compute(KernelArguments arguments, long first, long end) {
    var walk = new Odometer(extents, strides);
    walk.seek(first, origins());
    var positions = new long[LINE];
    boolean real = isReal(request().resultDType());
    var reals = new double[real ? LINE : 0];
    var integers = new long[real ? 0 : LINE];
    for (long element = first; element < end;) {
      int count = (int) Math.min(Math.min(walk.run(), end - element), LINE);
      positions(arguments, walk, positions, count);
      if (real) {
        operand(arguments, 0).read(positions, reals, count);
        result(arguments).write(walk.position(2), walk.stride(2), reals, count);
      } else {
        operand(arguments, 0).read(positions, integers, count);
        result(arguments).write(walk.position(2), walk.stride(2), integers, count);
      }
      walk.advance(count);
      element += count;
    }
  }

  /** Turns a line of indices into places in operand 0, -1 where an index names nothing. */
  private void positions(KernelArguments arguments, Odometer walk, long[] positions, int count) {
    operand(arguments, 1).read(walk.position(1), walk.stride(1), positions, count);
    for (int i = 0; i < count; i++) {
      long index = positions[i];
      positions[i] = index < 0 || index >= axisExtent ? -1
          : walk.position(0) + i * walk.stride(0) + index * axisStride;
    }
  }
}
