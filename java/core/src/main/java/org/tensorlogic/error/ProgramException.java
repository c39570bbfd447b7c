package org.tensorlogic.error;

import java.util.List;

/** A program in the tensor logic language cannot be read, checked or run. */
public final class ProgramException extends TensorLogicException {

  private static final long serialVersionUID = 1L;

  /** Makes the exception for one diagnostic. */
  public ProgramException(Diagnostic diagnostic) {
    super(diagnostic);
  }

  /** Makes the exception for one diagnostic and what caused it. */
  public ProgramException(Diagnostic diagnostic, Throwable cause) {
    super(diagnostic, cause);
  }

  /** Makes the exception for all problems that were found, at least one. */
  public ProgramException(List<Diagnostic> diagnostics) {
    super(diagnostics, null);
  }

  @Override
  public ProgramException at(Origin place) {
    return new ProgramException(diagnostic().at(place), this);
  }
}
