package org.tensorlogic.lang.compile;

import java.util.ArrayList;
import java.util.List;
import org.tensorlogic.einsum.EinsumSpec;
import org.tensorlogic.einsum.Semiring;
import org.tensorlogic.ir.Binary;
import org.tensorlogic.ir.Node;
import org.tensorlogic.ir.Ops;
import org.tensorlogic.ir.Reduction;
import org.tensorlogic.lang.syntax.Projection;
import org.tensorlogic.type.Dim;
import org.tensorlogic.type.Shape;

/** The arithmetic of projections: how they join two values, an axis, and nothing at all. */
final class Identity {

  private Identity() {}

  /** What a projection gives where nothing contributes. */
  static double of(Projection projection) {
    return switch (projection) {
      case SUM, AVG, ANY -> 0;
      case PROD, ALL -> 1;
      case MAX, LSE -> Double.NEGATIVE_INFINITY;
      case MIN -> Double.POSITIVE_INFINITY;
    };
  }

  /** Joins two values of one shape; a mean is joined as its sum. */
  static Node join(Projection projection, Node a, Node b) {
    return switch (projection) {
      case SUM, AVG -> Ops.add(a, b);
      case MAX -> Ops.max(a, b);
      case MIN -> Ops.min(a, b);
      case PROD -> Ops.mul(a, b);
      case ANY -> Ops.or(a, b);
      case ALL -> Ops.and(a, b);
      case LSE -> {
        Shape one = single(a.shape());
        yield reduce(
            projection, Ops.concat(0, List.of(Ops.reshape(a, one), Ops.reshape(b, one))), 0);
      }
    };
  }

  private static Shape single(Shape shape) {
    var dims = new ArrayList<Dim>();
    dims.add(Dim.of(1));
    dims.addAll(shape.dims());
    return new Shape(dims);
  }

  /** Joins the elements along axes. */
  static Node reduce(Projection projection, Node value, List<Integer> axes) {
    return switch (projection) {
      case SUM, AVG -> Ops.reduce(Reduction.SUM, value, axes);
      case MAX -> Ops.reduce(Reduction.MAX, value, axes);
      case MIN -> Ops.reduce(Reduction.MIN, value, axes);
      case PROD -> Ops.reduce(Reduction.PROD, value, axes);
      case ANY -> Ops.reduce(Reduction.ANY, value, axes);
      case ALL -> Ops.reduce(Reduction.ALL, value, axes);
      case LSE -> {
        List<Integer> all = Ops.allAxes(value);
        List<Integer> kept = all.stream().filter(axis -> !axes.contains(axis)).toList();
        yield axes.isEmpty()
            ? value
            : Ops.einsum(
                new EinsumSpec(List.of(all), kept), Semiring.LOG_SUM_EXP, List.of(value));
      }
    };
  }

  static Node reduce(Projection projection, Node value, int axis) {
    return reduce(projection, value, List.of(axis));
  }

  /** Whether two values differ; NaN differs from all. */
  static Node differs(Node a, Node b) {
    return Ops.binary(Binary.NE, a, b);
  }
}
