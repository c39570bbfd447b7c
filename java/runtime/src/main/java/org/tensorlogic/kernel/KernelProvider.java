package org.tensorlogic.kernel;

import java.util.List;

/**
 * A source of kernels. Engines ask their providers in order; the last one is the reference
 * provider, which declines fused regions only: their ops are then asked for one by one.
 * Implementations are found by {@link java.util.ServiceLoader} and are safe for any number of
 * threads.
 */
public interface KernelProvider {

  /** Returns the name that plans print and that users choose by. */
  String name();

  /** Returns the order among providers: higher ones are asked first; the reference has 0. */
  int priority();

  /** Returns a kernel for one step, or why there is none; does no work of the step itself. */
  Offer offer(KernelRequest request);

  /** Returns the decisions that measuring may change; may load what the kernels need. */
  default List<Choice> choices() {
    return List.of();
  }

  /** Returns what this provider is and runs on, one fact a line, for {@code info}. */
  String describe();

  /** Returns what tells it apart from the same provider elsewhere; quicker than to describe it. */
  default String identity() {
    return describe();
  }
}
