package org.tensorlogic.bindings;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * An axis that several views are walked along together.
 *
 * @param extent the number of places
 * @param strides the distance between neighbours in each view, in elements
 */
record Axis(long extent, long... strides) {

  /**
   * Returns as few axes as walk the same places: without axes of one place, ordered so that a
   * view's strides fall from the outermost to the innermost, neighbours merged where every view
   * allows it.
   *
   * @param view the view whose strides give the order; the others decide where its are equal
   */
  static List<Axis> simplified(List<Axis> axes, int view) {
    var ordered = new ArrayList<Axis>();
    for (Axis axis : axes) {
      if (axis.extent != 1) {
        ordered.add(axis);
      }
    }
    if (ordered.size() > 1) {
      ordered.sort(Comparator.comparingLong((Axis axis) -> Math.abs(axis.strides[view]))
          .thenComparingLong(Axis::distance).reversed());
    }
    var merged = new ArrayList<Axis>();
    for (Axis axis : ordered) {
      if (!merged.isEmpty() && merged.getLast().continues(axis)) {
        Axis outer = merged.removeLast();
        merged.add(new Axis(outer.extent * axis.extent, axis.strides));
      } else {
        merged.add(axis);
      }
    }
    return merged;
  }

  /** Returns the number of places that the axes have together. */
  static long count(List<Axis> axes) {
    long count = 1;
    for (Axis axis : axes) {
      count = Math.multiplyExact(count, axis.extent);
    }
    return count;
  }

  private long distance() {
    long sum = 0;
    for (long stride : strides) {
      sum += Math.abs(stride);
    }
    return sum;
  }

  /** Whether this axis goes on where the inner one ends, in every view. */
  private boolean continues(Axis inner) {
    for (int view = 0; view < strides.length; view++) {
      if (strides[view] != inner.extent * inner.strides[view]) {
        return false;
      }
    }
    return true;
  }
}
