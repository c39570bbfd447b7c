package org.tensorlogic.error;

/** A dtype is not accepted by an operation. */
public final class TypeException extends TensorLogicException {

  private static final long serialVersionUID = 1L;

  /** Makes the exception for one diagnostic. */
  public TypeException(Diagnostic diagnostic) {
    super(diagnostic);
  }

  /** Makes the exception for one diagnostic and what caused it. */
  public TypeException(Diagnostic diagnostic, Throwable cause) {
    super(diagnostic, cause);
  }

  @Override
  public TypeException at(Origin place) {
    return new TypeException(diagnostic().at(place), this);
  }
}
