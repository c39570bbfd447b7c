package org.tensorlogic.io;

import java.util.ArrayList;
import java.util.List;
import org.tensorlogic.error.Code;
import org.tensorlogic.error.Diagnostic;
import org.tensorlogic.error.GraphException;
import org.tensorlogic.error.TensorLogicException;

/** Everything that is wrong with one graph file. */
final class FormProblems {

  private final String file;
  private final List<Diagnostic> found = new ArrayList<>();

  FormProblems(String file) {
    this.file = file;
  }

  /** Adds a problem of the whole graph. */
  void add(String hint, String message, Object... values) {
    found.add(Diagnostic.error(Code.GRAPH, "%s", file + ": " + String.format(message, values))
        .hint("%s", hint));
  }

  /** Adds a problem of a node. */
  void add(FormNode node, String hint, String message, Object... values) {
    found.add(Diagnostic.error(Code.GRAPH, "%s",
        file + ": " + node.label() + ": " + String.format(message, values))
        .at(node.origin()).hint("%s", hint));
  }

  /** Adds what the IR refused when a node was built. */
  void add(FormNode node, TensorLogicException refused) {
    refused.diagnostics().forEach(part -> found.add(new Diagnostic(part.severity(), part.code(),
        file + ": " + node.label() + ": " + part.message(), node.origin(), part.excerpt(),
        part.hints())));
  }

  boolean any() {
    return !found.isEmpty();
  }

  /** Throws all problems at once, if there are some. */
  void throwAny() {
    if (any()) {
      throw new GraphException(found);
    }
  }
}
