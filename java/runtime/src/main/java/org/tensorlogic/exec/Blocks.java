package org.tensorlogic.exec;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.tensorlogic.ir.Blocked;
import org.tensorlogic.memory.MemoryPool;
import org.tensorlogic.plan.Program;
import org.tensorlogic.plan.Step;
import org.tensorlogic.plan.Value;

/**
 * The memory of a step that runs in blocks: a frame for each thread that is at a block. A block's
 * own steps run on that thread alone, so what it makes stays in the thread's caches.
 */
final class Blocks {

  private final Step.Blocks step;
  private final MemoryPool pool;
  private final Queue<Frame> idle = new ConcurrentLinkedQueue<>();
  private final Queue<Frame> idleLast = new ConcurrentLinkedQueue<>();

  Blocks(Step.Blocks step, MemoryPool pool) {
    this.step = step;
    this.pool = pool;
  }

  /** Runs all blocks on the memory of the frame that the step belongs to. */
  void run(ProgramRunner runner, WorkerPool workers, Frame frame) {
    workers.run(step.count(), (begin, end) -> {
      for (long block = begin; block < end; block++) {
        run(block, runner, frame);
      }
    });
  }

  private void run(long block, ProgramRunner runner, Frame outer) {
    boolean isLast = block == step.count() - 1 && step.last().isPresent();
    Program program = isLast ? step.last().get() : step.body();
    Queue<Frame> frames = isLast ? idleLast : idle;
    Frame kept = frames.poll();
    Frame frame = kept != null ? kept : new Frame(program, pool, 0);
    try {
      var inputs = new MemorySegment[step.operands().size()];
      for (int i = 0; i < inputs.length; i++) {
        inputs[i] = from(outer, step.operands().get(i), step.axes().get(i), block);
      }
      MemorySegment output = from(outer, step.result(), step.resultAxis(), block);
      runner.run(frame, inputs, new MemorySegment[] {output});
    } finally {
      frames.add(frame);
    }
  }

  /** The memory of a value from where a block's first element lies, the layout's offset aside. */
  private MemorySegment from(Frame frame, Value value, int axis, long block) {
    MemorySegment memory = frame.memory(value);
    return axis == Blocked.WHOLE ? memory : memory.asSlice(
        block * step.extent() * value.layout().stride(axis) * value.dtype().bytes());
  }

  /** Gives the memory back. */
  void release() {
    for (Queue<Frame> frames : List.of(idle, idleLast)) {
      for (Frame frame = frames.poll(); frame != null; frame = frames.poll()) {
        frame.release();
      }
    }
  }
}
