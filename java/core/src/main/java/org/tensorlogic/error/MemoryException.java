package org.tensorlogic.error;

/** Memory is exhausted, or a shape asks for more than there can be. */
public final class MemoryException extends TensorLogicException {

  private static final long serialVersionUID = 1L;

  /** Makes the exception for one diagnostic. */
  public MemoryException(Diagnostic diagnostic) {
    super(diagnostic);
  }

  /** Makes the exception for one diagnostic and what caused it. */
  public MemoryException(Diagnostic diagnostic, Throwable cause) {
    super(diagnostic, cause);
  }

  @Override
  public MemoryException at(Origin place) {
    return new MemoryException(diagnostic().at(place), this);
  }
}
