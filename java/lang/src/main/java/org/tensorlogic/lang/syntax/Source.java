package org.tensorlogic.lang.syntax;

import java.util.Arrays;
import java.util.Objects;
import java.util.stream.IntStream;

/**
 * The text of one program and the name under which errors report it. Lines end at {@code \n},
 * {@code \r\n} or {@code \r}; lines and columns count from 1, columns in UTF-16 units. Immutable.
 */
public final class Source {
  private final String name;
  private final String text;
  private final int[] lineStarts;

  /**
   * Takes a text.
   *
   * @param name file name as the user wrote it, such as {@code family.tl}
   * @param text the whole program
   */
  public Source(String name, String text) {
    this.name = Objects.requireNonNull(name, "name");
    this.text = Objects.requireNonNull(text, "text");
    this.lineStarts =
        IntStream.concat(
                IntStream.of(0),
                IntStream.rangeClosed(1, text.length()).filter(at -> endsLine(text, at - 1)))
            .toArray();
  }

  private static boolean endsLine(String text, int at) {
    char c = text.charAt(at);
    return c == '\n' || c == '\r' && (at + 1 == text.length() || text.charAt(at + 1) != '\n');
  }

  /** Returns the name under which errors report the text. */
  public String name() {
    return name;
  }

  /** Returns the whole program. */
  public String text() {
    return text;
  }

  /** Returns the line that holds an offset; an offset after the text is in the last line. */
  public int line(int offset) {
    int found = Arrays.binarySearch(lineStarts, offset);
    return found >= 0 ? found + 1 : -found - 1;
  }

  /** Returns the column of an offset within its line. */
  public int column(int offset) {
    return Math.min(offset, text.length()) - lineStarts[line(offset) - 1] + 1;
  }

  /** Returns the line that holds an offset, without its line end. */
  public String lineText(int offset) {
    int line = line(offset);
    int end = line < lineStarts.length ? lineStarts[line] : text.length();
    int start = lineStarts[line - 1];
    while (end > start && (text.charAt(end - 1) == '\n' || text.charAt(end - 1) == '\r')) {
      end--;
    }
    return text.substring(start, end);
  }

  /** Returns the characters under a span. */
  public String slice(Span span) {
    return text.substring(span.start(), Math.min(span.end(), text.length()));
  }
}
