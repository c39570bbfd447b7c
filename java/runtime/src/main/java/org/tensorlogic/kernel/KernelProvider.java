package org.tensorlogic.kernel;

import java.util.List;
import java.util.Optional;

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

  /**
   * Returns a kernel that computes a contraction and then a step over the elements of its result,
   * which nobody else reads, each once it is complete; empty where there is none. The bits are
   * those of both steps.
   *
   * @param contraction what this provider offered for the contraction
   * @param request the step over elements; its results and operand {@code place}, which is the
   *     contraction's result, have one layout without gaps
   * @param place the number of that operand; the kernel takes the contraction's operands, then the
   *     others of the step in their order, then the results
   */
  default Optional<Kernel> withEpilogue(Kernel contraction, KernelRequest request, int place) {
    return Optional.empty();
  }

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
