package org.tensorlogic.ir;

import java.util.Arrays;
import org.tensorlogic.error.Requirement;
import org.tensorlogic.type.DType;

/**
 * The elements of a constant in row-major order, or one element that stands for all. Integers and
 * truth values are exact 64-bit numbers, reals are doubles that the dtype rounds. Immutable.
 */
public final class Literal {

  private final double[] reals;
  private final long[] integers;
  /** 0 until it is asked for, like a string's; any thread may find it. */
  private int hash;

  private Literal(double[] reals, long[] integers) {
    this.reals = reals;
    this.integers = integers;
  }

  /** Returns real elements. */
  public static Literal of(double... reals) {
    return new Literal(reals.clone(), null);
  }

  /** Returns integer or truth elements. */
  public static Literal of(long... integers) {
    return new Literal(null, integers.clone());
  }

  /** Returns one element as the dtype holds it; a truth value is 1 where the number is not 0. */
  public static Literal of(DType dtype, double value) {
    return switch (dtype.kind()) {
      case FLOATING -> of(value);
      case INTEGER -> of((long) value);
      case LOGICAL -> of(value != 0 ? 1L : 0L);
    };
  }

  /** Returns whether the elements are reals, not integers or truth values. */
  public boolean isReal() {
    return reals != null;
  }

  /** Returns the number of elements. */
  public int count() {
    return reals != null ? reals.length : integers.length;
  }

  /** Returns an element as a double. */
  public double real(int index) {
    return reals != null ? reals[index] : integers[index];
  }

  /** Returns an element as a 64-bit number. */
  public long integer(int index) {
    Requirement.requireArgument(integers != null, () -> "read it with real",
        "element %d is real", index);
    return integers[index];
  }

  /** Returns whether all elements are this number, compared bit by bit. */
  public boolean isAll(double value) {
    for (int i = 0; i < count(); i++) {
      if (Double.doubleToRawLongBits(real(i)) != Double.doubleToRawLongBits(value)) {
        return false;
      }
    }
    return true;
  }

  @Override
  public boolean equals(Object other) {
    return this == other || other instanceof Literal that && Arrays.equals(integers, that.integers)
        && sameBits(reals, that.reals);
  }

  private static boolean sameBits(double[] a, double[] b) {
    if (a == null || b == null || a.length != b.length) {
      return a == b;
    }
    for (int i = 0; i < a.length; i++) {
      if (Double.doubleToRawLongBits(a[i]) != Double.doubleToRawLongBits(b[i])) {
        return false;
      }
    }
    return true;
  }

  @Override
  public int hashCode() {
    int known = hash;
    if (known == 0) {
      known = Arrays.hashCode(reals) * 31 + Arrays.hashCode(integers);
      hash = known;
    }
    return known;
  }

  /** Prints the elements, at most eight of them. */
  @Override
  public String toString() {
    var text = new StringBuilder("{");
    for (int i = 0; i < Math.min(count(), 8); i++) {
      text.append(i == 0 ? "" : ", ");
      text.append(reals != null ? Double.toString(reals[i]) : Long.toString(integers[i]));
    }
    return text.append(count() > 8 ? ", ... " + count() + " in all}" : "}").toString();
  }
}
