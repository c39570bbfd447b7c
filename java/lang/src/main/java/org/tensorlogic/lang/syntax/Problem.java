package org.tensorlogic.lang.syntax;

import java.util.List;
import java.util.Objects;
import org.tensorlogic.error.Code;
import org.tensorlogic.error.Diagnostic;
import org.tensorlogic.error.Origin;
import org.tensorlogic.error.Severity;

/**
 * One thing that is wrong or doubtful in a program, and its place.
 *
 * @param severity whether it stops the work
 * @param span the characters to point at
 * @param message what was required and what came, without the place
 * @param hint how to mend it
 */
public record Problem(Severity severity, Span span, String message, String hint) {

  /** Longest part of a source line that an excerpt shows, in characters. */
  private static final int EXCERPT_WIDTH_MAX = 160;

  /** Refuses missing parts. */
  public Problem {
    Objects.requireNonNull(severity, "severity");
    Objects.requireNonNull(span, "span");
    Objects.requireNonNull(message, "message");
    if (hint.isEmpty()) {
      throw new IllegalArgumentException("no hint for: " + message);
    }
  }

  /** Makes an error. */
  static Problem error(Span span, String message, String hint) {
    return new Problem(Severity.ERROR, span, message, hint);
  }

  /**
   * The problem with file, line, column and the line itself, marked under the place.
   *
   * @param source the text that the span refers to
   * @return a diagnostic with {@link Code#PROGRAM}
   */
  public Diagnostic diagnostic(Source source) {
    int start = span.start();
    Origin origin = new Origin(source.name(), source.line(start), source.column(start), "");
    Diagnostic bare =
        new Diagnostic(
            severity, Code.PROGRAM, message, origin, excerpt(source), List.of());
    return bare.hint("%s", hint);
  }

  private String excerpt(Source source) {
    int start = span.start();
    String number = Integer.toString(source.line(start));
    String line = source.lineText(start);
    int column = source.column(start) - 1;
    int marked = Math.max(1, Math.min(span.end() - start, line.length() - column));
    int from = column > EXCERPT_WIDTH_MAX / 2 && line.length() > EXCERPT_WIDTH_MAX
        ? column - EXCERPT_WIDTH_MAX / 2 : 0;
    int to = Math.min(line.length(), from + EXCERPT_WIDTH_MAX);
    marked = Math.max(1, Math.min(marked, to - column));
    return "  " + number + " | " + printable(line.substring(from, to)) + "\n  "
        + " ".repeat(number.length()) + " | " + " ".repeat(column - from) + "^"
        + "~".repeat(marked - 1);
  }

  private static String printable(String line) {
    StringBuilder out = new StringBuilder(line.length());
    for (int i = 0; i < line.length(); i++) {
      char c = line.charAt(i);
      out.append(Character.isISOControl(c) ? ' ' : c);
    }
    return out.toString();
  }
}
