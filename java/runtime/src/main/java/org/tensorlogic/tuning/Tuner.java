package org.tensorlogic.tuning;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.tensorlogic.kernel.Choice;

/**
 * Compares the candidates of choices with their defaults. A candidate replaces the default in a
 * cell where it is faster with some number of threads, by 5 % of the median and by the test of
 * ranks at p below 0.01, and slower with none. All that is measured a second time, since among
 * hundreds of cells chance alone would pass some once.
 */
public final class Tuner {

  /* Samples of both are taken in turns, each of them first every second time, so that a machine
   * that drifts, heats up or gets a neighbour hurts both alike. */

  static final double GAIN_MIN = 0.05;
  /** A loss that is certain but as small as this is none. */
  static final double LOSS_MAX = 0.01;

  /** Times the candidates of one cell with a number of threads. */
  public interface Trial extends AutoCloseable {
    /** Returns the seconds that one run takes, as the mean of enough runs for the clock. */
    double seconds(String candidate);

    @Override
    void close();
  }

  /** Prepares trials. */
  @FunctionalInterface
  public interface Measurer {
    /** Returns a trial, which the caller closes. */
    Trial trial(Choice choice, String cell, int threads);
  }

  /** Hears of every cell that was measured. */
  @FunctionalInterface
  public interface Listener {
    /** Tells how many cells of how many are done, and what came of the last one. */
    void measured(int done, int cells, String what, Optional<Finding> finding);
  }

  private final List<Integer> threads;
  private final Effort effort;
  private final Measurer measurer;

  /** Keeps the terms: the counts of threads that a candidate must not be slower with. */
  public Tuner(List<Integer> threads, Effort effort, Measurer measurer) {
    this.threads = List.copyOf(threads);
    this.effort = effort;
    this.measurer = measurer;
  }

  /** Measures all cells of choices; returns where another candidate than the default is better. */
  public List<Finding> tune(List<Choice> choices, Listener listener) {
    int cells = choices.stream().mapToInt(choice -> choice.cells().size()).sum();
    var findings = new ArrayList<Finding>();
    int done = 0;
    for (Choice choice : choices) {
      for (String cell : choice.cells()) {
        Optional<Finding> finding = best(choice, cell);
        finding.ifPresent(findings::add);
        listener.measured(++done, cells, choice.name() + " " + cell, finding);
      }
    }
    return findings;
  }

  private Optional<Finding> best(Choice choice, String cell) {
    Finding best = null;
    for (String candidate : choice.candidates()) {
      if (!candidate.equals(choice.byDefault(cell))) {
        Finding finding = twice(choice, cell, candidate);
        best = finding == null || best != null && best.gain() >= finding.gain() ? best : finding;
      }
    }
    return Optional.ofNullable(best);
  }

  private Finding twice(Choice choice, String cell, String candidate) {
    Finding first = once(choice, cell, candidate);
    Finding again = first == null ? null : once(choice, cell, candidate);
    return again == null ? null : new Finding(choice.name(), cell, candidate,
        Math.min(first.gain(), again.gain()), Math.max(first.probability(), again.probability()));
  }

  private Finding once(Choice choice, String cell, String candidate) {
    Finding best = null;
    for (int count : threads) {
      double[][] seconds = seconds(choice, cell, candidate, count);
      double gain = 1 - median(seconds[1]) / median(seconds[0]);
      double probability = RankTest.probability(seconds[0], seconds[1]);
      if (probability < RankTest.PROBABILITY_MAX && gain < -LOSS_MAX) {
        return null;
      }
      if (probability < RankTest.PROBABILITY_MAX && gain >= GAIN_MIN
          && (best == null || gain > best.gain())) {
        best = new Finding(choice.name(), cell, candidate, gain, probability);
      }
    }
    return best;
  }

  /** The samples of the default and of the candidate. */
  private double[][] seconds(Choice choice, String cell, String candidate, int count) {
    String[] names = {choice.byDefault(cell), candidate};
    var seconds = new double[2][effort.samples()];
    try (Trial trial = measurer.trial(choice, cell, count)) {
      for (int i = -effort.warmups(); i < effort.samples(); i++) {
        for (int turn = 0; turn < 2; turn++) {
          int which = turn ^ i & 1;
          double sample = trial.seconds(names[which]);
          if (i >= 0) {
            seconds[which][i] = sample;
          }
        }
      }
    }
    return seconds;
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
  }
}
