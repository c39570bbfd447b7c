package org.tensorlogic.lang.syntax;

import java.util.OptionalLong;

/**
 * What stands at one place between the brackets of a tensor or the parentheses of an atom. Names of
 * indices begin with a lower-case letter or an underscore and may end in primes ({@code p'}).
 */
public sealed interface Index {
  /**
   * Where it was written.
   *
   * @return the characters of this index
   */
  Span span();

  /**
   * A named index, {@code i}, or with {@code normalised} the index {@code t.} along which the
   * function of the statement normalises.
   */
  record Variable(String name, boolean normalised, Span span) implements Index {}

  /** A shifted index, {@code i+1} or {@code i-2}; {@code offset} is never 0. */
  record Shifted(String name, long offset, Span span) implements Index {}

  /** The sum of two indices, {@code x+dx}, or their difference if {@code minus}. */
  record Combined(String name, boolean minus, String other, Span span) implements Index {}

  /** Integer division of an index, {@code x/2}; {@code divisor} is at least 1. */
  record Quotient(String name, long divisor, Span span) implements Index {}

  /** A virtual index, {@code *t} or {@code *t+1}: its values share one slot. */
  record Virtual(String name, long offset, Span span) implements Index {}

  /** A slice, {@code 4:8}, {@code :3} or {@code ::2}; a step is at least 1. */
  record Slice(OptionalLong start, OptionalLong stop, OptionalLong step, Span span)
      implements Index {}

  /** An integer constant, which selects one position. */
  record Position(long value, Span span) implements Index {}

  /** A symbol, capitalised or quoted, which selects one element of the domain. */
  record Symbol(String text, Span span) implements Index {}
}
