package org.tensorlogic.error;

import java.util.List;

/** A graph breaks a rule of the IR, or a graph file says what no graph can. */
public final class GraphException extends TensorLogicException {

  private static final long serialVersionUID = 1L;

  /** Makes the exception for one diagnostic. */
  public GraphException(Diagnostic diagnostic) {
    super(diagnostic);
  }

  /** Makes the exception for one diagnostic and what caused it. */
  public GraphException(Diagnostic diagnostic, Throwable cause) {
    super(diagnostic, cause);
  }

  /** Makes the exception for all problems that were found, at least one. */
  public GraphException(List<Diagnostic> diagnostics) {
    super(diagnostics, null);
  }

  @Override
  public GraphException at(Origin place) {
    return new GraphException(diagnostic().at(place), this);
  }
}
