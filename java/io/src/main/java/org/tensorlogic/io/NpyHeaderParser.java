package org.tensorlogic.io;

import java.util.ArrayList;
import java.util.List;
import org.tensorlogic.error.FileException;
import org.tensorlogic.type.Shape;

/**
 * Reads the header of an npy file: a Python dict of {@code descr}, {@code fortran_order} and
 * {@code shape}, each once, in any order. Nothing is evaluated: only strings, True, False and a
 * tuple of whole numbers are understood.
 */
final class NpyHeaderParser {

  private static final int EXTENTS_MAX = Shape.MAX_RANK;

  private final String file;
  private final long offset;
  private final String text;
  private int position;

  /** Starts at the header's text, which begins at a byte offset of the file. */
  NpyHeaderParser(String file, long offset, String text) {
    this.file = file;
    this.offset = offset;
    this.text = text;
  }

  /** Reads the whole header of a file whose elements begin at an offset. */
  NpyHeader parse(long dataOffset) {
    NpyElement element = null;
    Boolean fortran = null;
    Shape shape = null;
    expect('{');
    while (!accept('}')) {
      long place = place();
      String key = string();
      expect(':');
      Object known = switch (key) {
        case "descr" -> element;
        case "fortran_order" -> fortran;
        case "shape" -> shape;
        default -> throw problem(place, "the key descr, fortran_order or shape is expected but '"
            + shown(key) + "' came");
      };
      if (known != null) {
        throw problem(place, "the key " + key + " came twice");
      }
      switch (key) {
        case "descr" -> element = element();
        case "fortran_order" -> fortran = truth();
        default -> shape = shape();
      }
      if (!accept(',')) {
        expect('}');
        break;
      }
    }
    if (peek() != 0) {
      throw expected("the header's end");
    }
    if (element == null || fortran == null || shape == null) {
      throw problem(place(), "the header lacks the key "
          + (element == null ? "descr" : fortran == null ? "fortran_order" : "shape"));
    }
    return new NpyHeader(element, fortran, shape, dataOffset);
  }

  private NpyElement element() {
    long place = place();
    if (peek() == '[') {
      throw FileFormat.atByte(file, place, "save one field of it: numpy.save(file, a['field'])",
          "arrays of records are not read");
    }
    String descr = string();
    return NpyElement.parse(descr).orElseThrow(() -> FileFormat.atByte(file, place,
        hint(descr), "dtype '%s'%s is not read; f2 f4 f8 i1 i2 i4 i8 u1 u2 u4 b1 are",
        shown(descr), meaning(descr)));
  }

  private static String hint(String descr) {
    return switch (kind(descr)) {
      case 'u', 'm', 'M' -> "convert it with a.astype('int64')";
      case 'f', 'g' -> "convert it with a.astype('float64')";
      case 'c' -> "save a.real and a.imag";
      default -> "save symbols as a tsv file, numbers as float64 or int64";
    };
  }

  private static String meaning(String descr) {
    return switch (kind(descr)) {
      case 'c' -> " (complex)";
      case 'O' -> " (Python objects)";
      case 'S', 'a', 'U' -> " (strings)";
      case 'm', 'M' -> " (times)";
      case 'V' -> " (raw bytes)";
      case 'u' -> " (unsigned 64-bit)";
      default -> "";
    };
  }

  private static char kind(String descr) {
    int at = !descr.isEmpty() && "<>|=".indexOf(descr.charAt(0)) >= 0 ? 1 : 0;
    return at < descr.length() ? descr.charAt(at) : 0;
  }

  private Boolean truth() {
    for (String word : List.of("True", "False")) {
      peek();
      if (text.startsWith(word, position)) {
        position += word.length();
        return word.equals("True");
      }
    }
    throw expected("True or False");
  }

  private Shape shape() {
    long place = place();
    var extents = new ArrayList<Long>();
    expect('(');
    boolean comma = true;
    while (!accept(')')) {
      if (!comma) {
        throw expected("',' or ')'");
      }
      if (extents.size() == EXTENTS_MAX) {
        throw problem(place(), "arrays of at most " + EXTENTS_MAX + " axes are read");
      }
      extents.add(extent());
      comma = accept(',');
    }
    if (extents.size() == 1 && !comma) {
      throw problem(place, "a shape of one axis is written (" + extents.getFirst() + ",)");
    }
    return NpyHeader.shape(file, place, extents);
  }

  private long extent() {
    peek();
    int start = position;
    while (position < text.length() && isDigit(text.charAt(position))) {
      position++;
    }
    if (position == start) {
      throw expected("an extent, 0 or more");
    }
    String digits = text.substring(start, position);
    if (position < text.length() && text.charAt(position) == 'L') {
      position++;
    }
    try {
      return Long.parseLong(digits);
    } catch (NumberFormatException large) {
      throw new FileException(problem(offset + start,
          "extent " + shown(digits) + " is larger than a 64-bit number").diagnostic(), large);
    }
  }

  private String string() {
    char quote = peek();
    if (quote != '\'' && quote != '"') {
      throw expected("a string");
    }
    int end = text.indexOf(quote, position + 1);
    if (end < 0) {
      throw problem(place(), "the string that begins here has no end");
    }
    String value = text.substring(position + 1, end);
    position = end + 1;
    return value;
  }

  private void expect(char wanted) {
    if (!accept(wanted)) {
      throw expected("'" + wanted + "'");
    }
  }

  private boolean accept(char wanted) {
    boolean found = peek() == wanted;
    position += found ? 1 : 0;
    return found;
  }

  /** The next character after spaces, or 0 at the end. */
  private char peek() {
    while (position < text.length() && " \t\r\n".indexOf(text.charAt(position)) >= 0) {
      position++;
    }
    return position < text.length() ? text.charAt(position) : 0;
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private long place() {
    peek();
    return offset + position;
  }

  private FileException expected(String what) {
    char next = peek();
    String came = next == 0 ? "the header ends" : "'" + shown(String.valueOf(next)) + "' came";
    return problem(place(), what + " is expected but " + came);
  }

  private FileException problem(long place, String message) {
    return FileFormat.atByte(file, place, "write the file with numpy.save", "npy header: %s",
        message);
  }

  /** A piece of the file that is safe to print: short, and printable characters only. */
  private static String shown(String piece) {
    String cut = piece.length() > 32 ? piece.substring(0, 32) + "..." : piece;
    return cut.replaceAll("[^\\x20-\\x7e]", "?");
  }
}
