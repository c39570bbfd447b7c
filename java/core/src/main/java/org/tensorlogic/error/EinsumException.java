package org.tensorlogic.error;

/** An einsum spec cannot be read, or does not fit its operands. */
public final class EinsumException extends TensorLogicException {

  private static final long serialVersionUID = 1L;

  /** Makes the exception for one diagnostic. */
  public EinsumException(Diagnostic diagnostic) {
    super(diagnostic);
  }

  /** Makes the exception for one diagnostic and what caused it. */
  public EinsumException(Diagnostic diagnostic, Throwable cause) {
    super(diagnostic, cause);
  }

  @Override
  public EinsumException at(Origin place) {
    return new EinsumException(diagnostic().at(place), this);
  }
}
