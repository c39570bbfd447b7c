package org.tensorlogic.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/**
 * Rooms that have their places, found by the stages in which they are alive. They are kept by the
 * power of two below the length of their lives, so that of each such class only those that begin
 * not long before a time are looked at.
 */
final class PlacedRooms {

  private final List<Workspace.Room> rooms;
  private final List<TreeMap<Integer, List<Integer>>> classes = new ArrayList<>();

  PlacedRooms(List<Workspace.Room> rooms) {
    this.rooms = rooms;
  }

  void add(int index) {
    Workspace.Room room = rooms.get(index);
    int length = room.last() - room.first() + 1;
    int power = Integer.SIZE - Integer.numberOfLeadingZeros(length);
    while (classes.size() <= power) {
      classes.add(new TreeMap<>());
    }
    classes.get(power).computeIfAbsent(room.first(), _ -> new ArrayList<>()).add(index);
  }

  /** Returns those that are alive at some time of a room's life. */
  List<Integer> alive(Workspace.Room room) {
    var alive = new ArrayList<Integer>();
    for (int power = 0; power < classes.size(); power++) {
      int earliest = room.first() - (1 << power);
      for (List<Integer> begun : classes.get(power).subMap(earliest, true, room.last(), true)
          .values()) {
        for (int other : begun) {
          if (rooms.get(other).last() >= room.first()) {
            alive.add(other);
          }
        }
      }
    }
    return alive;
  }
}
