package org.tensorlogic.exec;

import java.util.concurrent.atomic.LongAdder;

/** When the graphs of an engine are specialised; how often that and planning them happened. */
public final class Jit {

  private final JitConfig config;
  final LongAdder made = new LongAdder();
  final LongAdder dropped = new LongAdder();
  final LongAdder unchanged = new LongAdder();
  final LongAdder specializedRuns = new LongAdder();
  final LongAdder generalRuns = new LongAdder();
  final LongAdder nanos = new LongAdder();
  private final LongAdder plans = new LongAdder();
  private final LongAdder planNanos = new LongAdder();

  /** Starts counting. */
  public Jit(JitConfig config) {
    this.config = config;
  }

  /** Returns the terms. */
  public JitConfig config() {
    return config;
  }

  /** Returns the counts of this moment. */
  public JitStatistics statistics() {
    return new JitStatistics(made.sum(), dropped.sum(), unchanged.sum(), specializedRuns.sum(),
        generalRuns.sum(), nanos.sum());
  }

  void planned(long spent) {
    plans.increment();
    planNanos.add(spent);
  }

  /** Returns how many plans were made so far, for specialisations too. */
  public long plans() {
    return plans.sum();
  }

  /** Returns the nanoseconds that making them took. */
  public long planNanos() {
    return planNanos.sum();
  }
}
