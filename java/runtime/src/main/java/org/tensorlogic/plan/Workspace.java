package org.tensorlogic.plan;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;

/** Puts what is alive at different times into the same memory. */
final class Workspace {

  /* One room after the other, the largest first, goes to the lowest offset where nothing that is
   * alive at the same time lies. That is within a few per cent of the least possible workspace on
   * graphs of usual kinds, but looks at every two rooms that are alive at one time, and of n rooms
   * that all live long there are n^2 / 2 such pairs: 27,500 of a training step take 10 s. Where
   * pairs are too many, rooms are given out and taken back as time goes by, each in the smallest
   * gap that holds it. Where so many are alive at one time, that takes at most 2 per cent more, as
   * measured with rooms of 64 to 9,000 bytes; of few rooms it would take up to 10 per cent more. */

  /** So many pairs of rooms for each room take about as long as the rest of a plan. */
  private static final long PAIRS_A_ROOM = 256;
  /** So many are looked at in any case: they take some tens of milliseconds. */
  private static final long PAIRS_MIN = 1 << 20;

  /**
   * Memory that is needed for a time.
   *
   * @param first the first stage in which it is alive
   * @param last the last one
   * @param bytes how much, as aligned as the offset shall be
   */
  record Room(int first, int last, long bytes) {}

  private Workspace() {}

  /** Returns where each of the rooms lies, which come with the largest first. */
  static long[] offsets(List<Room> rooms) {
    return pairs(rooms) <= Math.max(PAIRS_MIN, PAIRS_A_ROOM * rooms.size()) ? bySize(rooms)
        : byTime(rooms);
  }

  /** How many pairs of rooms are alive at one time. */
  static long pairs(List<Room> rooms) {
    int stages = rooms.stream().mapToInt(Room::last).max().orElse(-1) + 1;
    var begun = new long[stages + 1];
    rooms.forEach(room -> begun[room.first() + 1]++);
    long pairs = 0;
    for (int stage = 0; stage < stages; stage++) {
      pairs += begun[stage + 1] * (begun[stage + 1] - 1) / 2;
      begun[stage + 1] += begun[stage];
    }
    for (Room room : rooms) {
      pairs += begun[room.last() + 1] - begun[room.first() + 1];
    }
    return pairs;
  }

  /** Each room, the largest first, at the lowest offset that is free while it is alive. */
  static long[] bySize(List<Room> rooms) {
    var offsets = new long[rooms.size()];
    var placed = new PlacedRooms(rooms);
    for (int index = 0; index < offsets.length; index++) {
      Room room = rooms.get(index);
      List<Integer> alive = placed.alive(room);
      alive.sort(Comparator.comparingLong(other -> offsets[other]));
      long offset = 0;
      for (int other : alive) {
        if (offsets[other] < offset + room.bytes()) {
          offset = Math.max(offset, offsets[other] + rooms.get(other).bytes());
        }
      }
      offsets[index] = offset;
      placed.add(index);
    }
    return offsets;
  }

  /** Rooms as time goes by, of those that begin in one stage the largest first. */
  static long[] byTime(List<Room> rooms) {
    var offsets = new long[rooms.size()];
    var ends = new HashMap<Integer, List<Integer>>();
    var gaps = new Gaps();
    int stage = 0;
    int[] order = IntStream.range(0, offsets.length).boxed()
        .sorted(Comparator.comparingInt(index -> rooms.get(index).first()))
        .mapToInt(Integer::intValue).toArray();
    for (int index : order) {
      Room room = rooms.get(index);
      for (; stage < room.first(); stage++) {
        for (int ended : ends.getOrDefault(stage, List.of())) {
          gaps.giveBack(new Gaps.Gap(rooms.get(ended).bytes(), offsets[ended]));
        }
      }
      offsets[index] = gaps.take(room.bytes());
      ends.computeIfAbsent(room.last(), _ -> new ArrayList<>()).add(index);
    }
    return offsets;
  }

  /** The free bytes below the highest offset that was ever taken. */
  private static final class Gaps {

    record Gap(long bytes, long offset) {

      long end() {
        return offset + bytes;
      }
    }

    private final TreeMap<Long, Gap> byOffset = new TreeMap<>();
    private final TreeSet<Gap> bySize = new TreeSet<>(
        Comparator.comparingLong(Gap::bytes).thenComparingLong(Gap::offset));
    private long end;

    /** Takes bytes from the smallest gap that has them, else from the highest one and above. */
    long take(long bytes) {
      Gap gap = bySize.ceiling(new Gap(bytes, 0));
      if (gap == null) {
        Map.Entry<Long, Gap> highest = byOffset.lastEntry();
        gap = highest != null && highest.getValue().end() == end ? highest.getValue()
            : new Gap(0, end);
      }
      remove(gap);
      if (gap.bytes() > bytes) {
        add(new Gap(gap.bytes() - bytes, gap.offset() + bytes));
      }
      end = Math.max(end, gap.offset() + bytes);
      return gap.offset();
    }

    /** Joins what was taken to the gaps on both sides of it. */
    void giveBack(Gap taken) {
      if (taken.bytes() == 0) {
        return;
      }
      Gap gap = taken;
      Map.Entry<Long, Gap> below = byOffset.lowerEntry(taken.offset());
      if (below != null && below.getValue().end() == taken.offset()) {
        remove(below.getValue());
        gap = new Gap(below.getValue().bytes() + gap.bytes(), below.getKey());
      }
      Gap above = byOffset.get(taken.end());
      if (above != null) {
        remove(above);
        gap = new Gap(gap.bytes() + above.bytes(), gap.offset());
      }
      add(gap);
    }

    private void add(Gap gap) {
      byOffset.put(gap.offset(), gap);
      bySize.add(gap);
    }

    private void remove(Gap gap) {
      byOffset.remove(gap.offset());
      bySize.remove(gap);
    }
  }
}
