package org.tensorlogic.exec;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What a worker learns from its watches and sleeps, on times that the tests make up. */
class WatchTimeTest {

  private final WatchTime time = new WatchTime();

  @Test
  void aNewWorkerWatchesLong() {
    assertThat(time.nanos()).isEqualTo(WatchTime.NANOS_MAX);
  }

  @Test
  void watchesInVainGetShorterDownToTheLeast() {
    time.watched(false, 500);
    assertThat(time.nanos()).isEqualTo(WatchTime.NANOS_MAX / 2);
    watchInVain();
    assertThat(time.nanos()).isEqualTo(WatchTime.NANOS_MIN);
  }

  @Test
  void watchesThatFindWorkGetLongerUpToTheMost() {
    watchInVain();
    time.watched(true, 500);
    assertThat(time.nanos()).isEqualTo(2 * WatchTime.NANOS_MIN);
    for (int i = 0; i < 10; i++) {
      time.watched(true, 500);
    }
    assertThat(time.nanos()).isEqualTo(WatchTime.NANOS_MAX);
  }

  @Test
  void aWatchThatLostItsProcessorGetsMuchShorterEvenIfItFoundWork() {
    time.watched(true, 4_000_000);
    assertThat(time.nanos()).isEqualTo(WatchTime.NANOS_MAX / 8);
    time.watched(false, 4_000_000);
    time.watched(false, 4_000_000);
    assertThat(time.nanos()).isEqualTo(WatchTime.NANOS_MIN);
  }

  /** Without this, a worker preempted twice would sleep between all steps for good. */
  @Test
  void workSoonAfterFallingAsleepTeachesAWorkerToWatchAgain() {
    watchInVain();
    for (int i = 0; i < 10; i++) {
      time.slept(WatchTime.NANOS_MAX - 1);
    }
    assertThat(time.nanos()).isEqualTo(WatchTime.NANOS_MAX);
  }

  @Test
  void workLongAfterFallingAsleepTeachesNothing() {
    watchInVain();
    time.slept(WatchTime.NANOS_MAX);
    assertThat(time.nanos()).isEqualTo(WatchTime.NANOS_MIN);
  }

  private void watchInVain() {
    for (int i = 0; i < 10; i++) {
      time.watched(false, 500);
    }
  }
}
