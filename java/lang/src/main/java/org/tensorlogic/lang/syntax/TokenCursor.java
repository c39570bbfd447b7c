package org.tensorlogic.lang.syntax;

import java.util.List;

/**
 * A place in the tokens of a program. Inside brackets line ends are passed over; {@link #open} and
 * {@link #close} keep count.
 */
final class TokenCursor {
  /** Ends the reading of one statement; the problem is recorded by whoever catches it. */
  static final class Failure extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final transient Problem problem;

    Failure(Problem problem) {
      super(problem.message(), null, false, false);
      this.problem = problem;
    }

    Problem problem() {
      return problem;
    }
  }

  private final List<Token> tokens;
  private final int nestingMax;
  private int at;
  private int open;
  private int nesting;
  private int readEnd;

  TokenCursor(List<Token> tokens, int nestingMax) {
    this.tokens = tokens;
    this.nestingMax = nestingMax;
  }

  Token peek() {
    skipLineEnds();
    return tokens.get(at);
  }

  /** The token after the next one, line ends passed over as for {@link #peek}. */
  Token peekSecond() {
    skipLineEnds();
    int second = Math.min(at + 1, tokens.size() - 1);
    while (open > 0 && tokens.get(second).kind() == Token.Kind.NEWLINE) {
      second++;
    }
    return tokens.get(second);
  }

  /** Whether the second token is a word with {@code =} right behind it, as in {@code max=}. */
  boolean secondIsProjection() {
    Token word = peekSecond();
    Token sign = tokens.get(Math.min(at + 2, tokens.size() - 1));
    return sign.is("=") && sign.span().start() == word.span().end();
  }

  Token next() {
    Token token = peek();
    if (token.kind() != Token.Kind.END) {
      at++;
      readEnd = token.span().end();
    }
    return token;
  }

  boolean accept(String sign) {
    if (!peek().is(sign)) {
      return false;
    }
    next();
    return true;
  }

  boolean acceptWord(String word) {
    if (!peek().isWord(word)) {
      return false;
    }
    next();
    return true;
  }

  Token expect(String sign, String hint) {
    if (!peek().is(sign)) {
      throw failure("expected '" + sign + "' but found " + peek().describe(), hint);
    }
    return next();
  }

  /** Reads an opening bracket. */
  Token open(String sign) {
    Token token = expect(sign, "a '" + sign + "' opens the list here");
    open++;
    return token;
  }

  /** Reads the closing bracket of an opening one. */
  Token close(String sign, Token opened) {
    if (!peek().is(sign)) {
      String hint = "the '" + opened.text() + "' before it is still open";
      throw failure("expected '" + sign + "' or ',' but found " + peek().describe(), hint);
    }
    Token token = tokens.get(at);
    open--;
    at++;
    readEnd = token.span().end();
    return token;
  }

  String name(String what) {
    Token token = peek();
    if (token.kind() != Token.Kind.NAME) {
      throw failure("expected " + what + " but found " + token.describe(),
          "a name is letters, digits and '_', and begins with a letter");
    }
    return next().text();
  }

  /** One level deeper; {@link #leave} takes it back. */
  void enter(Span span) {
    if (++nesting > nestingMax) {
      throw new Failure(
          Problem.error(
              span,
              "the statement is nested more than " + nestingMax + " levels deep",
              "name a part of it in an equation of its own"));
    }
  }

  void leave() {
    nesting--;
  }

  Failure failure(String message, String hint) {
    return new Failure(Problem.error(peek().span(), message, hint));
  }

  Span spanFrom(Span start) {
    return new Span(start.start(), Math.max(start.end(), readEnd));
  }

  int place() {
    return at;
  }

  boolean atEnd() {
    return tokens.get(at).kind() == Token.Kind.END;
  }

  /**
   * Moves to the next statement after a failure. If the failing token stands first on its line, a
   * bracket was left open before, and that line is the next statement.
   *
   * @param started where the failed statement began
   * @return whether the failure stands at an unreadable character, which is reported already
   */
  boolean recover(int started) {
    boolean reported = tokens.get(at).kind() == Token.Kind.BROKEN;
    boolean first = at > started && tokens.get(at - 1).kind() == Token.Kind.NEWLINE;
    open = 0;
    nesting = 0;
    if (!first) {
      while (!atEnd() && tokens.get(at).kind() != Token.Kind.NEWLINE) {
        at++;
      }
    }
    return reported;
  }

  private void skipLineEnds() {
    while (open > 0 && tokens.get(at).kind() == Token.Kind.NEWLINE) {
      at++;
    }
  }
}
