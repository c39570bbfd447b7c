package org.tensorlogic.type;

import java.util.Arrays;
import java.util.List;

/**
 * Where the elements of a dense tensor lie: element (i0, i1, ...) is at
 * {@code offset + i0 * strides[0] + i1 * strides[1] + ...}, all counted in elements. Strides may be
 * 0 (broadcast) or negative (reversed). Immutable; arrays are never handed out.
 */
public final class Layout {

  private final long[] extents;
  private final long[] strides;
  private final long offset;

  /** Makes a layout from copies of the arrays, which have one entry an axis. */
  public Layout(long[] extents, long[] strides, long offset) {
    this.extents = extents.clone();
    this.strides = strides.clone();
    this.offset = offset;
  }

  /** Returns the row-major layout without gaps. */
  public static Layout contiguous(long... extents) {
    var strides = new long[extents.length];
    long stride = 1;
    for (int axis = extents.length - 1; axis >= 0; axis--) {
      strides[axis] = stride;
      stride *= Math.max(extents[axis], 1);
    }
    return new Layout(extents, strides, 0);
  }

  /** Returns the number of axes. */
  public int rank() {
    return extents.length;
  }

  /** Returns the extent of an axis. */
  public long extent(int axis) {
    return extents[axis];
  }

  /** Returns the distance in elements between neighbours along an axis. */
  public long stride(int axis) {
    return strides[axis];
  }

  /** Returns the place of element (0, 0, ...), in elements. */
  public long offset() {
    return offset;
  }

  /** Returns the number of elements. */
  public long count() {
    return Shape.countOf(extents);
  }

  /** Returns whether all axes have the extents of another layout's. */
  public boolean hasExtentsOf(Layout other) {
    return Arrays.equals(extents, other.extents);
  }

  /** Returns the extents as a shape. */
  public Shape shape() {
    return Shape.of(extents);
  }

  /** Returns the row-major layout without gaps of these extents. */
  public Layout gapless() {
    boolean same = offset == 0;
    long expected = 1;
    for (int axis = extents.length - 1; same && axis >= 0; axis--) {
      same = strides[axis] == expected;
      expected *= Math.max(extents[axis], 1);
    }
    return same ? this : contiguous(extents);
  }

  /** Returns whether the elements follow each other in row-major order without gaps. */
  public boolean isContiguous() {
    long expected = 1;
    for (int axis = extents.length - 1; axis >= 0; axis--) {
      if (extents[axis] != 1 && strides[axis] != expected) {
        return count() == 0;
      }
      expected *= extents[axis];
    }
    return true;
  }

  /** Returns the view whose axis i is this layout's axis order[i]. */
  public Layout permute(List<Integer> order) {
    return new Layout(order.stream().mapToLong(axis -> extents[axis]).toArray(),
        order.stream().mapToLong(axis -> strides[axis]).toArray(), offset);
  }

  /**
   * Returns the view of every step-th element from start on along an axis; step may be negative.
   */
  public Layout slice(int axis, long start, long count, long step) {
    var newExtents = extents.clone();
    var newStrides = strides.clone();
    newExtents[axis] = count;
    newStrides[axis] = strides[axis] * step;
    return new Layout(newExtents, newStrides, offset + (count == 0 ? 0 : start * strides[axis]));
  }

  /** Returns the view repeated to the given extents; axis i of this layout becomes axis axes[i]. */
  public Layout broadcast(long[] target, List<Integer> axes) {
    var newStrides = new long[target.length];
    for (int axis = 0; axis < axes.size(); axis++) {
      boolean repeats = extents[axis] == 1 && target[axes.get(axis)] != 1;
      newStrides[axes.get(axis)] = repeats ? 0 : strides[axis];
    }
    return new Layout(target, newStrides, offset);
  }

  /**
   * Returns the view with other extents over the same elements in row-major order, or null where
   * the strides do not allow one without a copy.
   */
  public Layout reshape(long[] target) {
    if (count() == 0) {
      return contiguous(target);
    }
    var newStrides = new long[target.length];
    int from = 0;
    int to = 0;
    while (from < extents.length || to < target.length) {
      int fromEnd = from;
      int toEnd = to;
      long fromCount = from < extents.length ? extents[fromEnd++] : 1;
      long toCount = to < target.length ? target[toEnd++] : 1;
      while (fromCount != toCount) {
        if (fromCount < toCount) {
          fromCount *= extents[fromEnd++];
        } else {
          toCount *= target[toEnd++];
        }
      }
      if (!splitInto(from, fromEnd, target, to, toEnd, newStrides)) {
        return null;
      }
      from = fromEnd;
      to = toEnd;
    }
    return new Layout(target, newStrides, offset);
  }

  /** Gives target axes [to, toEnd) strides over source axes [from, fromEnd) of the same count. */
  private boolean splitInto(int from, int fromEnd, long[] target, int to, int toEnd,
      long[] newStrides) {
    long stride = 1;
    boolean first = true;
    long expected = 0;
    for (int axis = fromEnd - 1; axis >= from; axis--) {
      if (extents[axis] == 1) {
        continue;
      }
      if (first) {
        stride = strides[axis];
        first = false;
      } else if (strides[axis] != expected) {
        return false;
      }
      expected = strides[axis] * extents[axis];
    }
    for (int axis = toEnd - 1; axis >= to; axis--) {
      newStrides[axis] = stride;
      stride *= target[axis];
    }
    return true;
  }

  /** Returns the strides of the view in which the given axes of equal extent are walked as one. */
  public Layout diagonal(List<List<Integer>> groups) {
    var newExtents = new long[groups.size()];
    var newStrides = new long[groups.size()];
    for (int axis = 0; axis < groups.size(); axis++) {
      newExtents[axis] = extents[groups.get(axis).getFirst()];
      newStrides[axis] = groups.get(axis).stream().mapToLong(old -> strides[old]).sum();
    }
    return new Layout(newExtents, newStrides, offset);
  }

  @Override
  public boolean equals(Object other) {
    return this == other || other instanceof Layout that && offset == that.offset
        && Arrays.equals(extents, that.extents) && Arrays.equals(strides, that.strides);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(extents) * 31 + Arrays.hashCode(strides);
  }

  /** Prints extents, strides and offset. */
  @Override
  public String toString() {
    return Arrays.toString(extents) + " strides " + Arrays.toString(strides) + " at " + offset;
  }
}
