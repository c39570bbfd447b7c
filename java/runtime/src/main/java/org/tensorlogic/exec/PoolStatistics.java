package org.tensorlogic.exec;

import java.util.List;
import java.util.stream.LongStream;

/**
 * What the threads of a pool have done since it began.
 *
 * @param tasks the tasks run by each worker in order, last those run by callers
 * @param tiles the tiles of shared jobs computed by each worker, last those computed by callers
 * @param steals the tasks taken from another thread's queue
 * @param failedSteals the looks at another thread's queue that found it empty
 * @param parks how often a worker went to sleep
 * @param queueLengthMax the most tasks that waited at a time
 */
public record PoolStatistics(List<Long> tasks, List<Long> tiles, long steals, long failedSteals,
    long parks, long queueLengthMax) {

  /** Keeps copies. */
  public PoolStatistics {
    tasks = List.copyOf(tasks);
    tiles = List.copyOf(tiles);
  }

  /**
   * How evenly work is spread over threads.
   *
   * @param average the mean count of a thread
   * @param deviation the standard deviation of the counts
   * @param variation the deviation over the average
   * @param imbalance the largest count over the average
   */
  public record LoadBalance(double average, double deviation, double variation,
      double imbalance) {

    /** Returns the figures of counts, one for each thread. */
    public static LoadBalance of(List<Long> counts) {
      double average = longs(counts).average().orElse(0);
      double deviation = Math.sqrt(longs(counts)
          .mapToDouble(count -> (count - average) * (count - average)).average().orElse(0));
      double most = longs(counts).max().orElse(0);
      return average == 0 ? new LoadBalance(0, 0, 0, 1)
          : new LoadBalance(average, deviation, deviation / average, most / average);
    }

    private static LongStream longs(List<Long> counts) {
      return counts.stream().mapToLong(Long::longValue);
    }

    /** Returns whether the counts vary by less than a fifth of their mean. */
    public boolean isBalanced() {
      return variation < 0.2;
    }
  }

  /** Returns how evenly tasks are spread over workers and callers. */
  public LoadBalance taskBalance() {
    return LoadBalance.of(tasks);
  }

  /** Returns how evenly tiles are spread over workers and callers. */
  public LoadBalance tileBalance() {
    return LoadBalance.of(tiles);
  }
}
