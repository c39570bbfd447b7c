package org.tensorlogic.lang.compile;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.tensorlogic.ir.Binary;
import org.tensorlogic.ir.GraphBuilder;
import org.tensorlogic.ir.Node;
import org.tensorlogic.ir.Ops;
import org.tensorlogic.lang.check.Axis;
import org.tensorlogic.lang.check.Value;
import org.tensorlogic.type.DType;

/** Reads elements of tensors by every form of index. */
final class ElementReader {
  private final Surroundings around;
  private final long[] extents;
  private final Map<Integer, Node> bound;

  /**
   * Makes a reader for one statement.
   *
   * @param extents of the statement's variables
   * @param bound variables that have one value, an i64 of rank 0
   */
  ElementReader(Surroundings around, long[] extents, Map<Integer, Node> bound) {
    this.around = around;
    this.extents = extents;
    this.bound = bound;
  }

  /**
   * What was read.
   *
   * @param value the element, 0 where it lies outside
   * @param inside true where it lies inside its tensor; none where that is everywhere
   */
  record Read(Indexed value, List<Indexed> inside) {}

  Read read(Value.Element element) {
    Node node = around.reader().read(element);
    List<Integer> labels = new ArrayList<>();
    List<Indexed> inside = new ArrayList<>();
    for (Axis axis : element.axes()) {
      int at = labels.size();
      switch (axis) {
        case Axis.Fixed fixed -> node = Ops.at(node, at, fixed.position());
        case Axis.Strided strided -> {
          long count = extents[strided.variable()];
          node = Ops.slice(node, at, strided.start(), count, strided.step());
          labels.add(strided.variable());
        }
        case Axis.Along along when !bound.containsKey(along.variable()) ->
            labels.add(along.variable());
        case Axis.Along _, Axis.Shifted _, Axis.Combined _, Axis.Quotient _ -> {
          Indexed index = index(axis);
          long extent = node.shape().dim(at).extent();
          if (mayLeave(axis, extent)) {
            inside.add(inside(index, extent));
          }
          node = Ops.gather(node, at, index.node());
          labels.addAll(index.variables());
        }
      }
    }
    return new Read(Indexed.of(node, labels), inside);
  }

  /** The position of an index as i64. */
  Indexed position(int variable) {
    Node known = bound.get(variable);
    return known != null
        ? new Indexed(known, List.of())
        : new Indexed(around.builder().iota(extents[variable]), List.of(variable));
  }

  private Indexed index(Axis axis) {
    GraphBuilder builder = around.builder();
    return switch (axis) {
      case Axis.Along along -> position(along.variable());
      case Axis.Shifted shifted -> {
        Indexed from = position(shifted.variable());
        yield from.with(
            Ops.add(from.node(), builder.constant(DType.I64, shifted.offset())));
      }
      case Axis.Combined combined -> combined(combined);
      case Axis.Quotient quotient -> {
        Indexed from = position(quotient.variable());
        Node real = Ops.convert(from.node(), DType.F64);
        Node divisor = builder.constant(DType.F64, quotient.divisor());
        yield from.with(Ops.convert(Ops.floor(Ops.div(real, divisor)), DType.I64));
      }
      case Axis.Fixed _, Axis.Strided _ ->
          throw new IllegalStateException("%s is read as a slice".formatted(axis));
    };
  }

  private Indexed combined(Axis.Combined combined) {
    Indexed left = position(combined.variable());
    Indexed right = position(combined.other());
    List<Integer> all = Indexed.union(List.of(left, right));
    Node a = left.spread(all, extents);
    Node b = right.spread(all, extents);
    return new Indexed(combined.minus() ? Ops.sub(a, b) : Ops.add(a, b), all);
  }

  private boolean mayLeave(Axis axis, long extent) {
    return switch (axis) {
      case Axis.Along _, Axis.Fixed _, Axis.Strided _ -> false;
      case Axis.Shifted shifted ->
          shifted.offset() < 0 || extents[shifted.variable()] + shifted.offset() > extent;
      case Axis.Combined combined ->
          combined.minus()
              || extents[combined.variable()] + extents[combined.other()] - 1 > extent;
      case Axis.Quotient quotient ->
          Math.ceilDiv(extents[quotient.variable()], quotient.divisor()) > extent;
    };
  }

  private Indexed inside(Indexed index, long extent) {
    Node zero = around.builder().constant(DType.I64, 0);
    Node end = around.builder().constant(DType.I64, extent);
    Node above = Ops.binary(Binary.GE, index.node(), zero);
    return index.with(Ops.and(above, Ops.binary(Binary.LT, index.node(), end)));
  }
}
