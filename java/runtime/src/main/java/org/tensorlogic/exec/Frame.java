package org.tensorlogic.exec;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.tensorlogic.kernel.Kernel;
import org.tensorlogic.kernel.KernelArguments;
import org.tensorlogic.memory.MemoryPool;
import org.tensorlogic.plan.Program;
import org.tensorlogic.plan.Slot;
import org.tensorlogic.plan.Step;
import org.tensorlogic.plan.Value;

/**
 * The memory of one run of a program: its workspace and, for each step, the places of operands and
 * result. Reused by later runs; used by one run at a time. A run with the same inputs and outputs
 * as the last one binds nothing and allocates nothing.
 */
final class Frame {

  private static final int ADDRESS_BYTES = 8;
  private static final Patch[] NO_PATCHES = {};

  /** Where the address of a slot must be written when its memory is known. */
  private record Patch(KernelArguments arguments, int index, long firstByte) {}

  /** Tiles of the step at hand; a worker takes scratch of its own, the caller has the frame's. */
  private final class StepJob extends TileJob {
    private Kernel kernel;
    private KernelArguments with;
    private Thread owner;

    @Override
    void tiles(long begin, long end) {
      boolean own = Thread.currentThread() == owner;
      if (own || kernel.scratchBytes() == 0) {
        kernel.run(with, begin, end, own ? scratch : MemorySegment.NULL);
        return;
      }
      MemorySegment taken = pool.acquire(kernel.scratchBytes());
      try {
        kernel.run(with, begin, end, taken);
      } finally {
        pool.release(taken);
      }
    }
  }

  private final MemoryPool pool;
  private final Program program;
  private final MemorySegment workspace;
  private final MemorySegment table;
  private final Step[] steps;
  private final Kernel[] kernels;
  private final int[] helpers;
  private final KernelArguments[] arguments;
  private final Frame[] bodies;
  private final MemorySegment[] memory;
  private final Patch[][] patches;
  private final int[] inputOfSlot;
  private final int[] outputOfSlot;
  private final int[] boundSlots;
  private final long scratchBytes;
  private final StepJob job = new StepJob();
  private MemorySegment scratch = MemorySegment.NULL;

  /** Makes a frame; steps worth it invite that many workers at most. */
  Frame(Program program, MemoryPool pool, int workers) {
    this.program = program;
    this.pool = pool;
    this.steps = program.steps().toArray(Step[]::new);
    this.kernels = new Kernel[steps.length];
    this.helpers = new int[steps.length];
    this.arguments = new KernelArguments[steps.length];
    this.bodies = new Frame[steps.length];
    int slots = program.slots().size();
    this.memory = new MemorySegment[slots];
    this.inputOfSlot = new int[slots];
    this.outputOfSlot = new int[slots];
    this.workspace = acquire(program.workspaceBytes());
    // Not of the pool: a frame without workspace holds nothing that others could use.
    this.table = Arena.ofAuto().allocate(program.steps().stream()
        .mapToLong(step -> step instanceof Step.Run run ? run.operands().size() + 1 : 0).sum()
        * ADDRESS_BYTES, ADDRESS_BYTES);
    this.patches = prepareSteps(slots, workers);
    this.boundSlots = prepareSlots();
    long most = 0;
    for (Kernel kernel : kernels) {
      most = kernel == null ? most : Math.max(most, kernel.scratchBytes());
    }
    this.scratchBytes = most;
  }

  private MemorySegment acquire(long bytes) {
    return bytes == 0 ? MemorySegment.NULL : pool.acquire(bytes);
  }

  private void giveBack(MemorySegment block) {
    if (block != MemorySegment.NULL) {
      pool.release(block);
    }
  }

  private Patch[][] prepareSteps(int slots, int workers) {
    var found = new ArrayList<List<Patch>>();
    for (int slot = 0; slot < slots; slot++) {
      found.add(new ArrayList<>());
    }
    long used = 0;
    for (int i = 0; i < steps.length; i++) {
      switch (steps[i]) {
        case Step.Run run -> {
          int count = run.operands().size() + 1;
          kernels[i] = run.kernel();
          helpers[i] = Work.helpers(run, workers);
          arguments[i] = new KernelArguments(count, table.asSlice(used));
          used += (long) ADDRESS_BYTES * count;
          for (int operand = 0; operand < count; operand++) {
            Value value = operand < count - 1 ? run.operands().get(operand) : run.result();
            found.get(value.slot()).add(new Patch(arguments[i], operand, value.firstByte()));
          }
        }
        case Step.Repeat repeat -> bodies[i] = new Frame(repeat.body(), pool, workers);
      }
    }
    return found.stream().map(list -> list.toArray(NO_PATCHES)).toArray(Patch[][]::new);
  }

  private int[] prepareSlots() {
    var bound = new ArrayList<Integer>();
    for (int slot = 0; slot < memory.length; slot++) {
      inputOfSlot[slot] = -1;
      outputOfSlot[slot] = -1;
      switch (program.slots().get(slot)) {
        case Slot.Fixed(MemorySegment elements) -> set(slot, elements);
        case Slot.Temporary(long offset, long bytes, _, _) when offset + bytes
            <= workspace.byteSize() -> set(slot, workspace.asSlice(offset, bytes));
        case Slot.Temporary _ -> { } // Nothing uses it: it has no place in the workspace.
        case Slot.Given(int index) -> {
          inputOfSlot[slot] = index;
          bound.add(slot);
        }
        case Slot.Returned(int index, _) -> {
          outputOfSlot[slot] = index;
          bound.add(slot);
        }
      }
    }
    return bound.stream().mapToInt(Integer::intValue).toArray();
  }

  private void set(int slot, MemorySegment block) {
    memory[slot] = block;
    for (Patch patch : patches[slot]) {
      patch.arguments().set(patch.index(), block, patch.firstByte());
    }
  }

  /** Sets the memory of inputs and outputs for one run, where it is another than before. */
  void bind(MemorySegment[] inputs, MemorySegment[] outputs) {
    for (int slot : boundSlots) {
      int input = inputOfSlot[slot];
      MemorySegment block = input >= 0 ? inputs[input] : outputs[outputOfSlot[slot]];
      if (memory[slot] != block) {
        set(slot, block);
      }
    }
  }

  /** Takes what the calling thread needs for a run. */
  void begin() {
    job.owner = Thread.currentThread();
    scratch = acquire(scratchBytes);
  }

  /** Gives back what only a run needs. */
  void end() {
    giveBack(scratch);
    scratch = MemorySegment.NULL;
  }

  int stepCount() {
    return steps.length;
  }

  Step step(int index) {
    return steps[index];
  }

  /** Runs a kernel's step; false for a step of another kind. */
  boolean compute(int index, WorkerPool workers) {
    Kernel kernel = kernels[index];
    if (kernel == null) {
      return false;
    }
    if (helpers[index] == 0) {
      kernel.run(arguments[index], 0, kernel.tileCount(), scratch);
    } else {
      job.kernel = kernel;
      job.with = arguments[index];
      workers.run(job, kernel.tileCount(), helpers[index]);
    }
    return true;
  }

  Program program() {
    return program;
  }

  Frame body(int step) {
    return bodies[step];
  }

  MemorySegment memory(Value value) {
    return memory[value.slot()];
  }

  /** Gives the memory back. */
  void release() {
    giveBack(workspace);
    for (Frame body : bodies) {
      if (body != null) {
        body.release();
      }
    }
  }
}
