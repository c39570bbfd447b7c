package org.tensorlogic.lang.syntax;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.tensorlogic.error.Code;
import org.tensorlogic.error.Diagnostic;
import org.tensorlogic.error.ProgramException;
import org.tensorlogic.error.Severity;

/**
 * Collects what is wrong with one program, so that one reading reports several independent
 * mistakes. Not thread-safe: one collector belongs to one reading.
 */
public final class Problems {
  /** How many problems are reported; the others are only counted. */
  public static final int REPORTED_MAX = 20;

  private final Source source;
  private final Set<Problem> found = new LinkedHashSet<>();

  /** Starts without problems. */
  public Problems(Source source) {
    this.source = source;
  }

  /** Adds an error; the same error at the same place is kept once. */
  public void error(Span span, String message, String hint) {
    found.add(Problem.error(span, message, hint));
  }

  /** Adds a warning, which stops nothing. */
  public void warning(Span span, String message, String hint) {
    found.add(new Problem(Severity.WARNING, span, message, hint));
  }

  void add(Problem problem) {
    found.add(problem);
  }

  /** Returns whether an error was added. */
  public boolean hasErrors() {
    return found.stream().anyMatch(problem -> problem.severity() == Severity.ERROR);
  }

  /**
   * Throws what was found so far if there is any error.
   *
   * @throws ProgramException with up to {@link #REPORTED_MAX} errors and warnings in the order of
   *     the text; warnings are among them because a doubtful name is often the cause of an error
   */
  public void throwErrors() {
    if (!hasErrors()) {
      return;
    }
    List<Diagnostic> all = of(Set.of(Severity.ERROR, Severity.WARNING));
    List<Diagnostic> shown = all;
    if (all.size() > REPORTED_MAX) {
      shown = new ArrayList<>(all.subList(0, REPORTED_MAX));
      shown.add(Diagnostic.error(Code.PROGRAM, "%d more problems", all.size() - REPORTED_MAX)
          .hint("correct the first ones, which often cause the others"));
    }
    throw new ProgramException(shown);
  }

  /** Returns the warnings in the order of the text. */
  public List<Diagnostic> warnings() {
    return of(Set.of(Severity.WARNING));
  }

  private List<Diagnostic> of(Set<Severity> severities) {
    return found.stream()
        .filter(problem -> severities.contains(problem.severity()))
        .sorted(Comparator.comparingInt(problem -> problem.span().start()))
        .map(problem -> problem.diagnostic(source))
        .toList();
  }
}
