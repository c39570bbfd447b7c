package org.tensorlogic.exec;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.tensorlogic.kernel.KernelArguments;
import org.tensorlogic.memory.MemoryPool;
import org.tensorlogic.plan.Program;
import org.tensorlogic.plan.Slot;
import org.tensorlogic.plan.Step;
import org.tensorlogic.plan.Value;

/**
 * The memory of one run of a program: its workspace and, for each step, the places of operands and
 * result. Reused by later runs; used by one run at a time.
 */
final class Frame {

  private static final int ADDRESS_BYTES = 8;

  /** Where the address of a slot must be written when its memory is known. */
  private record Patch(KernelArguments arguments, int index, long firstByte) {}

  private final MemoryPool pool;
  private final Program program;
  private final MemorySegment workspace;
  private final MemorySegment table;
  private final KernelArguments[] arguments;
  private final Frame[] bodies;
  private final MemorySegment[] memory;
  private final List<List<Patch>> patches = new ArrayList<>();

  Frame(Program program, MemoryPool pool) {
    this.program = program;
    this.pool = pool;
    int steps = program.steps().size();
    this.arguments = new KernelArguments[steps];
    this.bodies = new Frame[steps];
    this.memory = new MemorySegment[program.slots().size()];
    this.workspace = pool.acquire(program.workspaceBytes());
    this.table = pool.acquire((long) ADDRESS_BYTES * program.steps().stream()
        .mapToInt(step -> step instanceof Step.Run run ? run.operands().size() + 1 : 0).sum());
    program.slots().forEach(_ -> patches.add(new ArrayList<>()));
    prepareSteps();
    prepareSlots();
  }

  private void prepareSteps() {
    long used = 0;
    for (int i = 0; i < arguments.length; i++) {
      switch (program.steps().get(i)) {
        case Step.Run run -> {
          int count = run.operands().size() + 1;
          arguments[i] = new KernelArguments(count, table.asSlice(used));
          used += (long) ADDRESS_BYTES * count;
          for (int operand = 0; operand < count; operand++) {
            Value value = operand < count - 1 ? run.operands().get(operand) : run.result();
            patches.get(value.slot())
                .add(new Patch(arguments[i], operand, value.firstByte()));
          }
        }
        case Step.Repeat repeat -> bodies[i] = new Frame(repeat.body(), pool);
      }
    }
  }

  private void prepareSlots() {
    for (int slot = 0; slot < memory.length; slot++) {
      switch (program.slots().get(slot)) {
        case Slot.Fixed(MemorySegment elements) -> set(slot, elements);
        case Slot.Temporary(long offset, long bytes, _, _) when offset + bytes
            <= workspace.byteSize() -> set(slot, workspace.asSlice(offset, bytes));
        case Slot.Temporary _ -> { } // Nothing uses it: it has no place in the workspace.
        case Slot.Given _, Slot.Returned _ -> { }
      }
    }
  }

  private void set(int slot, MemorySegment block) {
    memory[slot] = block;
    for (Patch patch : patches.get(slot)) {
      patch.arguments().set(patch.index(), block, patch.firstByte());
    }
  }

  /** Sets the memory of inputs and outputs for one run. */
  void bind(MemorySegment[] inputs, MemorySegment[] outputs) {
    for (int slot = 0; slot < memory.length; slot++) {
      switch (program.slots().get(slot)) {
        case Slot.Given(int index) -> set(slot, inputs[index]);
        case Slot.Returned(int index, _) -> set(slot, outputs[index]);
        case Slot.Fixed _, Slot.Temporary _ -> { }
      }
    }
  }

  Program program() {
    return program;
  }

  KernelArguments arguments(int step) {
    return arguments[step];
  }

  Frame body(int step) {
    return bodies[step];
  }

  MemorySegment memory(Value value) {
    return memory[value.slot()];
  }

  MemoryPool pool() {
    return pool;
  }

  /** Gives the memory back. */
  void release() {
    pool.release(workspace);
    pool.release(table);
    for (Frame body : bodies) {
      if (body != null) {
        body.release();
      }
    }
  }
}
