package org.tensorlogic.exec;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.tensorlogic.error.Code;
import org.tensorlogic.error.ConvergenceException;
import org.tensorlogic.error.Diagnostic;
import org.tensorlogic.error.KernelException;
import org.tensorlogic.error.TensorLogicException;
import org.tensorlogic.kernel.Kernel;
import org.tensorlogic.kernel.KernelArguments;
import org.tensorlogic.memory.Gate;
import org.tensorlogic.memory.MemoryPool;
import org.tensorlogic.plan.Step;
import org.tensorlogic.plan.Value;
import org.tensorlogic.type.DType;

/**
 * The one loop that runs programs. Safe for any number of threads, each with a frame of its own.
 */
final class ProgramRunner {

  private final WorkerPool workers;
  private final MemoryPool pool;
  private final Gate gate;

  ProgramRunner(WorkerPool workers, MemoryPool pool, Gate gate) {
    this.workers = workers;
    this.pool = pool;
    this.gate = gate;
  }

  /** Runs a frame's program on memory for its inputs and outputs. */
  void run(Frame frame, MemorySegment[] inputs, MemorySegment[] outputs) {
    frame.bind(inputs, outputs);
    int count = frame.program().steps().size();
    for (int i = 0; i < count; i++) {
      requireWanted();
      Step step = frame.program().steps().get(i);
      try {
        switch (step) {
          case Step.Run run -> compute(run.kernel(), frame.arguments(i));
          case Step.Repeat repeat -> repeat(repeat, frame, i);
        }
      } catch (TensorLogicException known) {
        throw known;
      } catch (RuntimeException | OutOfMemoryError unexpected) {
        throw new KernelException(Diagnostic.error(Code.NODE_EXECUTION, "%s failed: %s",
            step.node(), unexpected).at(step.node().origin()), unexpected);
      }
    }
  }

  /** Ends the run when the engine closes or the calling thread is interrupted. */
  private void requireWanted() {
    gate.requireOpen();
    if (Thread.currentThread().isInterrupted()) {
      throw new KernelException(Diagnostic.error(Code.NODE_EXECUTION,
          "the run was cancelled: its thread is interrupted"));
    }
  }

  private void compute(Kernel kernel, KernelArguments arguments) {
    if (kernel.scratchBytes() == 0) {
      workers.run(kernel.tileCount(),
          (begin, end) -> kernel.run(arguments, begin, end, MemorySegment.NULL));
      return;
    }
    workers.run(kernel.tileCount(), (begin, end) -> {
      MemorySegment scratch = pool.acquire(kernel.scratchBytes());
      try {
        kernel.run(arguments, begin, end, scratch);
      } finally {
        pool.release(scratch);
      }
    });
  }

  /* The states live in two sets of buffers that take turns: one is read, the other written. The
   * first iteration reads the operands themselves. */
  private void repeat(Step.Repeat step, Frame frame, int index) {
    int states = step.loop().stateCount();
    var inputs = new MemorySegment[step.operands().size()];
    for (int i = 0; i < inputs.length; i++) {
      Value operand = step.operands().get(i);
      MemorySegment memory = frame.memory(operand);
      inputs[i] = i < states ? memory.asSlice(operand.firstByte()) : memory;
    }
    var turns = new MemorySegment[2][states + 1];
    for (MemorySegment[] set : turns) {
      for (int i = 0; i <= states; i++) {
        set[i] = pool.acquire(i == 0 ? Long.BYTES : bytes(step.operands().get(i - 1)));
      }
    }
    try {
      MemorySegment[] settled = iterate(step, frame.body(index), inputs, turns);
      for (int i = 0; i < states; i++) {
        Value result = step.results().get(i);
        MemorySegment.copy(settled[i + 1], 0, frame.memory(result), 0, bytes(result));
      }
    } finally {
      for (MemorySegment[] set : turns) {
        for (MemorySegment block : set) {
          pool.release(block);
        }
      }
    }
  }

  private static long bytes(Value value) {
    return value.layout().count() * value.dtype().bytes();
  }

  private MemorySegment[] iterate(Step.Repeat step, Frame body, MemorySegment[] inputs,
      MemorySegment[][] turns) {
    DType changeType = step.body().outputTypes().getFirst().dtype();
    for (long iteration = 1; ; iteration++) {
      MemorySegment[] next = turns[(int) (iteration & 1)];
      run(body, inputs, next);
      double change = change(next[0], changeType);
      if (change <= step.loop().tolerance()) {
        return next;
      }
      if (iteration >= step.loop().iterationsMax()) {
        throw new ConvergenceException(Diagnostic.error(Code.NO_CONVERGENCE,
            "%s did not settle: the change is still %s after %d iterations",
            step.loop().label(), change, iteration).at(step.node().origin())
            .hint("check that the values cannot grow for ever, or allow more iterations"));
      }
      System.arraycopy(next, 1, inputs, 0, step.loop().stateCount());
    }
  }

  private static double change(MemorySegment memory, DType dtype) {
    return switch (dtype) {
      case F64 -> memory.get(ValueLayout.JAVA_DOUBLE, 0);
      case F32 -> memory.get(ValueLayout.JAVA_FLOAT, 0);
      case I64 -> memory.get(ValueLayout.JAVA_LONG, 0);
      case BOOL -> memory.get(ValueLayout.JAVA_BYTE, 0);
      case F16, BF16, F8E4M3, F8E5M2, I32, I8, U8 ->
          throw new IllegalStateException("a loop's change of " + dtype + " passed its type rule");
    };
  }
}
