package org.tensorlogic.type;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.tensorlogic.error.Code;
import org.tensorlogic.error.Diagnostic;
import org.tensorlogic.error.Requirement;
import org.tensorlogic.error.ShapeException;

/** The extent of one axis: a number, a name that is bound when a program runs, or a product. */
public sealed interface Dim {

  /** A known extent, 0 or more. */
  record Static(long extent) implements Dim {
    /** Refuses negative extents. */
    public Static {
      if (extent < 0) {
        throw new ShapeException(Diagnostic.error(Code.SHAPE_MISMATCH,
            "extent %d is negative", extent).hint("an extent is 0 or more"));
      }
    }

    @Override
    public String toString() {
      return Long.toString(extent);
    }
  }

  /** A named extent; the same name is the same extent within one graph. */
  record Symbolic(String name) implements Dim {
    /** Refuses empty names. */
    public Symbolic {
      Requirement.requireArgument(!name.isBlank(), () -> "name it by what it counts, such as batch",
          "a symbolic extent needs a name");
    }

    @Override
    public String toString() {
      return name;
    }
  }

  /** {@code factor * names...}, at least one name; made by {@link #times} only. */
  record Product(long factor, List<String> names) implements Dim {
    /** Keeps a sorted copy, so that equal products are equal. */
    public Product {
      names = names.stream().sorted().toList();
    }

    @Override
    public String toString() {
      return (factor == 1 ? "" : factor + "*") + String.join("*", names);
    }
  }

  /** Returns a known extent. */
  static Dim of(long extent) {
    return new Static(extent);
  }

  /** Returns a named extent. */
  static Dim of(String name) {
    return new Symbolic(name);
  }

  /** Returns this extent times another, as a number where both are known. */
  default Dim times(Dim other) {
    long factor = multiplied(factorOf(this), factorOf(other));
    if (isStatic() && other.isStatic()) {
      return new Static(factor);
    }
    var names = new ArrayList<>(namesOf(this));
    names.addAll(namesOf(other));
    if (names.isEmpty() || factor == 0) {
      return new Static(factor);
    }
    return factor == 1 && names.size() == 1 ? new Symbolic(names.getFirst())
        : new Product(factor, names);
  }

  /** Returns whether the extent is a number. */
  default boolean isStatic() {
    return this instanceof Static;
  }

  /** Returns the number; throws a ShapeException where it is not known. */
  default long extent() {
    if (this instanceof Static known) {
      return known.extent();
    }
    throw new ShapeException(Diagnostic.error(Code.SHAPE_MISMATCH,
        "extent %s is not bound", this).hint("bind it by an input whose axis has this name"));
  }

  /** Returns the extent with every bound name replaced by its number. */
  default Dim bind(Map<String, Long> bindings) {
    Dim bound = new Static(factorOf(this));
    for (var name : namesOf(this)) {
      bound = bound.times(bindings.containsKey(name) ? of(bindings.get(name)) : of(name));
    }
    return bound;
  }

  private static long factorOf(Dim dim) {
    return switch (dim) {
      case Static known -> known.extent();
      case Symbolic _ -> 1;
      case Product product -> product.factor();
    };
  }

  private static List<String> namesOf(Dim dim) {
    return switch (dim) {
      case Static _ -> List.of();
      case Symbolic symbolic -> List.of(symbolic.name());
      case Product product -> product.names();
    };
  }

  private static long multiplied(long a, long b) {
    try {
      return Math.multiplyExact(a, b);
    } catch (ArithmeticException overflow) {
      throw new ShapeException(Diagnostic.error(Code.SHAPE_MISMATCH,
          "extent %d * %d is larger than a 64-bit number", a, b)
          .hint("keep the product of the extents below 2^63"), overflow);
    }
  }
}
