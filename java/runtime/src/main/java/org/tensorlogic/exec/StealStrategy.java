package org.tensorlogic.exec;

/** Whose tasks a thread without tasks of its own looks at first; after it, its neighbours. */
public enum StealStrategy {
  /** Anybody's: needs no knowledge and spreads thieves well. */
  RANDOM,
  /** Those of the longest queue: the fewest thefts, each a look at every queue. */
  MAX_LOAD,
  /** Those from which nobody has stolen for the longest time. */
  LRU,
  /** Those of the next thread after the one before. */
  ROUND_ROBIN
}
