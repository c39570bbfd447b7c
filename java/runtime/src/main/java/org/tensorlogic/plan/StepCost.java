package org.tensorlogic.plan;

import java.util.List;

/** How long a step takes by its arithmetic and its memory, and so how many threads it is worth. */
public final class StepCost {

  /**
   * What a thread must get to do before it is worth waking: handing a job to a sleeping worker and
   * its end back costs 10 to 50 us of one core and of nobody's else, so less than this is done
   * sooner alone.
   */
  private static final double NANOS_A_THREAD = 8_000;

  /* One core of the kind measured, rounded up: the estimate shall rather be short than long. */
  private static final double FLOPS_A_NANO = 40;
  private static final double BYTES_A_NANO = 20;

  private StepCost() {}

  /** Returns the nanoseconds that a step takes at least on one core; 0 for a loop: unknown. */
  public static double nanos(Step step) {
    return switch (step) {
      case Step.Run run -> run.flops() / FLOPS_A_NANO + bytes(run) / BYTES_A_NANO;
      case Step.Repeat _ -> 0;
      case Step.Blocks blocks -> blocks.flops() / FLOPS_A_NANO;
    };
  }

  /** Returns whether memory takes more of a step's time than arithmetic does; no for a loop. */
  public static boolean isMemoryBound(Step step) {
    return bytes(step) / BYTES_A_NANO > flops(step) / FLOPS_A_NANO;
  }

  /** Returns the arithmetic of a step, 2 per multiply-add; 0 for a loop: unknown. */
  public static double flops(Step step) {
    return switch (step) {
      case Step.Run run -> run.flops();
      case Step.Repeat _ -> 0;
      case Step.Blocks blocks -> blocks.flops();
    };
  }

  /** Returns the bytes that a step reads and writes, each element once; 0 for a loop: unknown. */
  public static double bytes(Step step) {
    return switch (step) {
      case Step.Run run -> bytes(run.operands(), run.results());
      case Step.Repeat _ -> 0;
      case Step.Blocks blocks -> bytes(blocks.operands(), List.of(blocks.result()));
    };
  }

  private static double bytes(List<Value> operands, List<Value> results) {
    double bytes = results.stream().mapToDouble(StepCost::bytes).sum();
    for (int i = 0; i < operands.size(); i++) {
      bytes += operands.indexOf(operands.get(i)) == i ? bytes(operands.get(i)) : 0;
    }
    return bytes;
  }

  /** Returns how many workers some tiles invite, at most one for each tile but the caller's. */
  public static int helpers(double nanos, long tileCount, int workers) {
    return (int) Math.min(Math.min(workers, tileCount - 1), nanos / NANOS_A_THREAD);
  }

  /** Returns the nanoseconds that tiles take with as many workers as they invite. */
  static double sharedNanos(double nanos, long tileCount, int workers) {
    return nanos / (1 + helpers(nanos, tileCount, workers));
  }

  private static double bytes(Value value) {
    double bytes = value.dtype().bytes();
    for (int axis = 0; axis < value.layout().rank(); axis++) {
      bytes *= value.layout().stride(axis) == 0 ? 1 : value.layout().extent(axis);
    }
    return bytes;
  }
}
