package org.tensorlogic.cli.bench;

/** How often a call is timed, once the virtual machine has compiled what it runs. */
enum Rules {
  /** As the peers are timed: samples for a second, 7 to 101 of them. */
  PEERS(0, 7, 101, 1, 2),
  /** For a first impression. */
  QUICK(3, 20, 20, 0, 0.4),
  /** For small differences. */
  THOROUGH(20, 200, 200, 0, 2);

  /** Samples that are taken first and do not count. */
  final int warmSamples;
  final int samplesMin;
  final int samplesMax;
  /** So long more samples than the least number are taken. */
  final double seconds;
  /** How long graphs are compiled before that is timed: it is a hundred times as much Java. */
  final double compileWarmSeconds;

  Rules(int warmSamples, int samplesMin, int samplesMax, double seconds,
      double compileWarmSeconds) {
    this.warmSamples = warmSamples;
    this.samplesMin = samplesMin;
    this.samplesMax = samplesMax;
    this.seconds = seconds;
    this.compileWarmSeconds = compileWarmSeconds;
  }
}
