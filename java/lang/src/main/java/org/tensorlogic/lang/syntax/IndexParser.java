package org.tensorlogic.lang.syntax;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/** Reads what stands between brackets: indices, constants and slices. */
final class IndexParser {
  private final TokenCursor cursor;

  IndexParser(TokenCursor cursor) {
    this.cursor = cursor;
  }

  /** Whether a name is that of an index or variable; all others are symbols. */
  static boolean isVariable(String name) {
    int first = name.codePointAt(0);
    return first == '_' || Character.isLowerCase(first);
  }

  List<Index> bracketed(String open, String close) {
    Token opened = cursor.open(open);
    List<Index> indices = new ArrayList<>();
    if (!cursor.peek().is(close)) {
      do {
        indices.add(index());
      } while (cursor.accept(","));
    }
    cursor.close(close, opened);
    return List.copyOf(indices);
  }

  private Index index() {
    Token token = cursor.peek();
    if (token.is("*")) {
      return virtual();
    }
    return switch (token.kind()) {
      case NAME -> isVariable(token.text()) ? variable() : symbol();
      case STRING -> symbol();
      case NUMBER, SIGN, NEWLINE, BROKEN, END -> positionOrSlice();
    };
  }

  Index.Symbol symbol() {
    Token token = cursor.peek();
    boolean quoted = token.kind() == Token.Kind.STRING;
    if (!quoted && token.kind() != Token.Kind.NAME) {
      throw cursor.failure(
          "expected a symbol but found " + token.describe(),
          "a symbol is capitalised, Alice, or quoted, \"New York\"");
    }
    if (!quoted && (isVariable(token.text()) || token.text().endsWith("'"))) {
      throw cursor.failure(
          "expected a symbol but found the name " + token.describe(),
          "symbols are capitalised or quoted: \"" + token.text() + "\"");
    }
    cursor.next();
    return new Index.Symbol(token.text(), token.span());
  }

  private Index virtual() {
    Span start = cursor.next().span();
    Token name = cursor.peek();
    if (name.kind() != Token.Kind.NAME || !isVariable(name.text())) {
      throw cursor.failure(
          "expected the name of a virtual index after '*'", "write H[*t+1,d] = ... H[*t,e]");
    }
    cursor.next();
    long offset = 0;
    if (cursor.peek().is("+") || cursor.peek().is("-")) {
      boolean minus = cursor.next().is("-");
      long distance = integer("a whole number");
      offset = minus ? -distance : distance;
    }
    return new Index.Virtual(name.text(), offset, cursor.spanFrom(start));
  }

  private Index variable() {
    Token name = cursor.next();
    Span start = name.span();
    if (cursor.accept(".")) {
      return new Index.Variable(name.text(), true, cursor.spanFrom(start));
    }
    if (cursor.accept("/")) {
      long divisor = integer("a whole number");
      if (divisor == 0) {
        throw new TokenCursor.Failure(
            Problem.error(cursor.spanFrom(start), "an index cannot be divided by 0",
                "x/2 halves an index, x/1 leaves it"));
      }
      return new Index.Quotient(name.text(), divisor, cursor.spanFrom(start));
    }
    if (!cursor.peek().is("+") && !cursor.peek().is("-")) {
      return new Index.Variable(name.text(), false, start);
    }
    boolean minus = cursor.next().is("-");
    Token other = cursor.peek();
    if (other.kind() == Token.Kind.NAME && isVariable(other.text())) {
      cursor.next();
      return new Index.Combined(name.text(), minus, other.text(), cursor.spanFrom(start));
    }
    long distance = integer("a whole number or the name of an index");
    Span span = cursor.spanFrom(start);
    if (distance == 0) {
      return new Index.Variable(name.text(), false, span);
    }
    return new Index.Shifted(name.text(), minus ? -distance : distance, span);
  }

  private Index positionOrSlice() {
    Span start = cursor.peek().span();
    if (cursor.peek().is("-")) {
      throw cursor.failure(
          "a position cannot be negative", "positions and slice bounds count from 0");
    }
    OptionalLong first = OptionalLong.empty();
    if (cursor.peek().kind() == Token.Kind.NUMBER) {
      first = OptionalLong.of(integer("a position"));
    } else if (!cursor.peek().is(":")) {
      throw cursor.failure(
          "expected an index but found " + cursor.peek().describe(),
          "an index is a name i, a constant 3 or Alice, a shift i+1, or a slice 4:8");
    }
    if (!cursor.accept(":")) {
      return new Index.Position(first.getAsLong(), cursor.spanFrom(start));
    }
    OptionalLong stop = optionalInteger();
    OptionalLong step = OptionalLong.empty();
    if (cursor.accept(":")) {
      step = optionalInteger();
    }
    Span span = cursor.spanFrom(start);
    if (step.isPresent() && step.getAsLong() == 0) {
      throw new TokenCursor.Failure(Problem.error(span, "the step of a slice is at least 1",
          "write start:stop:step, such as 0:8:2"));
    }
    return new Index.Slice(first, stop, step, span);
  }

  private OptionalLong optionalInteger() {
    return cursor.peek().kind() == Token.Kind.NUMBER
        ? OptionalLong.of(integer("a position"))
        : OptionalLong.empty();
  }

  /** Reads an unsigned whole number. */
  long integer(String what) {
    Token token = cursor.peek();
    if (token.kind() != Token.Kind.NUMBER) {
      throw cursor.failure("expected " + what + " but found " + token.describe(),
          "write a whole number, such as 3");
    }
    String digits = token.text();
    if (!digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
      throw cursor.failure("expected " + what + " but found " + token.describe(),
          "write a whole number, such as 3");
    }
    if (digits.length() > 18) {
      throw cursor.failure(
          "the number " + digits + " is too large", "positions and extents stay below 10^18");
    }
    cursor.next();
    return Long.parseLong(digits);
  }
}
