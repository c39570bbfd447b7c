package org.tensorlogic.lang.syntax;

import java.util.ArrayList;
import java.util.List;

/** Reads expressions, guards and the literals of rules, by recursive descent. */
final class ExpressionParser {
  private final TokenCursor cursor;
  private final IndexParser indices;

  ExpressionParser(TokenCursor cursor, IndexParser indices) {
    this.cursor = cursor;
    this.indices = indices;
  }

  Expression expression() {
    Span start = cursor.peek().span();
    cursor.enter(start);
    List<Expression> parts = new ArrayList<>();
    do {
      parts.add(conjunction());
    } while (cursor.acceptWord("or"));
    cursor.leave();
    return parts.size() == 1
        ? parts.getFirst()
        : new Expression.Or(List.copyOf(parts), cursor.spanFrom(start));
  }

  private Expression conjunction() {
    Span start = cursor.peek().span();
    List<Expression> parts = new ArrayList<>();
    do {
      parts.add(negation());
    } while (cursor.acceptWord("and"));
    return parts.size() == 1
        ? parts.getFirst()
        : new Expression.And(List.copyOf(parts), cursor.spanFrom(start));
  }

  private Expression negation() {
    Span start = cursor.peek().span();
    if (!cursor.acceptWord("not")) {
      return comparison();
    }
    cursor.enter(start);
    Expression part = negation();
    cursor.leave();
    return new Expression.Not(part, cursor.spanFrom(start));
  }

  private Expression comparison() {
    Span start = cursor.peek().span();
    Expression left = sum(false);
    Token sign = cursor.peek();
    boolean arrow = sign.is("<-");
    Comparison comparison = arrow ? Comparison.LESS : comparisonOf(sign);
    if (comparison == null) {
      return left;
    }
    cursor.next();
    Expression right = sum(arrow);
    return new Expression.Compare(comparison, left, right, cursor.spanFrom(start));
  }

  private static Comparison comparisonOf(Token sign) {
    for (Comparison comparison : Comparison.values()) {
      if (sign.is(comparison.text())) {
        return comparison;
      }
    }
    return null;
  }

  /** {@code x <-1} is a comparison with a negative number: the arrow has eaten its sign. */
  private Expression sum(boolean minusRead) {
    Span start = cursor.peek().span();
    List<Expression.Term> terms = new ArrayList<>();
    boolean negative = minusRead || cursor.accept("-");
    do {
      terms.add(new Expression.Term(negative, product()));
      negative = cursor.peek().is("-");
    } while (cursor.accept("-") || cursor.accept("+"));
    boolean plain = terms.size() == 1 && !terms.getFirst().negative();
    return plain
        ? terms.getFirst().value()
        : new Expression.Sum(List.copyOf(terms), cursor.spanFrom(start));
  }

  private Expression product() {
    Span start = cursor.peek().span();
    List<Expression.Factor> factors = new ArrayList<>();
    factors.add(new Expression.Factor(false, factor()));
    while (true) {
      if (cursor.accept("*")) {
        factors.add(new Expression.Factor(false, signedFactor()));
      } else if (cursor.accept("/")) {
        factors.add(new Expression.Factor(true, signedFactor()));
      } else if (beginsFactor(cursor.peek())) {
        factors.add(new Expression.Factor(false, factor()));
      } else {
        break;
      }
    }
    return factors.size() == 1
        ? factors.getFirst().value()
        : new Expression.Product(List.copyOf(factors), cursor.spanFrom(start));
  }

  private static boolean beginsFactor(Token token) {
    return switch (token.kind()) {
      case NAME -> !token.isWord("and") && !token.isWord("or") && !token.isWord("not");
      case NUMBER, STRING -> true;
      case SIGN -> token.is("(");
      case NEWLINE, BROKEN, END -> false;
    };
  }

