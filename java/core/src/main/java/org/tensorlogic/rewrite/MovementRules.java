package org.tensorlogic.rewrite;

import static org.tensorlogic.rewrite.Exactness.EXACT;
import static org.tensorlogic.rewrite.Exactness.REASSOCIATES;
import static org.tensorlogic.rewrite.OptimizationLevel.BASIC;
import static org.tensorlogic.rewrite.OptimizationLevel.MODERATE;
import static org.tensorlogic.rewrite.Pattern.op;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.tensorlogic.ir.Movement;
import org.tensorlogic.ir.Movement.Broadcast;
import org.tensorlogic.ir.Movement.Concat;
import org.tensorlogic.ir.Movement.Permute;
import org.tensorlogic.ir.Movement.Reshape;
import org.tensorlogic.ir.Movement.Slice;
import org.tensorlogic.ir.Node;
import org.tensorlogic.ir.Ops;
import org.tensorlogic.ir.Pointwise;
import org.tensorlogic.ir.Reduce;
import org.tensorlogic.ir.Reduction;
import org.tensorlogic.type.Dim;
import org.tensorlogic.type.Shape;

/** Movements of movements, and work that gets less on the other side of a movement. */
final class MovementRules {

  private static final Pattern X = Pattern.variable("x");

  private MovementRules() {}

  static final List<Rule> CHAINS = List.of(
      Rule.of("move-nothing", "permute, reshape, slice, broadcast to the same -> x", BASIC, EXACT,
          Pattern.either(op(Permute.class, X), op(Reshape.class, X), op(Slice.class, X),
              op(Broadcast.class, X)),
          match -> movesNothing(match.node(), match.get("x")) ? match.get("x") : null),
      Rule.of("permute-permute", "permute(permute(x)) -> permute(x)", BASIC, EXACT,
          op(Permute.class, op(Permute.class, X).as("inner")),
          match -> Ops.permute(match.get("x"),
              composed(order(match.node()), order(match.get("inner"))))),
      Rule.of("reshape-reshape", "reshape(reshape(x)) -> reshape(x)", BASIC, EXACT,
          op(Reshape.class, op(Reshape.class, X)),
          match -> Ops.reshape(match.get("x"), match.node().shape())),
      Rule.of("slice-slice", "slice(slice(x)) -> slice(x) along one axis", BASIC, EXACT,
          op(Slice.class, op(Slice.class, X).as("inner")), MovementRules::slicedOnce),
      Rule.of("broadcast-broadcast", "broadcast(broadcast(x)) -> broadcast(x)", BASIC, EXACT,
          op(Broadcast.class, op(Broadcast.class, X).as("inner")),
          match -> Ops.broadcast(match.get("x"), match.node().shape(),
              composed(axes(match.get("inner")), axes(match.node())))),
      Rule.of("permute-broadcast", "permute(broadcast(x)) -> broadcast(x)", MODERATE, EXACT,
          op(Permute.class, op(Broadcast.class, X).as("inner")),
          match -> Ops.broadcast(match.get("x"), match.node().shape(),
              axes(match.get("inner")).stream().map(order(match.node())::indexOf).toList())),
      Rule.of("broadcast-permute", "broadcast(permute(x)) -> broadcast(x)", MODERATE, EXACT,
          op(Broadcast.class, op(Permute.class, X).as("inner")),
          match -> {
            List<Integer> order = order(match.get("inner"));
            return Ops.broadcast(match.get("x"), match.node().shape(),
                IntStream.range(0, order.size())
                    .mapToObj(axis -> axes(match.node()).get(order.indexOf(axis))).toList());
          }),
      Rule.of("broadcast-reshape", "broadcast(reshape(x) by extents of 1) -> broadcast(x)",
          MODERATE, EXACT, op(Broadcast.class, op(Reshape.class, X).as("inner")),
          MovementRules::broadcastDirectly),
      Rule.of("slice-broadcast", "slice(broadcast(x)) -> broadcast(x) along a repeated axis",
          MODERATE, EXACT, op(Slice.class, op(Broadcast.class, X).as("inner")),
          MovementRules::broadcastLess),
      Rule.of("slice-concat", "slice(concat(x, y)) -> slice(x) within one operand", MODERATE,
          EXACT, op(Slice.class, op(Concat.class).as("inner")), MovementRules::slicedPart));

  static final List<Rule> WORK = List.of(
      Rule.of("pointwise-broadcast", "f(broadcast(x), broadcast(y)) -> broadcast(f(x, y))",
          MODERATE, EXACT, op(Pointwise.class), MovementRules::computedBefore),
      Rule.of("slice-pointwise", "slice(f(x, y)) -> f(slice(x), slice(y))", MODERATE, EXACT,
          op(Slice.class, op(Pointwise.class).as("inner")), MovementRules::slicedBefore));

