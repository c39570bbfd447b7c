package org.tensorlogic.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.tensorlogic.plan.Workspace.Room;

/** Both ways to place rooms: none overlap while they live, and little memory stays unused. */
class WorkspaceTest {

  /** Rooms of many lengths of bytes and life, the largest first; some are empty. */
  private static List<Room> random(Random random, int count, int lifeMax) {
    var rooms = new ArrayList<Room>();
    for (int i = 0; i < count; i++) {
      int first = random.nextInt(count);
      rooms.add(new Room(first, first + random.nextInt(lifeMax),
          random.nextInt(20) == 0 ? 0 : (64L << random.nextInt(8)) + 64 * random.nextInt(20)));
    }
    rooms.sort(Comparator.comparingLong(Room::bytes).reversed());
    return rooms;
  }

  private static long bytes(List<Room> rooms, long[] offsets) {
    return IntStream.range(0, offsets.length)
        .mapToLong(room -> offsets[room] + rooms.get(room).bytes()).max().orElse(0);
  }

  /** The bytes alive in the fullest stage: no placement needs less. */
  private static long peakBytes(List<Room> rooms) {
    var change = new TreeMap<Integer, Long>();
    for (Room room : rooms) {
      change.merge(room.first(), room.bytes(), Long::sum);
      change.merge(room.last() + 1, -room.bytes(), Long::sum);
    }
    long alive = 0;
    long peak = 0;
    for (long bytes : change.values()) {
      alive += bytes;
      peak = Math.max(peak, alive);
    }
    return peak;
  }

  private static boolean meet(Room a, Room b) {
    return a.first() <= b.last() && b.first() <= a.last();
  }

  @Test
  void noTwoThatMeetShareBytes() {
    for (int seed = 0; seed < 300; seed++) {
      var random = new Random(seed);
      List<Room> rooms = random(random, 1 + random.nextInt(80), 1 + random.nextInt(40));
      int pairs = 0;
      for (long[] offsets : List.of(Workspace.bySize(rooms), Workspace.byTime(rooms))) {
        pairs = 0;
        for (int i = 0; i < offsets.length; i++) {
          for (int j = 0; j < i; j++) {
            if (meet(rooms.get(i), rooms.get(j))) {
              pairs++;
              assertThat(offsets[i] + rooms.get(i).bytes() <= offsets[j]
                  || offsets[j] + rooms.get(j).bytes() <= offsets[i]
                  || rooms.get(i).bytes() == 0 || rooms.get(j).bytes() == 0)
                  .as("seed %d, rooms %d and %d", seed, i, j).isTrue();
            }
          }
        }
        assertThat(bytes(rooms, offsets)).isGreaterThanOrEqualTo(peakBytes(rooms));
      }
      assertThat(Workspace.pairs(rooms)).as("seed %d", seed).isEqualTo(pairs);
    }
  }

  @Test
  void fewPairsAreLookedAtOneByOne() {
    List<Room> rooms = random(new Random(1), 1_000, 40);
    assertThat(Workspace.offsets(rooms)).isEqualTo(Workspace.bySize(rooms))
        .isNotEqualTo(Workspace.byTime(rooms));
  }

  /** Where so many are alive that pairs are too many, gaps hardly matter. */
  @Test
  void ofManyPairsTimeDecides() {
    List<Room> rooms = random(new Random(1), 5_000, 2_000);
    assertThat(Workspace.offsets(rooms)).isEqualTo(Workspace.byTime(rooms));
    assertThat(bytes(rooms, Workspace.byTime(rooms)))
        .isLessThan(bytes(rooms, Workspace.bySize(rooms)) * 103 / 100);
  }
}
