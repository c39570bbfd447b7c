package org.tensorlogic.type;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.tensorlogic.error.Code;
import org.tensorlogic.error.Diagnostic;
import org.tensorlogic.error.ShapeException;

/**
 * The extents of a tensor's axes, outermost first; immutable.
 *
 * @param dims one entry an axis; empty for a scalar
 */
public record Shape(List<Dim> dims) {

  /** The shape of a single number. */
  public static final Shape SCALAR = new Shape(List.of());

  /** The largest rank that operations accept. */
  public static final int MAX_RANK = 32;

  /** Keeps a copy and refuses more than {@link #MAX_RANK} axes. */
  public Shape {
    dims = List.copyOf(dims);
    if (dims.size() > MAX_RANK) {
      throw new ShapeException(Diagnostic.error(Code.SHAPE_MISMATCH,
          "rank %d is more than %d", dims.size(), MAX_RANK)
          .hint("merge axes with reshape"));
    }
  }

  /** Returns the shape with these known extents. */
  public static Shape of(long... extents) {
    var dims = new Dim[extents.length];
    for (int axis = 0; axis < dims.length; axis++) {
      dims[axis] = Dim.of(extents[axis]);
    }
    return new Shape(List.of(dims));
  }

  /** Returns the number of axes. */
  public int rank() {
    return dims.size();
  }

  /** Returns the extent of an axis. */
  public Dim dim(int axis) {
    return dims.get(axis);
  }

  /** Returns whether every extent is a number. */
  public boolean isStatic() {
    for (Dim dim : dims) {
      if (!dim.isStatic()) {
        return false;
      }
    }
    return true;
  }

  /** Returns the known extents; throws a ShapeException where one is not known. */
  public long[] extents() {
    var extents = new long[rank()];
    for (int axis = 0; axis < extents.length; axis++) {
      extents[axis] = dims.get(axis).extent();
    }
    return extents;
  }

  /** Returns the number of elements; throws a ShapeException where it passes 64 bits. */
  public long count() {
    return countOf(extents());
  }

  /** Returns the product of extents; 0 where one is 0, whatever the others are. */
  public static long countOf(long... extents) {
    for (long extent : extents) {
      if (extent == 0) {
        return 0;
      }
    }
    try {
      long count = 1;
      for (long extent : extents) {
        count = Math.multiplyExact(count, extent);
      }
      return count;
    } catch (ArithmeticException overflow) {
      throw new ShapeException(Diagnostic.error(Code.SHAPE_MISMATCH,
          "shape %s has more elements than a 64-bit number counts", Arrays.toString(extents))
          .hint("keep the product of the extents below 2^63"), overflow);
    }
  }

  /** Returns the product of all extents as an extent. */
  public Dim product() {
    Dim product = Dim.of(1);
    for (Dim dim : dims) {
      product = product.times(dim);
    }
    return product;
  }

  /** Returns the shape with every bound name replaced by its number. */
  public Shape bind(Map<String, Long> bindings) {
    return isStatic() ? this
        : new Shape(dims.stream().map(dim -> dim.bind(bindings)).toList());
  }

  /**
   * Binds the names of this shape to the extents of a value. Returns the names found; throws a
   * ShapeException where ranks, numbers or two uses of one name differ.
   */
  public Map<String, Long> unify(Shape value, Map<String, Long> known) {
    var bindings = new HashMap<>(known);
    boolean fits = rank() == value.rank();
    for (int axis = 0; fits && axis < rank(); axis++) {
      long extent = value.dim(axis).extent();
      if (dims.get(axis) instanceof Dim.Symbolic(String name)) {
        fits = bindings.merge(name, extent, (old, same) -> old) == extent;
      }
    }
    if (!fits || !bind(bindings).equals(value)) {
      throw new ShapeException(Diagnostic.error(Code.SHAPE_MISMATCH,
          "shape %s is required but %s came%s", this, value,
          known.isEmpty() ? "" : " with " + known)
          .hint("make the tensor with these extents, or name an extent that may vary"));
    }
    return bindings;
  }

  /** Returns this shape without the given axes. */
  public Shape without(List<Integer> axes) {
    var kept = new ArrayList<Dim>();
    for (int axis = 0; axis < rank(); axis++) {
      if (!axes.contains(axis)) {
        kept.add(dims.get(axis));
      }
    }
    return new Shape(kept);
  }

  /** Prints {@code [2, batch, 3]}. */
  @Override
  public String toString() {
    return dims.stream().map(Dim::toString).collect(Collectors.joining(", ", "[", "]"));
  }
}
