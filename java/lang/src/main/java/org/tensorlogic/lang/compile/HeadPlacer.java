package org.tensorlogic.lang.compile;

import java.util.ArrayList;
import java.util.List;
import org.tensorlogic.ir.GraphBuilder;
import org.tensorlogic.ir.Node;
import org.tensorlogic.ir.Ops;
import org.tensorlogic.lang.check.Axis;
import org.tensorlogic.lang.syntax.Projection;
import org.tensorlogic.type.Dim;
import org.tensorlogic.type.Shape;

/** Puts what an equation computed at its places of the whole tensor. */
final class HeadPlacer {
  private final GraphBuilder builder;
  private final Projection projection;
  private final List<Axis> head;
  private final long[] extents;
  private final List<Long> target;

  /**
   * Makes a placer for one left side.
   *
   * @param extents of the statement's variables
   * @param target extents of the whole tensor
   */
  HeadPlacer(
      GraphBuilder builder,
      Projection projection,
      List<Axis> head,
      long[] extents,
      List<Long> target) {
    this.builder = builder;
    this.projection = projection;
    this.head = head;
    this.extents = extents;
    this.target = target;
  }

  /** Returns the whole tensor; where the equation says nothing stands the projection's identity. */
  Node place(Indexed value) {
    Node node = oneAxisEach(value);
    for (int axis = 0; axis < head.size(); axis++) {
      node = place(node, axis, head.get(axis), target.get(axis));
    }
    return node;
  }

  private double identity() {
    return Identity.of(projection);
  }

  /** An axis for each part of the head with a variable; a variable that returns is a diagonal. */
  private Node oneAxisEach(Indexed value) {
    List<Integer> labels =
        head.stream().flatMapToInt(Axis::variables).boxed().toList();
    List<Integer> distinct = labels.stream().distinct().toList();
    Node node = value.spread(distinct, extents);
    if (distinct.size() == labels.size()) {
      return node;
    }
    Shape shape = Shape.of(labels.stream().mapToLong(v -> extents[v]).toArray());
    List<Integer> firsts = distinct.stream().map(labels::indexOf).toList();
    node = Ops.broadcast(node, shape, firsts);
    Node nothing = Ops.broadcastTo(Ops.scalar(node, identity()), shape);
    for (int axis = 0; axis < labels.size(); axis++) {
      int first = labels.indexOf(labels.get(axis));
      if (first < axis) {
        Node positions = builder.iota(extents[labels.get(axis)]);
        Node same =
            Ops.eq(
                Ops.broadcast(positions, shape, List.of(first)),
                Ops.broadcast(positions, shape, List.of(axis)));
        node = Ops.select(same, node, nothing);
      }
    }
    return node;
  }

  private Node place(Node node, int axis, Axis how, long extent) {
    return switch (how) {
      case Axis.Along _ -> node;
      case Axis.Fixed fixed -> {
        var dims = new ArrayList<>(node.shape().dims());
        dims.add(axis, Dim.of(1));
        yield pad(Ops.reshape(node, new Shape(dims)), axis, fixed.position(), extent, 1);
      }
      case Axis.Shifted shifted -> shift(node, axis, shifted.offset(), extent);
      case Axis.Strided strided -> pad(node, axis, strided.start(), extent, strided.step());
      case Axis.Quotient quotient -> divide(node, axis, quotient.divisor(), extent);
      case Axis.Combined _ -> throw new IllegalStateException("the checker refuses " + how);
    };
  }

  private Node pad(Node node, int axis, long before, long extent, long step) {
    long count = node.shape().dim(axis).extent();
    long covered = count == 0 ? 0 : (count - 1) * step + 1;
    long start = count == 0 ? 0 : before;
    return Ops.pad(node, axis, start, extent - start - covered, step - 1, identity());
  }

  private Node shift(Node node, int axis, long offset, long extent) {
    long low = Math.max(0, -offset);
    long high = Math.min(node.shape().dim(axis).extent(), extent - offset);
    long count = Math.max(0, high - low);
    Node inside = Ops.slice(node, axis, count == 0 ? 0 : low, count, 1);
    return pad(inside, axis, low + offset, extent, 1);
  }

  private Node divide(Node node, int axis, long divisor, long extent) {
    long count = node.shape().dim(axis).extent();
    long groups = Math.ceilDiv(count, divisor);
    Node whole = Ops.pad(node, axis, 0, groups * divisor - count, 0, identity());
    var dims = new ArrayList<>(whole.shape().dims());
    dims.set(axis, Dim.of(groups));
    dims.add(axis + 1, Dim.of(divisor));
    Node grouped = Ops.reshape(whole, new Shape(dims));
    return shift(Identity.reduce(projection, grouped, axis + 1), axis, 0, extent);
  }
}
