package org.tensorlogic.plan;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.stream.IntStream;

/** Finds an order of steps that holds few bytes of temporaries at one time. */
final class ThriftyOrder {

  /* Of the steps that may run, always the one that adds the least memory, of equals the first: the
   * bytes that it writes first less those that nobody reads after it. Once a step may run its
   * figure changes only when it becomes the last reader of a slot, and then it falls; so the step
   * joins the heap a second time, and what comes out of the heap after it has run is passed over.
   * Every operand does that once at most: the time is that of sorting the operands. */

  /** A step that may run. */
  private record Candidate(long addedBytes, int step) {}

  private final List<Step> steps;
  private final SlotTable slots;
  private final int[][] after;
  private final int[] waitsFor;
  private final boolean[] done;
  private final boolean[] written;
  private final int[] readersLeft;
  /** The sum of the readers left, which is the last one when one is left. */
  private final long[] readersSum;
  private final PriorityQueue<Candidate> ready = new PriorityQueue<>(Comparator
      .comparingLong(Candidate::addedBytes).thenComparingInt(Candidate::step));
  private final List<Integer> order = new ArrayList<>();

  private ThriftyOrder(List<Step> steps, SlotTable slots, Dependencies dependencies) {
    this.steps = steps;
    this.slots = slots;
    after = dependencies.after();
    waitsFor = IntStream.range(0, steps.size()).map(step -> dependencies.before(step).length)
        .toArray();
    done = new boolean[steps.size()];
    written = new boolean[slots.count()];
    readersLeft = new int[slots.count()];
    readersSum = new long[slots.count()];
    for (int step = 0; step < done.length; step++) {
      for (int slot : read(step)) {
        readersLeft[slot]++;
        readersSum[slot] += step;
      }
    }
  }

  /** Returns places in the steps, each step after those that it waits for. */
  static List<Integer> of(List<Step> steps, SlotTable slots, Dependencies dependencies) {
    return new ThriftyOrder(steps, slots, dependencies).search();
  }

  private int[] read(int step) {
    return Stages.read(steps.get(step)).stream().mapToInt(Integer::intValue).distinct().toArray();
  }

  private List<Integer> search() {
    for (int step = 0; step < done.length; step++) {
      offer(step);
    }
    while (!ready.isEmpty()) {
      int step = ready.remove().step();
      if (!done[step]) {
        take(step);
      }
    }
    return order;
  }

  private void offer(int step) {
    if (waitsFor[step] == 0) {
      ready.add(new Candidate(addedBytes(step), step));
    }
  }

  private void take(int step) {
    done[step] = true;
    order.add(step);
    for (int slot : Stages.written(steps.get(step))) {
      written[slot] = true;
    }
    for (int slot : read(step)) {
      readersSum[slot] -= step;
      if (--readersLeft[slot] == 1 && slots.temporaryBytes(slot) > 0) {
        offer((int) readersSum[slot]);
      }
    }
    for (int next : after[step]) {
      waitsFor[next]--;
      offer(next);
    }
  }

  /** The bytes that a step takes, less those that nobody reads after it. */
  private long addedBytes(int step) {
    long bytes = Stages.written(steps.get(step)).stream().distinct().filter(slot -> !written[slot])
        .mapToLong(slots::temporaryBytes).sum();
    for (int slot : read(step)) {
      bytes -= readersLeft[slot] == 1 ? slots.temporaryBytes(slot) : 0;
    }
    return bytes;
  }
}
