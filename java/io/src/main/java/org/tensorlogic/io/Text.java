package org.tensorlogic.io;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Plain text as the relation {@code M(position, token)}. A token is a longest run of characters
 * that are not Unicode white space; case, punctuation and accents stay as they are. Positions count
 * from 0 through the whole file; line ends are white space like any other.
 */
public final class Text {

  private Text() {}

  /**
   * Reads a UTF-8 file as a table of the columns {@code position} and {@code token}, in order.
   *
   * @throws org.tensorlogic.error.FileException when it cannot be read or is no UTF-8, which is
   *     told with the byte offset
   */
  public static Table read(Path file) {
    List<String> tokens = tokens(TextFile.read(file));
    var rows = IntStream.range(0, tokens.size())
        .mapToObj(position -> List.of(Integer.toString(position), tokens.get(position))).toList();
    return new Table(List.of("position", "token"), rows, null);
  }

  /** Returns the tokens of a text in order. */
  public static List<String> tokens(String text) {
    var tokens = new ArrayList<String>();
    int start = 0;
    for (int i = 0; i <= text.length(); i++) {
      if (i == text.length() || isSpace(text.charAt(i))) {
        if (i > start) {
          tokens.add(text.substring(start, i));
        }
        start = i + 1;
      }
    }
    return tokens;
  }

  /** Unicode's White_Space, all of which lies in the basic plane. */
  private static boolean isSpace(char c) {
    return Character.isSpaceChar(c) || c >= '\t' && c <= '\r' || c == '\u0085';
  }
}
