package org.tensorlogic.tuning;

import java.util.Arrays;

/**
 * The test of Mann and Whitney (1947), whether values of one sample tend to lie above those of
 * another. It ranks values only, so that a few samples that a neighbour disturbed count little.
 */
final class RankTest {

  private RankTest() {}

  /**
   * Returns the two-sided probability of ranks at least so far apart, did both samples come from
   * one distribution: by the normal approximation, corrected for ties and continuity, which is good
   * from about eight values on.
   */
  static double probability(double[] first, double[] second) {
    double n = first.length;
    double m = second.length;
    double[] sorted = new double[first.length + second.length];
    System.arraycopy(first, 0, sorted, 0, first.length);
    System.arraycopy(second, 0, sorted, first.length, second.length);
    Arrays.sort(sorted);
    double ties = 0;
    double ranks = 0;
    for (int begin = 0, end; begin < sorted.length; begin = end) {
      double value = sorted[begin];
      end = begin;
      while (end < sorted.length && sorted[end] == value) {
        end++;
      }
      double equal = end - begin;
      ties += equal * equal * equal - equal;
      long ours = Arrays.stream(first).filter(other -> other == value).count();
      ranks += ours * (begin + 1 + end) / 2.0; // the mean rank of the equal ones
    }
    double above = ranks - n * (n + 1) / 2;
    double variance = n * m / 12 * (n + m + 1 - ties / ((n + m) * (n + m - 1)));
    double distance = Math.max(0, Math.abs(above - n * m / 2) - 0.5);
    return variance == 0 ? 1 : 2 * upperTail(distance / Math.sqrt(variance));
  }

  /** The upper tail of the normal distribution, by Abramowitz and Stegun, 26.2.17: within 1e-7. */
  private static double upperTail(double x) {
    double t = 1 / (1 + 0.2316419 * x);
    double sum = t * (0.319381530 + t * (-0.356563782 + t * (1.781477937
        + t * (-1.821255978 + t * 1.330274429))));
    return Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI) * sum;
  }
}
