package org.tensorlogic.kernel;

/** A provider's answer to a request. */
public sealed interface Offer {

  /** The provider computes the step with this kernel. */
  record Accepted(Kernel kernel) implements Offer {}

  /** The provider does not compute the step, for a reason that {@code explain} prints. */
  record Declined(String reason) implements Offer {}
}
