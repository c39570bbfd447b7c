package org.tensorlogic.exec;

import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import org.tensorlogic.ir.Blocked;
import org.tensorlogic.memory.MemoryPool;
import org.tensorlogic.plan.Program;
import org.tensorlogic.plan.Step;
import org.tensorlogic.plan.Value;

/**
 * The memory of a step that runs in blocks: a frame for each thread that is at a block, and where
 * the operands and the result of each block lie. A block's own steps run on that thread alone, so
 * what it makes stays in the thread's caches. A run on the memory of the last run allocates
 * nothing.
 */
final class Blocks {

  /** The blocks as tiles, each on any thread. */
  private final class Job extends TileJob {
    @Override
    void tiles(long begin, long end) {
      for (long block = begin; block < end; block++) {
        run((int) block);
      }
    }
  }

  /** The frames of a program that nobody uses; guarded by itself. */
  private final class Idle {
    private final Program program;
    private final ArrayDeque<Frame> frames = new ArrayDeque<>();
    private StepClock clock;

    Idle(Program program) {
      this.program = program;
    }

    Frame take() {
      synchronized (this) {
        Frame kept = frames.pollLast();
        if (kept != null) {
          return kept;
        }
      }
      var fresh = new Frame(program, pool, 0);
      fresh.observe(clock);
      return fresh;
    }

    /** Between runs, when all frames are here. */
    synchronized void observe(StepClock by) {
      clock = by;
      frames.forEach(frame -> frame.observe(by));
    }

    synchronized void put(Frame frame) {
      frames.addLast(frame);
    }

    synchronized void release() {
      frames.forEach(Frame::release);
      frames.clear();
    }
  }

  private final Step.Blocks step;
  private final MemoryPool pool;
  private final Job job = new Job();
  private final Idle whole;
  private final Idle last;
  /** The memory of the operands and the result that the blocks below lie in. */
  private final MemorySegment[] memory;
  private final MemorySegment[][] inputs;
  private final MemorySegment[][] outputs;
  private ProgramRunner runner;

  Blocks(Step.Blocks step, MemoryPool pool) {
    this.step = step;
    this.pool = pool;
    this.whole = new Idle(step.body());
    this.last = step.last().map(Idle::new).orElse(whole);
    int count = Math.toIntExact(step.count());
    this.memory = new MemorySegment[step.operands().size() + 1];
    this.inputs = new MemorySegment[count][step.operands().size()];
    this.outputs = new MemorySegment[count][1];
  }

  /** Runs all blocks on the memory of the frame that the step belongs to. */
  void run(ProgramRunner by, WorkerPool workers, Frame frame) {
    runner = by;
    int operands = step.operands().size();
    for (int i = 0; i < operands; i++) {
      cut(frame, step.operands().get(i), step.axes().get(i), i, inputs, i);
    }
    cut(frame, step.result(), step.resultAxis(), operands, outputs, 0);
    workers.run(job, step.count(), (int) Math.min(workers.threads(), step.count()) - 1);
  }

  private void run(int block) {
    Idle frames = block == step.count() - 1 ? last : whole;
    Frame frame = frames.take();
    try {
      runner.run(frame, inputs[block], outputs[block]);
    } finally {
      frames.put(frame);
    }
  }

  /** Finds where the blocks of a value begin, the layout's offset aside, where it has moved. */
  private void cut(Frame frame, Value value, int axis, int index, MemorySegment[][] blocks,
      int place) {
    MemorySegment now = frame.memory(value);
    if (memory[index] == now) {
      return;
    }
    memory[index] = now;
    long bytes = axis == Blocked.WHOLE ? 0
        : step.extent() * value.layout().stride(axis) * value.dtype().bytes();
    for (int block = 0; block < blocks.length; block++) {
      blocks[block][place] = bytes == 0 ? now : now.asSlice(block * bytes);
    }
  }

  /** Has the steps of later blocks timed, null for no longer; the last one may be apart. */
  void observe(StepClock byWhole, StepClock byLast) {
    whole.observe(byWhole);
    if (last != whole) {
      last.observe(byLast);
    }
  }

  /** Gives the memory back. */
  void release() {
    whole.release();
    last.release();
  }
}
