package org.tensorlogic.exec;

import org.tensorlogic.plan.Step;
import org.tensorlogic.plan.Value;

/** How long a step takes by its arithmetic and its memory, and so how many threads it is worth. */
final class Work {

  /**
   * What a thread must get to do before it is worth waking: handing a job to a sleeping worker and
   * its end back costs 10 to 50 us of one core and of nobody's else, so less than this is done
   * sooner alone.
   */
  static final double NANOS_A_THREAD = 8_000;

  /* One core of the kind measured, rounded up: the estimate shall rather be short than long. */
  private static final double FLOPS_A_NANO = 40;
  private static final double BYTES_A_NANO = 20;

  private Work() {}

  /** Returns the nanoseconds that a step takes at least on one core. */
  static double nanos(Step.Run run) {
    double bytes = bytes(run.result());
    for (Value operand : run.operands()) {
      bytes += bytes(operand);
    }
    return run.flops() / FLOPS_A_NANO + bytes / BYTES_A_NANO;
  }

  /** Returns how many workers a step invites, at most one for each tile but the caller's. */
  static int helpers(Step.Run run, int workers) {
    long most = Math.min(workers, run.kernel().tileCount() - 1);
    return (int) Math.min(most, nanos(run) / NANOS_A_THREAD);
  }

  private static double bytes(Value value) {
    double bytes = value.dtype().bytes();
    for (int axis = 0; axis < value.layout().rank(); axis++) {
      bytes *= value.layout().stride(axis) == 0 ? 1 : value.layout().extent(axis);
    }
    return bytes;
  }
}
