package org.tensorlogic.tuning;

/** How long a decision is measured. */
public enum Effort {
  /** Three rounds to warm up, then 20 samples: for a first impression. */
  QUICK(3, 20),
  /** Ten rounds to warm up, then 100 samples. */
  FULL(10, 100);

  private final int warmups;
  private final int samples;

  Effort(int warmups, int samples) {
    this.warmups = warmups;
    this.samples = samples;
  }

  int warmups() {
    return warmups;
  }

  int samples() {
    return samples;
  }
}
