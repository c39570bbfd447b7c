package org.tensorlogic.cli.bench;

import java.util.Arrays;

/** The seconds of one call, as they were taken, and what describes them. Immutable. */
final class Samples {

  private static final double WHISKER = 1.5;
  /** Each end of an interval of 95 % leaves out so much. */
  private static final double TAIL = 0.025;

  /** The ends of an interval. */
  record Interval(double low, double high) {}

  private final double[] taken;
  private final double[] sorted;

  /** Keeps one sample or more. */
  Samples(double... taken) {
    this.taken = taken.clone();
    this.sorted = taken.clone();
    Arrays.sort(sorted);
  }

  int count() {
    return taken.length;
  }

  /** Returns the samples in the order in which they were taken. */
  double[] taken() {
    return taken.clone();
  }

  double min() {
    return sorted[0];
  }

  double max() {
    return sorted[sorted.length - 1];
  }

  double median() {
    return percentile(50);
  }

  double mean() {
    return Arrays.stream(taken).sum() / taken.length;
  }

  /** Returns the standard deviation of what the samples are drawn from; 0 for one sample. */
  double deviation() {
    double mean = mean();
    double squares = Arrays.stream(taken).map(x -> (x - mean) * (x - mean)).sum();
    return taken.length == 1 ? 0 : Math.sqrt(squares / (taken.length - 1));
  }

  /** Returns the deviation as a part of the mean. */
  double variation() {
    return deviation() / mean();
  }

  /** Returns what so many percent lie below, between two samples by their distances. */
  double percentile(double percent) {
    double place = percent / 100 * (sorted.length - 1);
    int below = (int) place;
    double above = below + 1 < sorted.length ? sorted[below + 1] : sorted[below];
    return sorted[below] + (place - below) * (above - sorted[below]);
  }

  /**
   * Returns where the median of what the samples are drawn from lies, in 95 % of all cases and
   * whatever the distribution: between two of the sorted samples, by the binomial distribution.
   * Five samples or fewer cannot promise as much; then it is the range of all.
   */
  Interval medianInterval() {
    int n = sorted.length;
    double logTerm = -n * Math.log(2);
    double below = Math.exp(logTerm); // fewer than one sample lies below the median
    int low = 0;
    while (low < n / 2) {
      logTerm += Math.log((double) (n - low) / (low + 1));
      double next = below + Math.exp(logTerm);
      if (next > TAIL) {
        break;
      }
      below = next;
      low++;
    }
    return new Interval(sorted[low], sorted[n - 1 - low]);
  }

  /** Returns how many lie more than 1.5 times the range of the middle half outside of it. */
  int outliers() {
    double low = percentile(25);
    double high = percentile(75);
    double reach = WHISKER * (high - low);
    return (int) Arrays.stream(taken).filter(x -> x < low - reach || x > high + reach).count();
  }

  /**
   * Returns how far the mean of others lies above this one's, in units of the deviation within
   * both: Cohen's d (1988), pooled.
   */
  double effect(Samples others) {
    double distance = others.mean() - mean();
    double freedom = Math.max(1, count() + others.count() - 2);
    double variance = ((count() - 1) * deviation() * deviation()
        + (others.count() - 1) * others.deviation() * others.deviation()) / freedom;
    return distance == 0 ? 0 : distance / Math.sqrt(variance);
  }
}
