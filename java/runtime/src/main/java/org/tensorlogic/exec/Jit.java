package org.tensorlogic.exec;

import java.util.concurrent.atomic.LongAdder;

/** When the graphs of an engine are specialised, and how often that happened. */
public final class Jit {

  private final JitConfig config;
  final LongAdder made = new LongAdder();
  final LongAdder dropped = new LongAdder();
  final LongAdder unchanged = new LongAdder();
  final LongAdder specializedRuns = new LongAdder();
  final LongAdder generalRuns = new LongAdder();
  final LongAdder nanos = new LongAdder();

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
}
