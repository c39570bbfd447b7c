package org.tensorlogic.benchmarks;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.infra.Blackhole;
import org.tensorlogic.exec.WorkerPool;

/**
 * A job of 16 equal tiles shared by two threads, one job after the other: 16 times {@code tokens}
 * of JMH's unit of work, about 2 ns, and what sharing costs.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class SharedJob {

  private static final int TILES = 16;

  @Param({"1", "2"})
  private int threads;

  @Param({"250", "1000", "10000"})
  private long tokens;

  private WorkerPool pool;

  /** For JMH. */
  public SharedJob() {}

  /** Starts the threads. */
  @Setup
  public void prepare() {
    pool = new WorkerPool(threads);
  }

  /** Ends them. */
  @TearDown
  public void close() {
    pool.close();
  }

  /** One job right after the last one. */
  @Benchmark
  public void run() {
    pool.run(TILES, this::tiles);
  }

  /** One job after a pause of 100 us, in which workers fall asleep. */
  @Benchmark
  public void runAfterPause() {
    long end = System.nanoTime() + 100_000;
    while (System.nanoTime() < end) {
      Thread.onSpinWait();
    }
    pool.run(TILES, this::tiles);
  }

  private void tiles(long begin, long end) {
    for (long tile = begin; tile < end; tile++) {
      Blackhole.consumeCPU(tokens);
    }
  }
}
