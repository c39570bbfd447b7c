package org.tensorlogic.cli.bench;

import java.time.Duration;
import java.util.Arrays;

/** Times a call: warm-up, then samples of enough calls that the clock does not matter. */
final class Stopwatch {

  private static final double SAMPLE_SECONDS_MIN = 0.004;
  /** A compiler that learns from runs needs some: so long, and at least so many calls. */
  private static final double WARM_SECONDS = 0.4;
  private static final int WARM_CALLS_MIN = 3;
  /** A process is idle that runs for at most so long in a pause. */
  private static final Duration PAUSE = Duration.ofMillis(100);
  private static final double IDLE_SECONDS_MAX = 0.02;
  private static final double SETTLING_SECONDS_MAX = 10;

  /**
   * What a call takes.
   *
   * @param samples seconds of one call
   * @param callsPerSample how many calls each of them is the mean of
   */
  record Timing(Samples samples, int callsPerSample) {}

  private Stopwatch() {}

  static Timing time(Rules rules, Runnable call) {
    return time(rules, call, WARM_SECONDS);
  }

  /** The same after a warm-up of so many seconds. */
  static Timing time(Rules rules, Runnable call, double warmSeconds) {
    double once = warm(call, warmSeconds);
    int calls = once < SAMPLE_SECONDS_MIN ? (int) (SAMPLE_SECONDS_MIN / Math.max(once, 1e-7)) + 1
        : 1;
    for (int i = 0; i < rules.warmSamples; i++) {
      sample(call, calls);
    }
    var samples = new double[rules.samplesMax];
    int taken = 0;
    long begin = System.nanoTime();
    while (taken < rules.samplesMin
        || taken < rules.samplesMax && seconds(begin) < rules.seconds) {
      samples[taken++] = sample(call, calls);
    }
    return new Timing(new Samples(Arrays.copyOf(samples, taken)), calls);
  }

  private static double sample(Runnable call, int calls) {
    long start = System.nanoTime();
    for (int i = 0; i < calls; i++) {
      call.run();
    }
    return seconds(start) / calls;
  }

  private static double warm(Runnable call, double warmSeconds) {
    double once = Double.POSITIVE_INFINITY;
    long begin = System.nanoTime();
    for (int i = 0; i < WARM_CALLS_MIN || seconds(begin) < warmSeconds; i++) {
      once = Math.min(once, sample(call, 1));
    }
    return once;
  }

  /**
   * Waits until the process is idle, ten seconds at most: after much Java has run, the virtual
   * machine's compiler keeps a processor busy for seconds. No longer once the thread is
   * interrupted, and one pause where the system does not tell how long the process ran.
   */
  static void settle() {
    long begin = System.nanoTime();
    double ran = MachineLoad.ownSeconds();
    double before = Double.NEGATIVE_INFINITY;
    while (ran - before > IDLE_SECONDS_MAX && seconds(begin) < SETTLING_SECONDS_MAX) {
      try {
        Thread.sleep(PAUSE);
      } catch (InterruptedException end) { // dropped: the sign stays for whoever runs next
        Thread.currentThread().interrupt();
        return;
      }
      before = ran;
      ran = MachineLoad.ownSeconds();
    }
  }

  static double seconds(long since) {
    return (System.nanoTime() - since) * 1e-9;
  }
}
