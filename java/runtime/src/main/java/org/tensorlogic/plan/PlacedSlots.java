package org.tensorlogic.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/**
 * Temporaries that have their places, found by the stages in which they are alive. They are kept
 * by the power of two below the length of their lives, so that of each such class only those
 * that begin not long before a time are looked at.
 */
final class PlacedSlots {

  private final List<TreeMap<Integer, List<Slot.Temporary>>> classes = new ArrayList<>();

  void add(Slot.Temporary slot) {
    int length = slot.lastStage() - slot.firstStage() + 1;
    int power = Integer.SIZE - Integer.numberOfLeadingZeros(length);
    while (classes.size() <= power) {
      classes.add(new TreeMap<>());
    }
    classes.get(power).computeIfAbsent(slot.firstStage(), _ -> new ArrayList<>()).add(slot);
  }

  /** Returns those that are alive at some time from the first stage to the last. */
  List<Slot.Temporary> alive(int first, int last) {
    var alive = new ArrayList<Slot.Temporary>();
    for (int power = 0; power < classes.size(); power++) {
      int earliest = first - (1 << power);
      for (List<Slot.Temporary> begun : classes.get(power).subMap(earliest, true, last, true)
          .values()) {
        for (Slot.Temporary slot : begun) {
          if (slot.lastStage() >= first) {
            alive.add(slot);
          }
        }
      }
    }
    return alive;
  }
}
