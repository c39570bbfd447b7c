package org.tensorlogic.error;

/** A file cannot be read or written, or does not hold what its format promises. */
public final class FileException extends TensorLogicException {

  private static final long serialVersionUID = 1L;

  /** Makes the exception for one diagnostic. */
  public FileException(Diagnostic diagnostic) {
    super(diagnostic);
  }

  /** Makes the exception for one diagnostic and what caused it. */
  public FileException(Diagnostic diagnostic, Throwable cause) {
    super(diagnostic, cause);
  }

  @Override
  public FileException at(Origin place) {
    return new FileException(diagnostic().at(place), this);
  }
}
