package org.tensorlogic.kernel.reference;

/**
 * Walks an index space in row-major order, for several views of it at once, in runs along the
 * innermost axis. No extent is 0. Not thread-safe.
 */
final class Odometer {

  private final long[] extents;
  private final long[][] strides;
  private final long[] index;
  private final long[] positions;

  /**
   * Makes an odometer at no place yet.
   *
   * @param extents the index space, outermost first; no axis is one element
   * @param strides the strides of each view, one an axis
   */
  Odometer(long[] extents, long[][] strides) {
    this.extents = extents;
    this.strides = strides;
    this.index = new long[extents.length];
    this.positions = new long[strides.length];
  }

  /** Goes to an element, where view v is at origins[v] for element 0. */
  void seek(long element, long[] origins) {
    System.arraycopy(origins, 0, positions, 0, positions.length);
    long rest = element;
    for (int axis = extents.length - 1; axis >= 0; axis--) {
      index[axis] = rest % extents[axis];
      rest /= extents[axis];
      move(axis, index[axis]);
    }
  }

  /** Returns how many elements there are from here to the end of the innermost axis. */
  long run() {
    int last = extents.length - 1;
    return last < 0 ? 1 : extents[last] - index[last];
  }

  /** Returns where a view is. */
  long position(int view) {
    return positions[view];
  }

  /** Returns the stride of a view along the innermost axis. */
  long stride(int view) {
    return extents.length == 0 ? 0 : strides[view][extents.length - 1];
  }

  /** Goes on by at most {@link #run} elements; after the last element comes the first. */
  void advance(long count) {
    int axis = extents.length - 1;
    if (axis < 0) {
      return;
    }
    index[axis] += count;
    move(axis, count);
    while (index[axis] == extents[axis]) {
      move(axis, -extents[axis]);
      index[axis] = 0;
      if (--axis < 0) {
        return;
      }
      index[axis]++;
      move(axis, 1);
    }
  }

  private void move(int axis, long steps) {
    for (int view = 0; view < positions.length; view++) {
      positions[view] += steps * strides[view][axis];
    }
  }
}
