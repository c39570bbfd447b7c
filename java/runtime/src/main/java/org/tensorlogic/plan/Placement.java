package org.tensorlogic.plan;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.tensorlogic.memory.MemoryPool;

/** Where slots go if steps run in given stages. */
final class Placement {

  /* Lifetimes include the stages at both ends, so a step's result lies on none of its operands, but
   * for one case: where the kernel allows it, the result takes the very place of an operand of its
   * size that nobody else reads in that stage or later. Such chains of slots are placed as one; a
   * chain that ends in an output lies in the output's memory altogether. */

  /** The stages in which a slot is used. */
  private static final class Lifetime {

    static final int SEVERAL = -1;

    int first = Integer.MAX_VALUE;
    int last = -1;
    /** The one step of the last stage that uses it, or SEVERAL. */
    int lastUser = SEVERAL;

    void use(int stage, int step) {
      first = Math.min(first, stage);
      lastUser = stage > last || lastUser == step ? step : SEVERAL;
      last = stage;
    }
  }

  private final List<Slot> slots;
  private final Lifetime[] lifetimes;
  private final int[] stageOf;
  /** For each slot the last one of those that lie on each other, mostly itself. */
  private final int[] chainEnd;
  private final List<List<Integer>> chains;
  private final List<Workspace.Room> rooms;
  private final long[] offsets;

  /** Finds places for slots; each stage is a list of places in the steps. */
  Placement(List<Slot> slots, List<SlotTable.Overlay> overlays, List<Step> steps,
      List<List<Integer>> stages) {
    this.slots = slots;
    lifetimes = new Lifetime[slots.size()];
    Arrays.setAll(lifetimes, _ -> new Lifetime());
    stageOf = new int[steps.size()];
    for (int stage = 0; stage < stages.size(); stage++) {
      for (int step : stages.get(stage)) {
        stageOf[step] = stage;
        for (int slot : Stages.read(steps.get(step))) {
          lifetimes[slot].use(stage, step);
        }
        for (int slot : Stages.written(steps.get(step))) {
          lifetimes[slot].use(stage, step);
        }
      }
    }
    chainEnd = chainEnd(overlays);
    chains = chains();
    rooms = chains.stream().map(this::room).toList();
    offsets = Workspace.offsets(rooms);
  }

  private int[] chainEnd(List<SlotTable.Overlay> overlays) {
    int[] next = IntStream.range(0, slots.size()).toArray();
    var taken = new HashSet<Integer>();
    for (SlotTable.Overlay overlay : overlays) {
      int operand = overlay.operand();
      boolean dies = lifetimes[operand].lastUser == overlay.step()
          && lifetimes[overlay.result()].first == stageOf[overlay.step()];
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
  private List<List<Integer>> chains() {
    var byEnd = new TreeMap<Integer, List<Integer>>();
    for (int slot = 0; slot < chainEnd.length; slot++) {
      if (isUsedTemporary(chainEnd[slot])) {
        byEnd.computeIfAbsent(chainEnd[slot], _ -> new ArrayList<>()).add(slot);
      }
    }
    var ordered = new ArrayList<>(byEnd.values());
    ordered.sort(Comparator.<List<Integer>>comparingLong(chain -> bytes(chain.getLast()))
        .reversed());
    return ordered;
  }

  private Workspace.Room room(List<Integer> chain) {
    int first = Integer.MAX_VALUE;
    int last = -1;
    for (int slot : chain) {
      first = Math.min(first, lifetimes[slot].first);
      last = Math.max(last, lifetimes[slot].last);
    }
    return new Workspace.Room(first, last, aligned(bytes(chain.getLast())));
  }

  /** Returns the bytes of memory that all temporaries together need. */
  long workspaceBytes() {
    long bytes = 0;
    for (int room = 0; room < offsets.length; room++) {
      bytes = Math.max(bytes, offsets[room] + rooms.get(room).bytes());
    }
    return bytes;
  }

  /** Returns the bytes that temporaries would take if none shared memory. */
  long temporaryBytes() {
    return IntStream.range(0, slots.size()).filter(this::isUsedTemporary)
        .mapToLong(slot -> aligned(bytes(slot))).sum();
  }

  /** Returns the slots with their places. */
  List<Slot> placed() {
    var placed = new ArrayList<>(slots);
    for (int slot = 0; slot < chainEnd.length; slot++) {
      if (slots.get(chainEnd[slot]) instanceof Slot.Returned(int output, _)) {
        placed.set(slot, new Slot.Returned(output, bytes(slot)));
      }
    }
    for (int room = 0; room < offsets.length; room++) {
      for (int slot : chains.get(room)) {
        placed.set(slot, new Slot.Temporary(offsets[room], rooms.get(room).bytes(),
            lifetimes[slot].first, lifetimes[slot].last));
      }
    }
    return placed;
  }

  /** Returns whether any step reads or writes a slot. */
  boolean isUsed(int slot) {
    return lifetimes[slot].last >= 0;
  }

  private boolean isUsedTemporary(int slot) {
    return slots.get(slot) instanceof Slot.Temporary && isUsed(slot);
  }

  private long bytes(int slot) {
    return switch (slots.get(slot)) {
      case Slot.Temporary temporary -> temporary.bytes();
      case Slot.Returned returned -> returned.bytes();
      case Slot.Given _, Slot.Fixed _ -> 0;
    };
  }

  private static long aligned(long bytes) {
    return Math.addExact(bytes, MemoryPool.ALIGNMENT - 1) / MemoryPool.ALIGNMENT
        * MemoryPool.ALIGNMENT;
  }
}
