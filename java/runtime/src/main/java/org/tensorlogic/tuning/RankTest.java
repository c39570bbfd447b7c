package org.tensorlogic.tuning;

import java.util.Arrays;

/**
 * The test of Mann and Whitney (1947), whether values of one sample tend to lie above those of
 * another. It ranks values only, so that a few samples that a neighbour disturbed count little.
 */
public final class RankTest {

  /** A difference that comes by chance as seldom as this is taken for one. */
  public static final double PROBABILITY_MAX = 0.01;

  /** From so many values on the normal approximation is good. */
  private static final int MANY = 8;

  private RankTest() {}

  /** Returns whether samples of these counts can tell a difference, if they do not overlap. */
  public static boolean canTell(int first, int second) {
    double ways = 1; // of the ranks of the first among all
    for (int i = 1; i <= Math.min(first, second); i++) {
      ways *= (double) (Math.max(first, second) + i) / i;
    }
    return 2 / ways < PROBABILITY_MAX;
  }

  /**
   * Returns the two-sided probability of ranks at least so far apart, did both samples come from
   * one distribution: counted where one of them has fewer than eight values and no two are equal,
   * else by the normal approximation, corrected for ties and continuity. Any thread may call it.
   *
   * @param first values of one sample, at least one and none of them NaN
   * @param second likewise of the other
   * @return from 0 to 1; below {@link #PROBABILITY_MAX} tells that the samples differ
   */
  public static double probability(double[] first, double[] second) {
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
    if (ties == 0 && Math.min(n, m) < MANY) {
      return counted(first.length, second.length, (int) Math.min(above, n * m - above));
    }
    double variance = n * m / 12 * (n + m + 1 - ties / ((n + m) * (n + m - 1)));
    double distance = Math.max(0, Math.abs(above - n * m / 2) - 0.5);
    return variance == 0 ? 1 : 2 * upperTail(distance / Math.sqrt(variance));
  }

  /**
   * Of all orders of n and m values, the part in which at most so many pairs stand the wrong way
   * round, twice. The orders with u such pairs are the coefficient of q^u in the product of
   * (1 - q^(m + i)) / (1 - q^i) over i from 1 to n.
   */
  private static double counted(int n, int m, int pairs) {
    var orders = new double[pairs + 1];
    orders[0] = 1;
    double all = 1;
    for (int i = 1; i <= n; i++) {
      for (int u = pairs; u >= m + i; u--) {
        orders[u] -= orders[u - m - i];
      }
      for (int u = i; u <= pairs; u++) {
        orders[u] += orders[u - i];
      }
      all *= (double) (m + i) / i;
    }
    return Math.min(1, 2 * Arrays.stream(orders).sum() / all);
  }

  /** The upper tail of the normal distribution, by Abramowitz and Stegun, 26.2.17: within 1e-7. */
  private static double upperTail(double x) {
    double t = 1 / (1 + 0.2316419 * x);
    double sum = t * (0.319381530 + t * (-0.356563782 + t * (1.781477937
        + t * (-1.821255978 + t * 1.330274429))));
    return Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI) * sum;
  }
}
