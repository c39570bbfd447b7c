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
import org.tensorlogic.plan.StepCost;
import org.tensorlogic.plan.Value;

/**
 * The memory of one run of a program: its workspace and, for each step, the places of operands and
 * results. Reused by later runs; used by one run at a time. A run with the same inputs and outputs
 * as the last one binds nothing and allocates nothing.
 */
final class Frame {

  private static final int ADDRESS_BYTES = 8;
  private static final Patch[] NO_PATCHES = {};

  /** Where the address of a slot must be written when its memory is known. */
  private record Patch(KernelArguments arguments, int index, long firstByte) {}

  /** Tiles of the stage at hand; a worker takes scratch of its own, the caller has the frame's. */
  private final class StageJob extends TileJob {
    private int firstStep;
    private int endStep;
    private Thread owner;
    private volatile int failed;

    @Override
    void tiles(long begin, long end) {
      if (Thread.currentThread() == owner || scratchBytes == 0) {
        tiles(begin, end, scratch);
        return;
      }
      MemorySegment taken = pool.acquire(scratchBytes);
      try {
        tiles(begin, end, taken);
      } finally {
        pool.release(taken);
      }
    }

    /** The tiles of a stage are those of its steps, one step after the other. */
    private void tiles(long begin, long end, MemorySegment with) {
      long first = 0;
      for (int step = firstStep; step < endStep; step++) {
        long past = first + kernels[step].tileCount();
        if (begin < past && first < end) {
          tiles(step, Math.max(begin - first, 0), Math.min(end, past) - first, with);
        }
        first = past;
      }
    }

    private void tiles(int step, long begin, long end, MemorySegment with) {
      long start = clock == null ? 0 : System.nanoTime();
      try {
        kernels[step].run(arguments[step], begin, end, with);
      } catch (RuntimeException | Error failure) {
        failed = step;
        throw failure;
      }
      if (clock != null) {
        clock.worked(step, System.nanoTime() - start);
      }
    }
  }

  private final MemoryPool pool;
  private final Program program;
  private final MemorySegment workspace;
  private final MemorySegment table;
  private final Step[] steps;
  private final Kernel[] kernels;
  private final int[] stageEnds;
  private final int[] helpers;
  private final long[] stageTiles;
  private final KernelArguments[] arguments;
  private final Frame[] bodies;
  private final Blocks[] blocks;
  private final MemorySegment[] memory;
  private final Patch[][] patches;
  private final int[] inputOfSlot;
  private final int[] outputOfSlot;
  private final int[] boundSlots;
  private final long scratchBytes;
  private final StageJob job = new StageJob();
  private MemorySegment scratch = MemorySegment.NULL;
  private StepClock clock;

  /** Makes a frame; steps worth it invite that many workers at most. */
  Frame(Program program, MemoryPool pool, int workers) {
    this.program = program;
    this.pool = pool;
    this.steps = program.steps().toArray(Step[]::new);
    this.kernels = new Kernel[steps.length];
    this.stageEnds = program.stageEnds().stream().mapToInt(Integer::intValue).toArray();
    this.helpers = new int[stageEnds.length];
    this.stageTiles = new long[stageEnds.length];
    this.arguments = new KernelArguments[steps.length];
    this.bodies = new Frame[steps.length];
    this.blocks = new Blocks[steps.length];
    int slots = program.slots().size();
    this.memory = new MemorySegment[slots];
    this.inputOfSlot = new int[slots];
    this.outputOfSlot = new int[slots];
    this.workspace = acquire(program.workspaceBytes());
    // Not of the pool: a frame without workspace holds nothing that others could use.
    this.table = Arena.ofAuto().allocate(program.steps().stream()
        .mapToLong(step -> step instanceof Step.Run run ? values(run).size() : 0).sum()
        * ADDRESS_BYTES, ADDRESS_BYTES);
    try {
      this.patches = prepareSteps(slots, workers);
      this.boundSlots = prepareSlots();
      this.scratchBytes = prepareStages(workers);
    } catch (RuntimeException | Error failure) { // such as no memory for the frame of a loop's body
      release();
      throw failure;
    }
  }

  /** Returns the most scratch that a step needs. */
  private long prepareStages(int workers) {
    long most = 0;
    int step = 0;
    for (int stage = 0; stage < stageEnds.length; stage++) {
      double nanos = 0;
      for (; step < stageEnds[stage]; step++) {
        nanos += StepCost.nanos(steps[step]);
        stageTiles[stage] += kernels[step] == null ? 0 : kernels[step].tileCount();
        most = kernels[step] == null ? most : Math.max(most, kernels[step].scratchBytes());
      }
      helpers[stage] = Math.max(0, StepCost.helpers(nanos, stageTiles[stage], workers));
    }
    return most;
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
          List<Value> values = values(run);
          kernels[i] = run.kernel();
          arguments[i] = new KernelArguments(values.size(), table.asSlice(used));
          used += (long) ADDRESS_BYTES * values.size();
          for (int place = 0; place < values.size(); place++) {
            Value value = values.get(place);
            found.get(value.slot()).add(new Patch(arguments[i], place, value.firstByte()));
          }
        }
        case Step.Repeat repeat -> bodies[i] = new Frame(repeat.body(), pool, workers);
        case Step.Blocks step -> blocks[i] = new Blocks(step, pool);
      }
    }
    return found.stream().map(list -> list.toArray(NO_PATCHES)).toArray(Patch[][]::new);
  }

  /** Returns the operands of a step, then its results, as kernels take them. */
  private static List<Value> values(Step.Run run) {
    var values = new ArrayList<>(run.operands());
    values.addAll(run.results());
    return values;
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

  int stageCount() {
    return stageEnds.length;
  }

  /** Has later runs timed, those of bodies too; null for no longer. */
  void observe(StepClock by) {
    clock = by;
    for (int step = 0; step < steps.length; step++) {
      StepClock body = by == null ? null : by.body(step);
      if (bodies[step] != null) {
        bodies[step].observe(body);
      }
      if (blocks[step] != null) {
        blocks[step].observe(body, by == null ? null : by.last(step));
      }
    }
  }

  /** Returns what times the runs, or null. */
  StepClock clock() {
    return clock;
  }

  /** Returns the place of the first step of a stage. */
  int firstStep(int stage) {
    return stage == 0 ? 0 : stageEnds[stage - 1];
  }

  /** Returns the place after the last step of a stage. */
  int endStep(int stage) {
    return stageEnds[stage];
  }

  /** Returns the step of a stage that is no kernel's, null for a stage of kernels. */
  Step other(int stage) {
    Step step = steps[stageEnds[stage] - 1];
    return step instanceof Step.Run ? null : step;
  }

  /** Returns the place of such a step. */
  int otherStep(int stage) {
    return stageEnds[stage] - 1;
  }

  /** Runs the kernels of a stage. */
  void compute(int stage, WorkerPool workers) {
    job.firstStep = firstStep(stage);
    job.endStep = endStep(stage);
    if (helpers[stage] == 0) {
      job.tiles(0, stageTiles[stage], scratch);
    } else {
      workers.run(job, stageTiles[stage], helpers[stage]);
    }
  }

  /** Returns the step whose kernel failed last. */
  Step failed() {
    return steps[job.failed];
  }

  Program program() {
    return program;
  }

  Frame body(int step) {
    return bodies[step];
  }

  Blocks blocks(int step) {
    return blocks[step];
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
    for (Blocks step : blocks) {
      if (step != null) {
        step.release();
      }
    }
  }
}
