package org.tensorlogic.lang.syntax;

import java.util.List;

/**
 * The right side of an equation, a guard, or one side of a comparison. Sums and products are flat
 * lists, so that a long line is not a deep tree.
 */
public sealed interface Expression {
  /**
   * Where it was written.
   *
   * @return the characters of this expression
   */
  Span span();

  /** A number without sign. */
  record Number(double value, Span span) implements Expression {}

  /** A quoted symbol; it has a meaning only as an argument of an atom. */
  record Text(String value, Span span) implements Expression {}

  /**
   * A tensor read with brackets, {@code W[i,j]}; a bare name has no indices and may also be an
   * index of the statement, read as a number.
   */
  record Read(String name, List<Index> indices, Span span) implements Expression {}

  /**
   * A name with parentheses: a function call, or a relation when no function has the name.
   *
   * @param nameSpan the characters of the name alone
   */
  record Apply(String name, List<Expression> arguments, Span nameSpan, Span span)
      implements Expression {}

  /** A sum of at least one term; a single term is always negative. */
  record Sum(List<Term> terms, Span span) implements Expression {}

  /** A product of at least two factors; the first one never divides. */
  record Product(List<Factor> factors, Span span) implements Expression {}

  /** A comparison, which is 1 where it holds and 0 elsewhere. */
  record Compare(Comparison comparison, Expression left, Expression right, Span span)
      implements Expression {}

  /** A conjunction of at least two parts. */
  record And(List<Expression> parts, Span span) implements Expression {}

  /** A disjunction of at least two parts. */
  record Or(List<Expression> parts, Span span) implements Expression {}

  /** A negation. */
  record Not(Expression part, Span span) implements Expression {}

  /** One summand and its sign. */
  record Term(boolean negative, Expression value) {}

  /** One factor, by which the product so far is multiplied or divided. */
  record Factor(boolean divides, Expression value) {}
}