  static final List<Rule> REDUCTIONS = List.of(
      // A sum starts from 0.0, to which it adds even a single -0.0.
      Rule.of("reduce-nothing", "reduce(x) along no axis -> x", MODERATE, REASSOCIATES,
          op(Reduce.class, X),
          match -> reduce(match.node()).axes().isEmpty() ? match.get("x") : null),
      Rule.of("reduce-unit", "reduce(x) along extents of 1 -> reshape(x)", MODERATE, REASSOCIATES,
          op(Reduce.class, X),
          match -> reduce(match.node()).axes().stream()
              .allMatch(axis -> match.get("x").shape().dim(axis).equals(Dim.of(1)))
              ? Ops.reshape(match.get("x"), match.node().shape()) : null),
      Rule.of("reduce-reduce", "reduce(reduce(x)) -> reduce(x) of one kind", MODERATE,
          REASSOCIATES, op(Reduce.class, op(Reduce.class, X).as("inner")),
          MovementRules::reducedOnce),
      Rule.of("reduce-broadcast",
          "max(broadcast(x)) -> max(x), sum(broadcast(x)) -> sum(x) * extent", MODERATE,
          REASSOCIATES, op(Reduce.class, op(Broadcast.class, X).as("inner")),
          MovementRules::reducedBefore));

  static List<Integer> order(Node node) {
    return ((Permute) node.op()).order();
  }

  static List<Integer> axes(Node node) {
    return ((Broadcast) node.op()).axes();
  }

  private static Reduce reduce(Node node) {
    return (Reduce) node.op();
  }

  private static List<Integer> composed(List<Integer> first, List<Integer> then) {
    return first.stream().map(then::get).toList();
  }

  private static boolean movesNothing(Node node, Node x) {
    boolean inOrder = switch ((Movement) node.op()) {
      case Movement.Permute(var order) -> order.equals(Ops.allAxes(x));
      case Movement.Broadcast(_, var axes) -> axes.equals(Ops.allAxes(x));
      case Movement.Slice slice -> slice.start() == 0 && slice.step() == 1;
      case Movement.Reshape _ -> true;
      case Movement.Pad _, Movement.Concat _, Movement.Gather _ -> false;
    };
    return inOrder && node.shape().equals(x.shape());
  }

  private static Node slicedOnce(Match match) {
    var outer = (Slice) match.node().op();
    var inner = (Slice) match.get("inner").op();
    if (outer.axis() != inner.axis()) {
      return null;
    }
    long start = outer.count() == 0 ? 0 : inner.start() + outer.start() * inner.step();
    return Ops.slice(match.get("x"), outer.axis(), start, outer.count(),
        inner.step() * outer.step());
  }

  /** Axes that only differ by extents of 1 are placed without the reshape. */
  private static Node broadcastDirectly(Match match) {
    Node x = match.get("x");
    Node inner = match.get("inner");
    Dim one = Dim.of(1);
    var places = new ArrayList<Integer>();
    var kept = new ArrayList<Integer>();
    for (int axis = 0; axis < inner.rank(); axis++) {
      if (!inner.shape().dim(axis).equals(one)) {
        places.add(axes(match.node()).get(axis));
        kept.add(axis);
      }
    }
    boolean same = x.rank() == kept.size() && IntStream.range(0, x.rank())
        .allMatch(axis -> x.shape().dim(axis).equals(inner.shape().dim(kept.get(axis))));
    return same ? Ops.broadcast(x, match.node().shape(), places) : null;
  }

  private static Node broadcastLess(Match match) {
    var slice = (Slice) match.node().op();
    Node x = match.get("x");
    int source = axes(match.get("inner")).indexOf(slice.axis());
    boolean repeated = source < 0 || x.shape().dim(source).equals(Dim.of(1));
    return repeated
        ? Ops.broadcast(x, match.node().shape(), axes(match.get("inner"))) : null;
  }

  private static Node slicedPart(Match match) {
    var slice = (Slice) match.node().op();
    Node inner = match.get("inner");
    if (((Concat) inner.op()).axis() != slice.axis() || slice.count() == 0) {
      return null;
    }
    long last = slice.start() + (slice.count() - 1) * slice.step();
    long begin = 0;
    for (Node part : inner.operands()) {
      long end = begin + part.shape().dim(slice.axis()).extent();
      if (Math.min(slice.start(), last) >= begin && Math.max(slice.start(), last) < end) {
        return Ops.slice(part, slice.axis(), slice.start() - begin, slice.count(), slice.step());
      }
      begin = end;
    }
    return null;
  }

