package org.tensorlogic.memory;

/**
 * Where an engine's threads and large blocks of memory lie on a machine of several memory nodes.
 * The thread that calls is the caller's own and is never bound.
 */
public enum NumaStrategy {
  /** Nothing is bound: the system moves threads, and pages lie where they were first written. */
  NONE,
  /**
   * Workers stay on one node each, nodes being filled one after the other; pages lie where they
   * were first written, or on another node where that one is full.
   */
  LOCAL_PREFERRED,
  /** Workers likewise; a block lies on the node that the thread which asks for it runs on. */
  LOCAL_STRICT,
  /** Workers are not bound; the pages of a block lie on all nodes in turns. */
  INTERLEAVE
}
