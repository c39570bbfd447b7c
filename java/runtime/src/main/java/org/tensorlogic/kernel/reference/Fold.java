package org.tensorlogic.kernel.reference;

import org.tensorlogic.einsum.Semiring;
import org.tensorlogic.ir.Reduction;

/** How the terms of one result element become one: reductions and semirings alike. */
sealed interface Fold {

  /** Returns the result over no term at all. */
  double unit();

  /** Returns the 64-bit result over no term at all; infinities saturate. */
  default long exactUnit() {
    return (long) unit();
  }

  /** Joins a line of terms, each the product of one element of every operand, to a result. */
  double join(double result, double[][] operands, int count);

  /** Joins a line of 64-bit terms to a result. */
  long join(long result, long[][] operands, int count);

  /** Joins single elements. */
  record OfReduction(Reduction reduction) implements Fold {
    @Override
    public double unit() {
      return reduction.unit();
    }

    @Override
    public double join(double result, double[][] operands, int count) {
      double joined = result;
      for (int i = 0; i < count; i++) {
        joined = reduction.apply(joined, operands[0][i]);
      }
      return joined;
    }

    @Override
    public long join(long result, long[][] operands, int count) {
      long joined = result;
      for (int i = 0; i < count; i++) {
        joined = reduction.applyExact(joined, operands[0][i]);
      }
      return joined;
    }
  }

  /** Sums products of a semiring. */
  record OfSemiring(Semiring semiring) implements Fold {
    @Override
    public double unit() {
      return semiring.zero();
    }

    @Override
    public double join(double result, double[][] operands, int count) {
      double joined = result;
      for (int i = 0; i < count; i++) {
        joined = semiring.add(joined, product(operands, i));
      }
      return joined;
    }

    double product(double[][] operands, int i) {
      double product = operands[0][i];
      return operands.length == 1 ? product : semiring.multiply(product, operands[1][i]);
    }

    @Override
    public long join(long result, long[][] operands, int count) {
      long joined = result;
      for (int i = 0; i < count; i++) {
        long product = operands[0][i];
        joined = add(joined, operands.length == 1 ? product : multiply(product, operands[1][i]));
      }
      return joined;
    }

    private long add(long a, long b) {
      return switch (semiring) {
        case SUM_PRODUCT -> a + b;
        case MAX_PLUS, MAX_PRODUCT, MAX_MIN, OR_AND -> Math.max(a, b);
        case MIN_PLUS -> Math.min(a, b);
        case LOG_SUM_EXP -> throw new AssertionError("type rules let " + semiring + " take i64");
      };
    }

    /** The saturated zero stands for an infinity and annihilates as that does. */
    private long multiply(long a, long b) {
      return switch (semiring) {
        case SUM_PRODUCT, MAX_PRODUCT -> a * b;
        case MAX_PLUS, MIN_PLUS -> a == exactUnit() || b == exactUnit() ? exactUnit() : a + b;
        case MAX_MIN, OR_AND -> Math.min(a, b);
        case LOG_SUM_EXP -> throw new AssertionError("type rules let " + semiring + " take i64");
      };
    }
  }
}
