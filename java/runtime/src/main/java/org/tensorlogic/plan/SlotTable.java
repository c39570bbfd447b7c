package org.tensorlogic.plan;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.tensorlogic.memory.MemoryPool;
import org.tensorlogic.type.TensorType;

/** The slots of a program in the making, and where its temporaries go. */
final class SlotTable {

  /* Offsets: the largest temporary first, each at the lowest offset where nothing that is alive at
   * the same time lies. Lifetimes include the stages at both ends, so a step's result lies on none
   * of its operands, but for one case: where the kernel allows it, the result takes the very place
   * of an operand of its size that nobody reads later. Such chains of slots are placed as one; a
   * chain that ends in an output lies in the output's memory altogether. This greedy order is
   * within a few per cent of the least possible workspace on graphs of this kind and needs no
   * search. */

  /** A result that may take the place of an operand, if the operand is not read after the step. */
  private record Overlay(int result, int operand, int step) {}

  private final List<Slot> slots = new ArrayList<>();
  private final List<int[]> lifetimes = new ArrayList<>();
  private final List<Overlay> overlays = new ArrayList<>();

  int given(int index) {
    return add(new Slot.Given(index));
  }

  int fixed(MemorySegment elements) {
    return add(new Slot.Fixed(elements));
  }

  /** Returns the elements of a slot that never change. */
  Optional<MemorySegment> fixedElements(int slot) {
    return slots.get(slot) instanceof Slot.Fixed(MemorySegment elements) ? Optional.of(elements)
        : Optional.empty();
  }

  int returned(int index, long bytes) {
    return add(new Slot.Returned(index, bytes));
  }

  int temporary(long bytes) {
    return add(new Slot.Temporary(0, bytes, 0, 0));
  }

  private int add(Slot slot) {
    slots.add(slot);
    lifetimes.add(new int[] {Integer.MAX_VALUE, -1});
    return slots.size() - 1;
  }

