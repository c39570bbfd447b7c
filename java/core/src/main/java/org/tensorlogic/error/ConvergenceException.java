package org.tensorlogic.error;

/** A fixpoint was not reached within the allowed iterations. */
public final class ConvergenceException extends TensorLogicException {

  private static final long serialVersionUID = 1L;

  /** Makes the exception for one diagnostic. */
  public ConvergenceException(Diagnostic diagnostic) {
    super(diagnostic);
  }

  /** Makes the exception for one diagnostic and what caused it. */
  public ConvergenceException(Diagnostic diagnostic, Throwable cause) {
    super(diagnostic, cause);
  }

  @Override
  public ConvergenceException at(Origin place) {
    return new ConvergenceException(diagnostic().at(place), this);
  }
}