  /** All operands repeat one shape in one way, or are one number; the repeated need no work. */
  private static Node computedBefore(Match match) {
    Node node = match.node();
    Node model = null;
    for (Node operand : node.operands()) {
      if (operand.op() instanceof Broadcast
          && (model == null || model.operand(0).rank() < operand.operand(0).rank())) {
        model = operand;
      }
    }
    if (model == null) {
      return null;
    }
    Shape shape = model.operand(0).shape();
    var operands = new ArrayList<Node>();
    for (Node operand : node.operands()) {
      boolean repeats = operand.op() instanceof Broadcast;
      if (repeats && axes(operand).equals(axes(model))
          && operand.operand(0).shape().equals(shape)) {
        operands.add(operand.operand(0));
      } else if (repeats && operand.operand(0).rank() == 0) {
        operands.add(Ops.broadcastTo(operand.operand(0), shape));
      } else {
        return null;
      }
    }
    Node before = node.builder().add(node.op(), operands);
    return Ops.broadcast(before, node.shape(), axes(model));
  }

  private static Node slicedBefore(Match match) {
    var slice = (Slice) match.node().op();
    Node inner = match.get("inner");
    Dim whole = inner.shape().dim(slice.axis());
    if (!match.isUsedOnce(inner) || !whole.isStatic() || slice.count() >= whole.extent()) {
      return null;
    }
    return match.builder().add(inner.op(), inner.operands().stream().map(operand ->
        Ops.slice(operand, slice.axis(), slice.start(), slice.count(), slice.step())).toList());
  }

  private static Node reducedOnce(Match match) {
    Reduce outer = reduce(match.node());
    Reduce inner = reduce(match.get("inner"));
    if (outer.reduction() != inner.reduction() || !match.isUsedOnce(match.get("inner"))) {
      return null;
    }
    List<Integer> kept = Ops.allAxes(match.get("x")).stream()
        .filter(axis -> !inner.axes().contains(axis)).toList();
    var axes = new ArrayList<>(inner.axes());
    outer.axes().forEach(axis -> axes.add(kept.get(axis)));
    return Ops.reduce(outer.reduction(), match.get("x"), axes);
  }

  /** The axes that repeat need no work, but for the factor that a sum takes from them. */
  private static Node reducedBefore(Match match) {
    Reduce reduce = reduce(match.node());
    Node x = match.get("x");
    Node inner = match.get("inner");
    var remaining = new ArrayList<Integer>();
    double repeats = 1;
    for (int axis : reduce.axes()) {
      int source = axes(inner).indexOf(axis);
      Dim dim = inner.shape().dim(axis);
      if (source >= 0 && x.shape().dim(source).equals(dim)) {
        remaining.add(axis);
      } else if (!dim.isStatic() || dim.extent() == 0) {
        return null;
      } else {
        repeats *= dim.extent();
      }
    }
    boolean none = remaining.size() == reduce.axes().size();
    if (none || reduce.reduction() == Reduction.PROD || repeats > 1 << 24) {
      return null;
    }
    var dims = new ArrayList<>(inner.shape().dims());
    var places = new ArrayList<Integer>();
    for (int axis : axes(inner)) {
      int before = axis - (int) reduce.axes().stream()
          .filter(other -> other < axis && !remaining.contains(other)).count();
      places.add(before);
    }
    return placed(match, reduce, x, remaining, dims, places, repeats);
  }

  private static Node placed(Match match, Reduce reduce, Node x, List<Integer> remaining,
      List<Dim> dims, List<Integer> places, double repeats) {
    var gone = reduce.axes().stream().filter(axis -> !remaining.contains(axis)).toList();
    Node inner = match.get("inner");
    // An axis of extent 1 that repeats along a reduced one is dropped first.
    var dropped = IntStream.range(0, x.rank())
        .filter(axis -> gone.contains(axes(inner).get(axis))).boxed().toList();
    Node source = Ops.reshape(x, x.shape().without(dropped));
    var kept = IntStream.range(0, x.rank()).filter(axis -> !dropped.contains(axis))
        .mapToObj(places::get).toList();
    Node spread = Ops.broadcast(source, new Shape(dims).without(gone), kept);
    var axes = remaining.stream().map(axis -> axis
        - (int) gone.stream().filter(other -> other < axis).count()).toList();
    Node reduced = Ops.reduce(reduce.reduction(), spread, axes);
    return reduce.reduction() == Reduction.SUM
        ? Ops.mul(reduced, Numbers.filled(reduced, repeats)) : reduced;
  }
}
