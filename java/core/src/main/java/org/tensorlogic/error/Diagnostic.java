package org.tensorlogic.error;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * What is told to the user about one problem: which operation and constraint, what was required and
 * what came (all in {@code message}), where, and what to do about it.
 *
 * @param severity how much it matters
 * @param code its stable code
 * @param message one sentence without a full stop, with operation, operands and shapes
 * @param origin the place in the user's source, or {@link Origin#UNKNOWN}
 * @param excerpt the source line with a caret below it, or the empty string
 * @param hints what the user could do, most likely first
 */
public record Diagnostic(Severity severity, Code code, String message, Origin origin,
    String excerpt, List<String> hints) {

  /** Checks that no part is missing and keeps a copy of the hints. */
  public Diagnostic {
    Objects.requireNonNull(severity);
    Objects.requireNonNull(code);
    Objects.requireNonNull(message);
    Objects.requireNonNull(origin);
    Objects.requireNonNull(excerpt);
    hints = List.copyOf(hints);
  }

  /** Starts an error without place and hint. */
  public static Diagnostic error(Code code, String message, Object... values) {
    return new Diagnostic(Severity.ERROR, code, formatted(message, values), Origin.UNKNOWN, "",
        List.of());
  }

  /** Starts a warning without place and hint. */
  public static Diagnostic warning(Code code, String message, Object... values) {
    return new Diagnostic(Severity.WARNING, code, formatted(message, values), Origin.UNKNOWN, "",
        List.of());
  }

  private static String formatted(String message, Object... values) {
    return values.length == 0 ? message : String.format(java.util.Locale.ROOT, message, values);
  }

  /** Returns this diagnostic at a place. */
  public Diagnostic at(Origin place) {
    return new Diagnostic(severity, code, message, place, excerpt, hints);
  }

  /** Returns this diagnostic with the source line and its caret, two lines of text. */
  public Diagnostic excerpt(String lines) {
    return new Diagnostic(severity, code, message, origin, lines, hints);
  }

  /** Returns this diagnostic with one more hint. */
  public Diagnostic hint(String hint, Object... values) {
    var more = new ArrayList<>(hints);
    more.add(formatted(hint, values));
    return new Diagnostic(severity, code, message, origin, excerpt, more);
  }

  /** Prints one line, {@code message; built at PLACE; hint: ...}, and the excerpt below it. */
  public String format() {
    var text = new StringBuilder(message);
    if (origin.isKnown()) {
      text.append("; built at ").append(origin);
    }
    hints.forEach(hint -> text.append("; hint: ").append(hint));
    return excerpt.isEmpty() ? text.toString() : text.append('\n').append(excerpt).toString();
  }
}
