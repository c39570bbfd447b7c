package org.tensorlogic.einsum;

import org.tensorlogic.error.Code;
import org.tensorlogic.error.Diagnostic;
import org.tensorlogic.error.EinsumException;

/** A numbered constraint that does not hold: what is wrong and what may be done about it. */
record Fault(String constraint, String message, String hint) {

  EinsumException exception(String operation, String text) {
    return new EinsumException(diagnostic(operation, text));
  }

  /** The exception for a fault in the text of a spec, with a caret below the place. */
  EinsumException exceptionAt(String text, int column) {
    return new EinsumException(diagnostic("einsum", text)
        .excerpt("  " + text + "\n  " + " ".repeat(column - 1) + "^"));
  }

  private Diagnostic diagnostic(String operation, String text) {
    String start = "%s \"%s\" (%s): ".formatted(operation, text, constraint);
    return Diagnostic.error(Code.EINSUM, start + message).hint(hint);
  }
}
