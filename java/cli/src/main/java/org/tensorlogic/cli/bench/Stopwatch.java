package org.tensorlogic.cli.bench;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Times a call: warm-up, then samples of enough calls that the clock does not matter. */
final class Stopwatch {

  private static final double SAMPLE_SECONDS_MIN = 0.004;
  private static final double SECONDS = 1;
  private static final int SAMPLES_MIN = 7;
  private static final int SAMPLES_MAX = 101;
  /** A compiler that learns from runs needs some: so long, and at least so many calls. */
  private static final double WARM_SECONDS = 0.4;
  private static final int WARM_CALLS_MIN = 3;

  /**
   * Seconds of one call over the samples.
   *
   * @param median the one in the middle
   * @param min the shortest
   * @param max the longest
   * @param samples how many there are
   * @param callsPerSample how many calls each of them is the mean of
   */
  record Timing(double median, double min, double max, int samples, int callsPerSample) {}

  private Stopwatch() {}

  static Timing time(Runnable call) {
    return time(call, WARM_SECONDS);
  }

  /** The same after a warm-up of so many seconds. */
  static Timing time(Runnable call, double warmSeconds) {
    double once = warm(call, warmSeconds);
    int calls = once < SAMPLE_SECONDS_MIN ? (int) (SAMPLE_SECONDS_MIN / Math.max(once, 1e-7)) + 1
        : 1;
    List<Double> samples = new ArrayList<>();
    long begin = System.nanoTime();
    while (samples.size() < SAMPLES_MIN
        || seconds(begin) < SECONDS && samples.size() < SAMPLES_MAX) {
      long start = System.nanoTime();
      for (int i = 0; i < calls; i++) {
        call.run();
      }
      samples.add(seconds(start) / calls);
    }
    Collections.sort(samples);
    return new Timing(samples.get(samples.size() / 2), samples.getFirst(), samples.getLast(),
        samples.size(), calls);
  }

  private static double warm(Runnable call, double warmSeconds) {
    double once = Double.POSITIVE_INFINITY;
    long begin = System.nanoTime();
    for (int i = 0; i < WARM_CALLS_MIN || seconds(begin) < warmSeconds; i++) {
      long start = System.nanoTime();
      call.run();
      once = Math.min(once, seconds(start));
    }
    return once;
  }

  static double seconds(long since) {
    return (System.nanoTime() - since) * 1e-9;
  }
}
