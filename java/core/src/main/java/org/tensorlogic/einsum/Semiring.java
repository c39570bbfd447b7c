package org.tensorlogic.einsum;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.tensorlogic.error.EinsumException;

/**
 * The pair of operations that an einsum contracts with: factors are joined by {@link #multiply}
 * and the products over the summed indices are joined by {@link #add}.
 *
 * <p>The scalar methods are the meaning of the semiring: reference kernels call them, native
 * kernels agree with them. NaN in either argument gives NaN. On the stated domain {@code add} is
 * associative and commutative with the unit {@link #zero}, {@code multiply} is associative with
 * the unit {@link #one}, distributes over {@code add}, and {@code zero} annihilates; this is what
 * lets a contraction be carried out in any pairwise order. Outside the domain (an infinity that
 * meets the opposite one, say) the scalar methods follow IEEE 754 and the order may show.
 */
public enum Semiring {
  /** Addition and multiplication of numbers: products of matrices. Domain: finite numbers. */
  SUM_PRODUCT("sum-product", 0, 1, false) {
    @Override
    public double add(double a, double b) {
      return a + b;
    }

    @Override
    public double multiply(double a, double b) {
      return a * b;
    }
  },

  /** Greatest sum: longest paths. Domain: numbers below +infinity. */
  MAX_PLUS("max-plus", Double.NEGATIVE_INFINITY, 0, true) {
    @Override
    public double add(double a, double b) {
      return Math.max(a, b);
    }

    @Override
    public double multiply(double a, double b) {
      return a + b;
    }
  },

  /** Least sum: shortest paths. Domain: numbers above -infinity. */
  MIN_PLUS("min-plus", Double.POSITIVE_INFINITY, 0, true) {
    @Override
    public double add(double a, double b) {
      return Math.min(a, b);
    }

    @Override
    public double multiply(double a, double b) {
      return a + b;
    }
  },

  /**
   * Greatest product: most probable paths. Domain: finite numbers above 0, and -infinity for no
   * product at all, so that a maximum of negative products is one of them: a contraction of two
   * operands whose summed indices are in both is right for negative numbers too.
   */
  MAX_PRODUCT("max-product", Double.NEGATIVE_INFINITY, 1, true) {
    @Override
    public double add(double a, double b) {
      return Math.max(a, b);
    }

    @Override
    public double multiply(double a, double b) {
      return a * b;
    }
  },

  /** Disjunction of conjunctions: joins. Any number but 0 counts as true; results are 0 or 1. */
  OR_AND("or-and", 0, 1, true) {
    @Override
    public double add(double a, double b) {
      return truth(a, b, a != 0 || b != 0);
    }

    @Override
    public double multiply(double a, double b) {
      return truth(a, b, a != 0 && b != 0);
    }
  },

  /** Greatest of the least: widest paths, fuzzy joins. Domain: all numbers. */
  MAX_MIN("max-min", Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY, true) {
    @Override
    public double add(double a, double b) {
      return Math.max(a, b);
    }

    @Override
    public double multiply(double a, double b) {
      return Math.min(a, b);
    }
  },

  /** Sum-product carried out on logarithms. Domain: numbers below +infinity. */
  LOG_SUM_EXP("log-sum-exp", Double.NEGATIVE_INFINITY, 0, false) {
    @Override
    public double add(double a, double b) {
      double greater = Math.max(a, b);
      return Double.isInfinite(greater)
          ? greater
          : greater + Math.log1p(Math.exp(Math.min(a, b) - greater));
    }

    @Override
    public double multiply(double a, double b) {
      return a + b;
    }
  };

  private final String text;
  private final double zero;
  private final double one;
  private final boolean idempotent;

  Semiring(String text, double zero, double one, boolean idempotent) {
    this.text = text;
    this.zero = zero;
    this.one = one;
    this.idempotent = idempotent;
  }

  /**
   * The semiring of a name as {@link #text} writes it.
   *
   * @throws EinsumException (C10) when no semiring has the name; the hint is the nearest one
   */
  public static Semiring parse(String text) {
    for (Semiring semiring : values()) {
      if (semiring.text.equals(text)) {
        return semiring;
      }
    }
    List<String> names = Arrays.stream(values()).map(Semiring::text).toList();
    String nearest = names.stream()
        .min(Comparator.comparingInt(name -> editDistance(name, text)))
        .orElseThrow();
    throw new Fault(
            "C10",
            "is not one of " + String.join(", ", names),
            "did you mean \"" + nearest + "\"?")
        .exception("semiring", text);
  }

  /** The name in program text, on the command line and in printed graphs. */
  public String text() {
    return text;
  }

  /** The unit of {@link #add}: the result over no products at all. */
  public double zero() {
    return zero;
  }

  /** The unit of {@link #multiply}: the product of no factors at all. */
  public double one() {
    return one;
  }

  /** Whether {@code add(a, a)} is {@code a}, so that fixpoints of monotone steps settle. */
  public boolean idempotent() {
    return idempotent;
  }

  /** Joins two products of the same result element. */
  public abstract double add(double a, double b);

  /** Joins two factors of the same product. */
  public abstract double multiply(double a, double b);

  private static double truth(double a, double b, boolean value) {
    if (Double.isNaN(a) || Double.isNaN(b)) {
      return Double.NaN;
    }
    return value ? 1 : 0;
  }

  private static int editDistance(String a, String b) {
    int[] row = new int[b.length() + 1];
    Arrays.setAll(row, column -> column);
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, 1 + Math.min(row[j - 1], diagonal));
      }
    }
    return row[b.length()];
  }
}
