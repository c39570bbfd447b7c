package org.tensorlogic.plan;

/**
 * The order of a program's steps, and which of them run side by side. Steps side by side share
 * their threads tile by tile, and none of them takes memory that another one gives up. Results are
 * the same bits under every schedule.
 */
public enum Schedule {
  /* Eight products of 48^2 and of 96^2 on two busy cores: 49 and 276 us one after the other, 27 and
   * 186 us side by side. Yet one after the other is the default: side by side a program goes
   * breadth first and keeps more alive, which costs large graphs more than it gives. */

  /** One step after the other in the order of the graph; threads share each step's tiles. */
  SEQUENTIAL,
  /**
   * One after the other, in an order that needs less workspace where one is found; never more than
   * SEQUENTIAL, for up to three times the time to plan.
   */
  MIN_MEMORY,
  /** Each step as early as its operands allow, with all others of that moment. */
  MAX_PARALLELISM,
  /** Likewise, but no more steps side by side than there are threads. */
  BALANCED,
  /** Steps run side by side only where threads gain more by it than waking them costs. */
  COST_BASED
}
