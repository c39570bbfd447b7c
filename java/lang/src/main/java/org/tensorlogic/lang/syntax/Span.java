package org.tensorlogic.lang.syntax;

/**
 * A half-open range of characters in a {@link Source}.
 *
 * @param start offset of the first character
 * @param end offset after the last character; at least {@code start}
 */
public record Span(int start, int end) {
  /**
   * The smallest span that holds this one and another.
   *
   * @param other a span of the same source
   * @return from the smaller start to the greater end
   */
  public Span to(Span other) {
    return new Span(Math.min(start, other.start), Math.max(end, other.end));
  }
}
