package org.tensorlogic.kernel;

import java.util.Optional;

/** A provider's answer to a request. */
public sealed interface Offer {

  /**
   * The provider computes the step with this kernel.
   *
   * @param note why it is this one, for {@code explain}; empty where it goes without saying
   * @param prepared the operand that it does not take as it is, if any
   */
  record Accepted(Kernel kernel, String note, Optional<Prepared> prepared) implements Offer {

    /** Accepts, and takes all operands as they are. */
    public Accepted(Kernel kernel, String note) {
      this(kernel, note, Optional.empty());
    }

    /** Accepts without a note. */
    public Accepted(Kernel kernel) {
      this(kernel, "");
    }
  }

  /** The provider does not compute the step, for a reason that {@code explain} prints. */
  record Declined(String reason) implements Offer {}
}