  private Expression signedFactor() {
    Span start = cursor.peek().span();
    if (!cursor.accept("-")) {
      return factor();
    }
    Expression value = factor();
    return new Expression.Sum(
        List.of(new Expression.Term(true, value)), cursor.spanFrom(start));
  }

  private Expression factor() {
    Token token = cursor.peek();
    if (!beginsFactor(token)) {
      throw cursor.failure("expected an expression but found " + token.describe(), hint(token));
    }
    return switch (token.kind()) {
      case NUMBER -> number();
      case STRING -> new Expression.Text(cursor.next().text(), token.span());
      case NAME -> named();
      case SIGN, NEWLINE, BROKEN, END -> group();
    };
  }

  private static String hint(Token token) {
    return token.is(".") ? "write 0.5, not .5"
        : "a tensor X[i], a number, a function f(...) or a part in parentheses can stand here";
  }

  private Expression group() {
    Token opened = cursor.open("(");
    Expression inner = expression();
    cursor.close(")", opened);
    return inner;
  }

  private Expression named() {
    Token name = cursor.next();
    if (cursor.peek().is("[")) {
      List<Index> read = indices.bracketed("[", "]");
      return new Expression.Read(name.text(), read, cursor.spanFrom(name.span()));
    }
    if (!cursor.peek().is("(")) {
      return new Expression.Read(name.text(), List.of(), name.span());
    }
    Token opened = cursor.open("(");
    List<Expression> arguments = new ArrayList<>();
    if (!cursor.peek().is(")")) {
      do {
        arguments.add(expression());
      } while (cursor.accept(","));
    }
    cursor.close(")", opened);
    return new Expression.Apply(
        name.text(), List.copyOf(arguments), name.span(), cursor.spanFrom(name.span()));
  }

  private Expression number() {
    Token token = cursor.peek();
    double value = Double.parseDouble(token.text());
    if (Double.isInfinite(value)) {
      throw cursor.failure("the number " + token.text() + " is too large",
          "numbers are 64-bit integers or doubles");
    }
    cursor.next();
    return new Expression.Number(value, token.span());
  }

  double signedNumber() {
    boolean negative = cursor.accept("-");
    Token token = cursor.peek();
    if (token.kind() != Token.Kind.NUMBER) {
      throw cursor.failure("expected a number but found " + token.describe(),
          "write digits, such as 2 or 0.5");
    }
    double value = Double.parseDouble(cursor.next().text());
    return negative ? -value : value;
  }

  Statement.Literal literal() {
    Span start = cursor.peek().span();
    boolean negated = cursor.acceptWord("not");
    Span conditionStart = cursor.peek().span();
    Expression expression = comparison();
    if (expression instanceof Expression.Compare compare && !negated) {
      return new Statement.Literal.Condition(compare, compare.span());
    }
    Statement.Atom atom = atom(expression);
    if (atom == null) {
      throw new TokenCursor.Failure(
          Problem.error(
              cursor.spanFrom(conditionStart),
              negated
                  ? "'not' stands before an atom"
                  : "expected an atom, a negated atom or a comparison",
              expression instanceof Expression.Product
                  ? "literals are separated by ','"
                  : "a rule is Head(x) <- Body(x, y), not Other(y), x != y"));
    }
    return new Statement.Literal.Relation(negated, atom, cursor.spanFrom(start));
  }

  /** The expression as an atom, or null if it is none. */
  private static Statement.Atom atom(Expression expression) {
    return switch (expression) {
      case Expression.Apply apply -> Atoms.of(apply).orElse(null);
      case Expression.Read read when read.indices().isEmpty() ->
          new Statement.Atom(read.name(), List.of(), read.span());
      case Expression.Read read -> null;
      case Expression.Number number -> null;
      case Expression.Text text -> null;
      case Expression.Sum sum -> null;
      case Expression.Product product -> null;
      case Expression.Compare compare -> null;
      case Expression.And and -> null;
      case Expression.Or or -> null;
      case Expression.Not not -> null;
    };
  }
}
