package org.tensorlogic.lang.check;

import java.util.stream.IntStream;

/**
 * How one axis of a tensor is addressed in a statement. Variables are positions in the statement's
 * list of {@link IndexVariable}s. Elements outside the extent of the axis do not contribute.
 */
public sealed interface Axis {

  /** The axis runs with a variable; both have one domain. */
  record Along(int variable) implements Axis {}

  /** One position of the axis. */
  record Fixed(long position) implements Axis {}

  /** Position {@code variable + offset}; the offset is not 0. */
  record Shifted(int variable, long offset) implements Axis {}

  /** Position {@code variable + other}, or {@code variable - other} if {@code minus}. */
  record Combined(int variable, boolean minus, int other) implements Axis {}

  /** Position {@code variable / divisor}, rounded down. */
  record Quotient(int variable, long divisor) implements Axis {}

  /** Position {@code start + step * variable}; the variable belongs to the slice. */
  record Strided(int variable, long start, long step) implements Axis {}

  /** Returns the variables that the axis mentions. */
  default IntStream variables() {
    return switch (this) {
      case Along along -> IntStream.of(along.variable());
      case Fixed _ -> IntStream.empty();
      case Shifted shifted -> IntStream.of(shifted.variable());
      case Combined combined -> IntStream.of(combined.variable(), combined.other());
      case Quotient quotient -> IntStream.of(quotient.variable());
      case Strided strided -> IntStream.of(strided.variable());
    };
  }
}
