package org.tensorlogic.plan;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.tensorlogic.ir.Constant;
import org.tensorlogic.type.TensorType;

/** The slots of a program in the making, and where its temporaries go. */
final class SlotTable {

  /** A result that may take the place of an operand, if the operand is not read after the step. */
  record Overlay(int result, int operand, int step) {}

  private final FixedElements elements;
  private final List<Slot> slots = new ArrayList<>();
  private final Map<Integer, FixedElements.Plain> constants = new HashMap<>();
  private final List<Overlay> overlays = new ArrayList<>();

  SlotTable(FixedElements elements) {
    this.elements = elements;
  }

  /** Returns where the elements of constants come from. */
  FixedElements elements() {
    return elements;
  }

  int given(int index) {
    return add(new Slot.Given(index));
  }

  int fixed(MemorySegment memory) {
    return add(new Slot.Fixed(memory));
  }

  /** A slot of elements that are written only if a step reads them there. */
  int constant(Constant constant) {
    int slot = fixed(MemorySegment.NULL);
    constants.put(slot,
        new FixedElements.Plain(constant.type().dtype(), constant.elements()));
    return slot;
  }

  /** Returns the constant of a slot that has one. */
  Optional<FixedElements.Plain> constant(int slot) {
    return Optional.ofNullable(constants.get(slot));
  }

  int returned(int index, long bytes) {
    return add(new Slot.Returned(index, bytes));
  }

  int temporary(long bytes) {
    return add(new Slot.Temporary(0, bytes, 0, 0));
  }

  private int add(Slot slot) {
    slots.add(slot);
    return slots.size() - 1;
  }

  /** Returns how many slots there are; their numbers are below that. */
  int count() {
    return slots.size();
  }

  /** Allows the result of a step to take the place of an operand, element by element. */
  void mayOverlay(int result, int operand, int step) {
    overlays.add(new Overlay(result, operand, step));
  }

  /** Makes a temporary an output; false where the slot is something else already. */
  boolean becomeReturned(int slot, int index) {
    if (!(slots.get(slot) instanceof Slot.Temporary temporary)) {
      return false;
    }
    slots.set(slot, new Slot.Returned(index, temporary.bytes()));
    return true;
  }

  /** Returns the bytes of a temporary, 0 for other slots. */
  long temporaryBytes(int slot) {
    return slots.get(slot) instanceof Slot.Temporary temporary ? temporary.bytes() : 0;
  }

  /** Places the slots of steps that run stage by stage, each a list of places in the steps. */
  Placement placement(List<Step> steps, List<List<Integer>> stages) {
    return new Placement(slots, overlays, steps, stages);
  }

  /** Returns the program of such stages. */
  Program program(List<Step> steps, List<List<Integer>> stages, List<String> inputs,
      List<String> outputs, List<TensorType> types) {
    var ordered = new ArrayList<Step>();
    var ends = new ArrayList<Integer>();
    for (List<Integer> stage : stages) {
      stage.forEach(step -> ordered.add(steps.get(step)));
      ends.add(ordered.size());
    }
    Placement placement = placement(steps, stages);
    List<Slot> placed = placement.placed();
    constants.forEach((slot, constant) -> {
      if (placement.isUsed(slot)) {
        placed.set(slot, new Slot.Fixed(elements.of(constant)));
      }
    });
    return new Program(ordered, ends, List.copyOf(placed),
        placement.workspaceBytes(), placement.temporaryBytes(), inputs, outputs, types);
  }
}
