package org.tensorlogic.plan;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.tensorlogic.memory.MemoryPool;
import org.tensorlogic.type.TensorType;

/** The slots of a program in the making, and where its temporaries go. */
final class SlotTable {

  /* Offsets: the largest temporary first, each at the lowest offset where nothing that is alive at
   * the same time lies. Lifetimes include the steps at both ends, so a step's result never lies on
   * its operands. This greedy order is within a few per cent of the least possible workspace on
   * graphs of this kind and needs no search. */

  private final List<Slot> slots = new ArrayList<>();
  private final List<int[]> lifetimes = new ArrayList<>();

  int given(int index) {
    return add(new Slot.Given(index));
  }

  int fixed(MemorySegment elements) {
    return add(new Slot.Fixed(elements));
  }

  int temporary(long bytes) {
    return add(new Slot.Temporary(0, bytes, 0, 0));
  }

  private int add(Slot slot) {
    slots.add(slot);
    lifetimes.add(new int[] {Integer.MAX_VALUE, -1});
    return slots.size() - 1;
  }

  void use(int slot, int step) {
    int[] lifetime = lifetimes.get(slot);
    lifetime[0] = Math.min(lifetime[0], step);
    lifetime[1] = Math.max(lifetime[1], step);
  }

  /** Makes a temporary an output; false where the slot is something else already. */
  boolean becomeReturned(int slot, int index) {
    if (!(slots.get(slot) instanceof Slot.Temporary temporary)) {
      return false;
    }
    slots.set(slot, new Slot.Returned(index, temporary.bytes()));
    return true;
  }

  Program program(List<Step> steps, List<String> inputs, List<String> outputs,
      List<TensorType> types) {
    var placed = new ArrayList<Slot.Temporary>();
    var order = IntStream.range(0, slots.size()).boxed()
        .filter(slot -> slots.get(slot) instanceof Slot.Temporary)
        .filter(slot -> lifetimes.get(slot)[1] >= 0)
        .sorted(Comparator.comparingLong(this::bytes).reversed()).toList();
    long workspace = 0;
    long total = 0;
    for (int slot : order) {
      var place = place(slot, placed);
      placed.add(place);
      slots.set(slot, place);
      workspace = Math.max(workspace, place.offset() + place.bytes());
      total += place.bytes();
    }
    return new Program(List.copyOf(steps), List.copyOf(slots), workspace, total, inputs, outputs,
        types);
  }

  private long bytes(int slot) {
    return slots.get(slot) instanceof Slot.Temporary temporary ? temporary.bytes() : 0;
  }

  private Slot.Temporary place(int slot, List<Slot.Temporary> placed) {
    int first = lifetimes.get(slot)[0];
    int last = lifetimes.get(slot)[1];
    long bytes = aligned(bytes(slot));
    long offset = 0;
    var alive = placed.stream()
        .filter(other -> other.firstStep() <= last && first <= other.lastStep())
        .sorted(Comparator.comparingLong(Slot.Temporary::offset)).toList();
    for (Slot.Temporary other : alive) {
      if (other.offset() < offset + bytes) {
        offset = Math.max(offset, other.offset() + other.bytes());
      }
    }
    return new Slot.Temporary(offset, bytes, first, last);
  }

  private static long aligned(long bytes) {
    return Math.addExact(bytes, MemoryPool.ALIGNMENT - 1) / MemoryPool.ALIGNMENT
        * MemoryPool.ALIGNMENT;
  }
}
