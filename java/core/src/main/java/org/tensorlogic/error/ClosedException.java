package org.tensorlogic.error;

/** Something was used after its close. */
public final class ClosedException extends TensorLogicException {

  private static final long serialVersionUID = 1L;

  /** Makes the exception for one diagnostic. */
  public ClosedException(Diagnostic diagnostic) {
    super(diagnostic);
  }

  /** Makes the exception for one diagnostic and what caused it. */
  public ClosedException(Diagnostic diagnostic, Throwable cause) {
    super(diagnostic, cause);
  }

  @Override
  public ClosedException at(Origin place) {
    return new ClosedException(diagnostic().at(place), this);
  }
}
