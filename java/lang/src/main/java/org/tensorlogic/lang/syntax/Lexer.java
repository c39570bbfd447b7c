package org.tensorlogic.lang.syntax;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Cuts a program into tokens. A line end is dropped where the statement visibly goes on: after an
 * operator or comma, and before an operator that cannot begin a statement. Characters that no token
 * can hold are reported once per run and become a {@link Token.Kind#BROKEN} token.
 */
final class Lexer {
  private static final List<String> SIGNS =
      List.of(
          "<-", "!=", "==", "<=", ">=", "+=", "[", "]", "(", ")", "{", "}", ",", ":", "?", "~", "=",
          "<", ">", "+", "-", "*", "/", "|", ".");
  private static final Set<String> CONTINUE_AFTER =
      Set.of(
          "<-", "!=", "==", "<=", ">=", "+=", ",", ":", "~", "=",
          "<", ">", "+", "-", "*", "/", "|");
  private static final Set<String> CONTINUE_BEFORE =
      Set.of("<-", "=", ",", "+", "-", "*", "/", "|", ":");
  private static final Set<String> CONTINUE_WORDS = Set.of("and", "or", "not");

  private final String text;
  private final Problems problems;
  private final List<Token> tokens = new ArrayList<>();
  private int at;

  Lexer(Source source, Problems problems) {
    this.text = source.text();
    this.problems = problems;
  }

  List<Token> tokens() {
    while (at < text.length()) {
      int start = at;
      int c = text.codePointAt(at);
      if (c == '\n' || c == '\r') {
        at++;
        add(Token.Kind.NEWLINE, "\n", start);
      } else if (Character.isWhitespace(c) || c == 0xFEFF || c == 0xA0) {
        at += Character.charCount(c);
      } else if (c == '#') {
        skipComment();
      } else if (isNameStart(c)) {
        name();
      } else if (isDigit(c)) {
        number();
      } else if (c == '"') {
        string();
      } else if (!sign()) {
        unreadable();
      }
    }
    add(Token.Kind.END, "", text.length());
    return withoutContinuedLineEnds();
  }

  private List<Token> withoutContinuedLineEnds() {
    List<Token> kept = new ArrayList<>(tokens.size());
    Token before = null;
    for (int i = 0; i < tokens.size(); i++) {
      Token token = tokens.get(i);
      if (token.kind() != Token.Kind.NEWLINE) {
        kept.add(token);
        before = token;
        continue;
      }
      Token after = tokens.get(i + 1);
      boolean continued =
          before == null
              || after.kind() == Token.Kind.NEWLINE
              || continues(before, CONTINUE_AFTER, true)
              || continues(after, CONTINUE_BEFORE, false);
      if (!continued) {
        kept.add(token);
      }
    }
    return kept;
  }

  private static boolean continues(Token token, Set<String> signs, boolean negation) {
    return switch (token.kind()) {
      case SIGN -> signs.contains(token.text());
      case NAME ->
          CONTINUE_WORDS.contains(token.text()) && (negation || !token.text().equals("not"));
      case NUMBER, STRING, NEWLINE, BROKEN, END -> false;
    };
  }

  private void skipComment() {
    while (at < text.length() && text.charAt(at) != '\n' && text.charAt(at) != '\r') {
      at++;
    }
  }

  private void name() {
    int start = at;
    while (at < text.length() && isNamePart(text.codePointAt(at))) {
      at += Character.charCount(text.codePointAt(at));
    }
    while (at < text.length() && text.charAt(at) == '\'') {
      at++;
    }
    add(Token.Kind.NAME, text.substring(start, at), start);
  }

  private void number() {
    int start = at;
    digits();
    if (peek(0) == '.' && isDigit(peek(1))) {
      at++;
      digits();
    }
    if (peek(0) == 'e' || peek(0) == 'E') {
      int sign = peek(1) == '+' || peek(1) == '-' ? 1 : 0;
      if (isDigit(peek(1 + sign))) {
        at += 1 + sign;
        digits();
      }
    }
    add(Token.Kind.NUMBER, text.substring(start, at), start);
  }

  private void digits() {
    while (isDigit(peek(0))) {
      at++;
    }
  }

  private void string() {
    int start = at++;
    StringBuilder value = new StringBuilder();
    while (peek(0) != '"') {
      char c = peek(0);
      if (at >= text.length() || c == '\n' || c == '\r') {
        problems.error(
            new Span(start, at), "this string is not closed", "end it with \" on the same line");
        add(Token.Kind.BROKEN, "", start);
        return;
      }
      at++;
      value.append(c == '\\' ? escape() : c);
    }
    at++;
    add(Token.Kind.STRING, value.toString(), start);
  }

  private char escape() {
    int start = at - 1;
    char c = peek(0);
    int known = "\"\\nrt".indexOf(c);
    if (at >= text.length() || c == '\n' || c == '\r') {
      return '\\';
    }
    at++;
    if (known < 0) {
      problems.error(
          new Span(start, at),
          "unknown escape in a string",
          "the escapes are \\\" \\\\ \\n \\r and \\t");
      return c;
    }
    return "\"\\\n\r\t".charAt(known);
  }

  private boolean sign() {
    for (String sign : SIGNS) {
      if (text.startsWith(sign, at)) {
        int start = at;
        at += sign.length();
        add(Token.Kind.SIGN, sign, start);
        return true;
      }
    }
    return false;
  }

  private void unreadable() {
    int start = at;
    int c = text.codePointAt(at);
    at += Character.charCount(c);
    String shown =
        Character.isISOControl(c)
                || !Character.isDefined(c)
                || Character.getType(c) == Character.SURROGATE
            ? "U+%04X".formatted(c)
            : "'" + Character.toString(c) + "'";
    boolean repeated =
        !tokens.isEmpty()
            && tokens.getLast().kind() == Token.Kind.BROKEN
            && tokens.getLast().span().end() == start;
    if (!repeated) {
      problems.error(new Span(start, at), shown + " has no meaning here", unreadableHint(c));
    }
    add(Token.Kind.BROKEN, "", start);
  }

  private static String unreadableHint(int c) {
    return switch (c) {
      case ';' -> "a statement ends at the end of its line";
      case '\'' -> "quote symbols with \"; a prime follows the name of an index, as in p'";
      case '%' -> "a comment begins with #";
      case '!' -> "negate with 'not', compare with !=";
      case '&' -> "join literals with ',' and conditions with 'and'";
      case '^' -> "write pow(x, 2)";
      case '@' -> "indices say what is multiplied: Y[i,k] = A[i,j] B[j,k]";
      default -> "take it out, or quote the symbol that has it: \"...\"";
    };
  }

  private void add(Token.Kind kind, String value, int start) {
    tokens.add(new Token(kind, value, new Span(start, at)));
  }

  private char peek(int ahead) {
    return at + ahead < text.length() ? text.charAt(at + ahead) : '\0';
  }

  private static boolean isDigit(int c) {
    return c >= '0' && c <= '9';
  }

  static boolean isNameStart(int c) {
    return Character.isLetter(c) || c == '_';
  }

  static boolean isNamePart(int c) {
    return isNameStart(c) || isDigit(c) || Character.getType(c) == Character.NON_SPACING_MARK;
  }
}
