package org.tensorlogic.lang.syntax;

/**
 * One word of a program.
 *
 * @param kind what it is
 * @param text its characters; for a string the value without quotes and escapes
 * @param span where it stands
 */
record Token(Kind kind, String text, Span span) {
  /** The kinds of token. */
  enum Kind {
    /** A name, primes included. */
    NAME,
    /** An unsigned number. */
    NUMBER,
    /** A quoted string. */
    STRING,
    /** An operator or bracket. */
    SIGN,
    /** The end of a line that may end a statement. */
    NEWLINE,
    /** Characters that the lexer has already reported. */
    BROKEN,
    /** The end of the text. */
    END
  }

  boolean is(String sign) {
    return kind == Kind.SIGN && text.equals(sign);
  }

  boolean isWord(String word) {
    return kind == Kind.NAME && text.equals(word);
  }

  String describe() {
    return switch (kind) {
      case NAME, NUMBER, SIGN -> "'" + text + "'";
      case STRING -> "the string \"" + text + "\"";
      case NEWLINE -> "the end of the line";
      case BROKEN -> "an unreadable character";
      case END -> "the end of the program";
    };
  }
}
