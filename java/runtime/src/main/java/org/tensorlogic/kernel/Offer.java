package org.tensorlogic.kernel;

/** A provider's answer to a request. */
public sealed interface Offer {

  /**
   * The provider computes the step with this kernel.
   *
   * @param note why it is this one, for {@code explain}; empty where it goes without saying
   */
  record Accepted(Kernel kernel, String note) implements Offer {

    /** Accepts without a note. */
    public Accepted(Kernel kernel) {
      this(kernel, "");
    }
  }

  /** The provider does not compute the step, for a reason that {@code explain} prints. */
  record Declined(String reason) implements Offer {}
}
