package org.tensorlogic.error;

/** An argument is outside what its method accepts. */
public final class ArgumentException extends TensorLogicException {

  private static final long serialVersionUID = 1L;

  /** Makes the exception for one diagnostic. */
  public ArgumentException(Diagnostic diagnostic) {
    super(diagnostic);
  }

  /** Makes the exception for one diagnostic and what caused it. */
  public ArgumentException(Diagnostic diagnostic, Throwable cause) {
    super(diagnostic, cause);
  }

  @Override
  public ArgumentException at(Origin place) {
    return new ArgumentException(diagnostic().at(place), this);
  }
}
