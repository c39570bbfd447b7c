package org.tensorlogic.error;

import java.util.List;

/**
 * The root of all exceptions that this system throws on purpose. The message is the formatted
 * diagnostics, one below the other; all checks that lead here happen before native code runs.
 */
public abstract sealed class TensorLogicException extends RuntimeException
    permits ShapeException, TypeException, EinsumException, GraphException, KernelException,
        MemoryException, ClosedException, ProgramException, FileException, ArgumentException,
        ConvergenceException {

  private static final long serialVersionUID = 1L;

  private final transient List<Diagnostic> diagnostics;

  TensorLogicException(Diagnostic diagnostic) {
    this(diagnostic, null);
  }

  TensorLogicException(Diagnostic diagnostic, Throwable cause) {
    this(List.of(diagnostic), cause);
  }

  TensorLogicException(List<Diagnostic> diagnostics, Throwable cause) {
    super(String.join("\n", diagnostics.stream().map(Diagnostic::format).toList()), cause);
    this.diagnostics = List.copyOf(diagnostics);
  }

  /** Returns the first problem; empty text fields after deserialisation. */
  public Diagnostic diagnostic() {
    return diagnostics().getFirst();
  }

  /** Returns every problem found, at least one. */
  public List<Diagnostic> diagnostics() {
    return diagnostics == null
        ? List.of(Diagnostic.error(Code.ARGUMENT, "%s", getMessage())) : diagnostics;
  }

  /** Returns the same problem at a place in the user's source, with this one as its cause. */
  public abstract TensorLogicException at(Origin place);
}
