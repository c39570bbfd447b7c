package org.tensorlogic.cli.bench;

/**
 * What was timed, the same in an earlier file and in a later one.
 *
 * @param workload its name
 * @param peer who ran it and how, such as {@code tensorlogic:out}
 * @param threads how many worked
 */
record Key(String workload, String peer, int threads) {

  @Override
  public String toString() {
    return "%s by %s, threads %d".formatted(workload, peer, threads);
  }
}
