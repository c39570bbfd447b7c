package org.tensorlogic.exec;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import org.tensorlogic.error.Code;
import org.tensorlogic.error.ConvergenceException;
import org.tensorlogic.error.Diagnostic;
import org.tensorlogic.error.KernelException;
import org.tensorlogic.error.TensorLogicException;
import org.tensorlogic.memory.Gate;
import org.tensorlogic.memory.MemoryPool;
import org.tensorlogic.plan.Program;
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

  /** Makes what a run of a program needs. */
  Frame frame(Program program) {
    return new Frame(program, pool, workers.threads() - 1);
  }

  /** Runs a frame's program on memory for its inputs and outputs. */
  void run(Frame frame, MemorySegment[] inputs, MemorySegment[] outputs) {
    frame.bind(inputs, outputs);
    run(frame);
  }

  /** Runs a frame's program on the memory that it is bound to; allocates nothing on the heap. */
  void run(Frame frame) {
    frame.begin();
    try {
      int count = frame.stageCount();
      for (int i = 0; i < count; i++) {
        requireWanted();
        stage(frame, i);
      }
    } finally {
      frame.end();
    }
  }

  private void stage(Frame frame, int index) {
    Step other = frame.other(index);
    StepClock clock = frame.clock();
    long begin = clock == null ? 0 : System.nanoTime();
    try {
      switch (other) {
        case null -> frame.compute(index, workers);
        case Step.Repeat loop -> repeat(loop, frame, frame.otherStep(index));
        case Step.Blocks _ -> frame.blocks(frame.otherStep(index)).run(this, workers, frame);
        case Step.Run run -> throw new IllegalStateException("a kernel's step alone: " + run);
      }
    } catch (TensorLogicException known) {
      throw known;
    } catch (RuntimeException | OutOfMemoryError unexpected) {
      throw failure(other == null ? frame.failed() : other, unexpected);
    }
    if (clock != null) {
      clock.ended(frame.firstStep(index), frame.endStep(index), System.nanoTime() - begin);
    }
  }

  private static KernelException failure(Step step, Throwable cause) {
    return new KernelException(Diagnostic.error(Code.NODE_EXECUTION, "%s failed: %s",
        step.node(), cause).at(step.node().origin())
        .hint("this is a fault of the kernel, not of the program: please report it"), cause);
  }

  /** Ends the run when the engine closes or the calling thread is interrupted. */
  private void requireWanted() {
    gate.requireOpen();
    if (Thread.currentThread().isInterrupted()) {
      throw new KernelException(Diagnostic.error(Code.NODE_EXECUTION,
          "the run was cancelled: its thread is interrupted")
          .hint("run it again from a thread that nothing interrupts"));
    }
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
    var taken = new ArrayList<MemorySegment>();
    try {
      for (MemorySegment[] set : turns) {
        for (int i = 0; i <= states; i++) {
          set[i] = pool.acquire(i == 0 ? Long.BYTES : bytes(step.operands().get(i - 1)));
          taken.add(set[i]);
        }
      }
      MemorySegment[] settled = iterate(step, frame.body(index), inputs, turns);
      for (int i = 0; i < states; i++) {
        Value result = step.results().get(i);
        MemorySegment.copy(settled[i + 1], 0, frame.memory(result), 0, bytes(result));
      }
    } finally {
      taken.forEach(pool::release);
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
