package org.tensorlogic.cli.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What else kept the processors busy, from the kernel's counters; nothing where it has none. */
final class MachineLoad {

  private static final double TICKS_PER_SECOND = 100;
  private static final int IDLE = 4;
  private static final int WAITING = 5;
  private static final int STEAL = 8;

  private final long begin = System.nanoTime();
  private final double busy;
  private final double stolen;
  private final double own;

  /** Starts counting. */
  MachineLoad() {
    long[] ticks = machine();
    busy = busy(ticks);
    stolen = ticks[STEAL];
    own = ownSeconds();
  }

  /** Returns the cores that other processes kept busy since the start. */
  double others() {
    double all = (busy(machine()) - busy) / TICKS_PER_SECOND;
    return Math.max(0, all - (ownSeconds() - own)) / Stopwatch.seconds(begin);
  }

  /** Returns the cores that the hypervisor took since the start. */
  double stolen() {
    return (machine()[STEAL] - stolen) / TICKS_PER_SECOND / Stopwatch.seconds(begin);
  }

  private static double busy(long[] ticks) {
    double sum = 0;
    for (int i = 1; i < STEAL; i++) {
      sum += i == IDLE || i == WAITING ? 0 : ticks[i];
    }
    return sum;
  }

  /** Returns how long this process ran so far, on all processors; 0 where nothing tells. */
  static double ownSeconds() {
    return ProcessHandle.current().info().totalCpuDuration().map(ran -> ran.toNanos() * 1e-9)
        .orElse(0.0);
  }

  private static long[] machine() {
    String[] words = firstLine("/proc/stat").split(" +");
    var ticks = new long[STEAL + 1];
    for (int i = 1; i < ticks.length && i < words.length; i++) {
      ticks[i] = Long.parseLong(words[i]);
    }
    return ticks;
  }

  private static String firstLine(String file) {
    try (var lines = Files.lines(Path.of(file))) {
      return lines.findFirst().orElse("");
    } catch (IOException absent) { // dropped: other systems do not have these counters
      return "";
    }
  }
}
