package org.tensorlogic.error;

/** No kernel can run a step, the native library cannot be loaded, or a step failed. */
public final class KernelException extends TensorLogicException {

  private static final long serialVersionUID = 1L;

  /** Makes the exception for one diagnostic. */
  public KernelException(Diagnostic diagnostic) {
    super(diagnostic);
  }

  /** Makes the exception for one diagnostic and what caused it. */
  public KernelException(Diagnostic diagnostic, Throwable cause) {
    super(diagnostic, cause);
  }

  @Override
  public KernelException at(Origin place) {
    return new KernelException(diagnostic().at(place), this);
  }
}
