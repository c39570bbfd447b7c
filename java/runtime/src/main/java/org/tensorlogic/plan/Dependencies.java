package org.tensorlogic.plan;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;

/**
 * Which steps wait for which others: each for the writers of what it reads, and for all earlier
 * steps on what it writes.
 */
final class Dependencies {

  /* Only those are kept from which the others follow: of a slot that is read the last writer, of
   * one that is written that writer and the readers since. So there are about as many as operands,
   * however many steps write one slot. */

  private final int[][] before;

  /**
   * Finds what the steps wait for.
   *
   * @param inOrder whether the steps of one node keep their order
   */
  Dependencies(List<Step> steps, boolean inOrder) {
    before = new int[steps.size()][];
    var writer = new HashMap<Integer, Integer>();
    var readersSince = new HashMap<Integer, List<Integer>>();
    for (int step = 0; step < before.length; step++) {
      var needed = new HashSet<Integer>();
      for (int slot : Stages.read(steps.get(step))) {
        needed.add(writer.getOrDefault(slot, step));
        readersSince.computeIfAbsent(slot, _ -> new ArrayList<>()).add(step);
      }
      for (int slot : Stages.written(steps.get(step))) {
        needed.add(writer.getOrDefault(slot, step));
        needed.addAll(readersSince.getOrDefault(slot, List.of()));
        readersSince.remove(slot);
        writer.put(slot, step);
      }
      if (inOrder && step > 0 && steps.get(step - 1).node() == steps.get(step).node()) {
        needed.add(step - 1);
      }
      needed.remove(step);
      before[step] = needed.stream().mapToInt(Integer::intValue).toArray();
    }
  }

  /** Returns the steps that must have run before a step, but for those that these wait for. */
  int[] before(int step) {
    return before[step];
  }

  /** Returns for each step those that have it in their {@link #before}, in their order. */
  int[][] after() {
    var counts = new int[before.length];
    for (int[] needed : before) {
      for (int other : needed) {
        counts[other]++;
      }
    }
    var after = new int[before.length][];
    Arrays.setAll(after, step -> new int[counts[step]]);
    for (int step = before.length - 1; step >= 0; step--) {
      for (int other : before[step]) {
        after[other][--counts[other]] = step;
      }
    }
    return after;
  }
}
