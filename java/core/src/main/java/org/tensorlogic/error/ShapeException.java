package org.tensorlogic.error;

/** Shapes do not fit an operation, or an extent is not allowed. */
public final class ShapeException extends TensorLogicException {

  private static final long serialVersionUID = 1L;

  /** Makes the exception for one diagnostic. */
  public ShapeException(Diagnostic diagnostic) {
    super(diagnostic);
  }

  /** Makes the exception for one diagnostic and what caused it. */
  public ShapeException(Diagnostic diagnostic, Throwable cause) {
    super(diagnostic, cause);
  }

  @Override
  public ShapeException at(Origin place) {
    return new ShapeException(diagnostic().at(place), this);
  }
}