  private void use(int slot, int stage) {
    int[] lifetime = lifetimes.get(slot);
    lifetime[0] = Math.min(lifetime[0], stage);
    lifetime[1] = Math.max(lifetime[1], stage);
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

  /** Places the slots of steps that run stage by stage, each a list of places in the steps. */
  Program program(List<Step> steps, List<List<Integer>> stages, List<String> inputs,
      List<String> outputs, List<TensorType> types) {
    var ordered = new ArrayList<Step>();
    var ends = new ArrayList<Integer>();
    var stageOf = new int[steps.size()];
    for (List<Integer> stage : stages) {
      for (int step : stage) {
        stageOf[step] = ends.size();
        ordered.add(steps.get(step));
        Stages.read(steps.get(step)).forEach(slot -> use(slot, ends.size()));
        Stages.written(steps.get(step)).forEach(slot -> use(slot, ends.size()));
      }
      ends.add(ordered.size());
    }
    overlays.removeIf(overlay -> isTouchedBesides(overlay, steps, stages, stageOf));
    overlays.replaceAll(overlay -> new Overlay(overlay.result(), overlay.operand(),
        stageOf[overlay.step()]));
    int[] last = chains();
    long workspace = 0;
    long total = 0;
    for (int slot = 0; slot < last.length; slot++) {
      total += isUsed(slot) ? aligned(bytes(slot)) : 0;
      if (slots.get(slot) instanceof Slot.Fixed && lifetimes.get(slot)[1] < 0) {
        // It stands in another order elsewhere, or nobody reads it.
        slots.set(slot, new Slot.Fixed(MemorySegment.NULL));
      }
      if (last[slot] != slot && slots.get(last[slot]) instanceof Slot.Returned(int output, _)) {
        slots.set(slot, new Slot.Returned(output, bytes(slot)));
      }
    }
    var placed = new PlacedSlots();
    for (List<Integer> chain : ordered(last)) {
      var place = place(chain, placed);
      placed.add(place);
      workspace = Math.max(workspace, place.offset() + place.bytes());
    }
    return new Program(ordered, ends, List.copyOf(slots), workspace, total, inputs, outputs,
        types);
  }

  /** Whether another step of the same stage uses the operand whose place a result would take. */
  private static boolean isTouchedBesides(Overlay overlay, List<Step> steps,
      List<List<Integer>> stages, int[] stageOf) {
    return stages.get(stageOf[overlay.step()]).stream().anyMatch(step -> step != overlay.step()
        && (Stages.read(steps.get(step)).contains(overlay.operand())
            || Stages.written(steps.get(step)).contains(overlay.operand())));
  }

  /** Returns the bytes of a temporary, 0 for other slots. */
  long temporaryBytes(int slot) {
    return slots.get(slot) instanceof Slot.Temporary temporary ? temporary.bytes() : 0;
  }

  /** Returns for each slot the last one of those that lie on each other, mostly itself. */
  private int[] chains() {
    int[] next = IntStream.range(0, slots.size()).toArray();
    var taken = new HashSet<Integer>();
    for (Overlay overlay : overlays) {
      int operand = overlay.operand();
      boolean dies = lifetimes.get(operand)[1] == overlay.step()
          && lifetimes.get(overlay.result())[0] == overlay.step();
      if (dies && slots.get(operand) instanceof Slot.Temporary && next[operand] == operand
          && bytes(operand) == bytes(overlay.result()) && taken.add(overlay.result())) {
        next[operand] = overlay.result();
      }
    }
    for (int slot = next.length - 1; slot >= 0; slot--) {
      next[slot] = next[next[slot]]; // results have greater numbers than operands
    }
    return next;
  }

  /** The slots of each chain of temporaries, the largest chains first. */
  private List<List<Integer>> ordered(int[] last) {
    var chains = new TreeMap<Integer, List<Integer>>();
    for (int slot = 0; slot < last.length; slot++) {
      if (isUsed(last[slot])) {
        chains.computeIfAbsent(last[slot], _ -> new ArrayList<>()).add(slot);
      }
    }
    var ordered = new ArrayList<>(chains.values());
    ordered.sort(Comparator.<List<Integer>>comparingLong(chain -> bytes(chain.getLast()))
        .reversed());
    return ordered;
  }

  private boolean isUsed(int slot) {
    return slots.get(slot) instanceof Slot.Temporary && lifetimes.get(slot)[1] >= 0;
  }

  private long bytes(int slot) {
    return switch (slots.get(slot)) {
      case Slot.Temporary temporary -> temporary.bytes();
      case Slot.Returned returned -> returned.bytes();
      case Slot.Given _, Slot.Fixed _ -> 0;
    };
  }

  private Slot.Temporary place(List<Integer> members, PlacedSlots placed) {
    int first = members.stream().mapToInt(slot -> lifetimes.get(slot)[0]).min().orElseThrow();
    int last = members.stream().mapToInt(slot -> lifetimes.get(slot)[1]).max().orElseThrow();
    long bytes = aligned(bytes(members.getLast()));
    long offset = 0;
    List<Slot.Temporary> alive = placed.alive(first, last);
    alive.sort(Comparator.comparingLong(Slot.Temporary::offset));
    for (Slot.Temporary other : alive) {
      if (other.offset() < offset + bytes) {
        offset = Math.max(offset, other.offset() + other.bytes());
      }
    }
    for (int slot : members) {
      int[] lifetime = lifetimes.get(slot);
      slots.set(slot, new Slot.Temporary(offset, bytes, lifetime[0], lifetime[1]));
    }
    return new Slot.Temporary(offset, bytes, first, last);
  }

  private static long aligned(long bytes) {
    return Math.addExact(bytes, MemoryPool.ALIGNMENT - 1) / MemoryPool.ALIGNMENT
        * MemoryPool.ALIGNMENT;
  }
}
