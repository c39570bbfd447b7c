package org.tensorlogic.einsum;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import org.tensorlogic.type.Dim;
import org.tensorlogic.type.Shape;

/** Fits one spec to the shapes of its operands. */
final class Binder {

  private static final Dim ONE = Dim.of(1);

  private final EinsumSpec spec;
  private final List<Shape> shapes;
  private final List<Integer> ranks;

  private Binder(EinsumSpec spec, List<Shape> shapes) {
    this.spec = spec;
    this.shapes = List.copyOf(shapes);
    var counts = new ArrayList<Integer>();
    shapes.forEach(shape -> counts.add(shape.rank()));
    this.ranks = counts;
  }

  static EinsumBinding bind(EinsumSpec spec, List<Shape> shapes) {
    var binder = new Binder(spec, shapes);
    Optional<Fault> fault = binder.fault();
    if (fault.isPresent()) {
      throw fault.get().exception("einsum", spec.toString());
    }
    EinsumSpec expanded = binder.expanded();
    var extents = new LinkedHashMap<Integer, Dim>();
    for (int operand = 0; operand < shapes.size(); operand++) {
      List<Integer> term = expanded.operands().get(operand);
      for (int axis = 0; axis < term.size(); axis++) {
        extents.put(term.get(axis), shapes.get(operand).dim(axis));
      }
    }
    return new EinsumBinding(expanded, extents);
  }

  private EinsumSpec expanded() {
    if (!spec.hasEllipsis()) {
      return spec;
    }
    List<Dim> broadcast = broadcast();
    return Ellipsis.expand(spec, ranks, (operand, axis) ->
        !broadcast.get(axis).equals(covered(operand, axis).orElseThrow()));
  }

  private Optional<Fault> fault() {
    return Ellipsis.fault(spec, ranks, this::name)
        .or(this::broadcastFault)
        .or(this::extentFault);
  }

  /** Checks (C3): axes under ellipses, aligned from the right, are equal or of extent 1. */
  private Optional<Fault> broadcastFault() {
    List<Dim> broadcast = broadcast();
    for (int axis = 0; axis < broadcast.size(); axis++) {
      Dim required = broadcast.get(axis);
      int first = -1;
      for (int operand = 0; operand < shapes.size(); operand++) {
        Dim dim = covered(operand, axis).orElse(ONE);
        first = first < 0 && dim.equals(required) ? operand : first;
        if (!dim.equals(ONE) && !dim.equals(required)) {
          return Optional.of(new Fault("C3",
              "axis %d from the right under \"...\" is %s in %s but %s in %s".formatted(
                  axis, required, name(first), dim, name(operand)),
              "axes under \"...\" align from the right and are equal or 1"));
        }
      }
    }
    return Optional.empty();
  }

  /** The extents under ellipses after broadcasting, the rightmost axis first. */
  private List<Dim> broadcast() {
    var broadcast = new ArrayList<>(Collections.nCopies(Ellipsis.width(spec, ranks), ONE));
    for (int operand = 0; operand < shapes.size(); operand++) {
      for (int axis = 0; axis < broadcast.size(); axis++) {
        if (broadcast.get(axis).equals(ONE)) {
          broadcast.set(axis, covered(operand, axis).orElse(ONE));
        }
      }
    }
    return broadcast;
  }

  /** The extent of an axis under an operand's ellipsis, counted from the right of those. */
  private Optional<Dim> covered(int operand, int axisFromRight) {
    List<Integer> term = spec.operands().get(operand);
    int width = ranks.get(operand) - Ellipsis.letters(term);
    int start = term.indexOf(EinsumSpec.ELLIPSIS);
    return axisFromRight >= width
        ? Optional.empty()
        : Optional.of(shapes.get(operand).dim(start + width - 1 - axisFromRight));
  }

  /** Checks (C2). */
  private Optional<Fault> extentFault() {
    return conflict().map(conflict -> {
      Axis first = conflict.first();
      Axis second = conflict.second();
      boolean same = first.operand() == second.operand();
      return new Fault("C2", "index %s is %s in %s but %s in %s".formatted(
          EinsumSpec.name(first.index()), first.dim(), name(first.operand()), second.dim(),
          same ? "its other axis" : name(second.operand())), extentHint(first, second));
    });
  }

  /** One axis of one operand that has an index of its own. */
  private record Axis(int operand, int index, Dim dim) {}

  /** Two axes of one index with unequal extents. */
  private record Conflict(Axis first, Axis second) {}

  private List<Axis> axes() {
    var axes = new ArrayList<Axis>();
    for (int operand = 0; operand < shapes.size(); operand++) {
      List<Integer> term = spec.operands().get(operand);
      Shape shape = shapes.get(operand);
      int gap = shape.rank() - term.size();
      boolean behindEllipsis = false;
      for (int position = 0; position < term.size(); position++) {
        int index = term.get(position);
        if (index == EinsumSpec.ELLIPSIS) {
          behindEllipsis = true;
        } else {
          axes.add(new Axis(operand, index, shape.dim(position + (behindEllipsis ? gap : 0))));
        }
      }
    }
    return axes;
  }

  private String extentHint(Axis first, Axis second) {
    return swapHint(second.operand())
        .or(() -> swapHint(first.operand()))
        .orElseGet(() -> first.dim().equals(ONE) || second.dim().equals(ONE)
            ? "an axis of extent 1 broadcasts only under \"...\""
            : "give these axes different indices, or make their extents equal");
  }

  /** Tells of two axes of an operand whose exchange would make every extent fit. */
  private Optional<String> swapHint(int operand) {
    int rank = ranks.get(operand);
    for (int a = 0; a < rank; a++) {
      for (int b = a + 1; b < rank; b++) {
        if (fitsWithSwapped(operand, a, b)) {
          return Optional.of(rank == 2
              ? "operand " + operand + " looks transposed"
              : "operand %d looks as if its axes %d and %d were swapped".formatted(operand, a, b));
        }
      }
    }
    return Optional.empty();
  }

  private boolean fitsWithSwapped(int operand, int a, int b) {
    var dims = new ArrayList<>(shapes.get(operand).dims());
    Collections.swap(dims, a, b);
    var swapped = new ArrayList<>(shapes);
    swapped.set(operand, new Shape(dims));
    var binder = new Binder(spec, swapped);
    return binder.broadcastFault().isEmpty() && binder.conflict().isEmpty();
  }

  /** Finds the first axis whose extent differs from that of an earlier axis of its index. */
  private Optional<Conflict> conflict() {
    var firsts = new HashMap<Integer, Axis>();
    for (Axis axis : axes()) {
      Axis first = firsts.putIfAbsent(axis.index(), axis);
      if (first != null && !first.dim().equals(axis.dim())) {
        return Optional.of(new Conflict(first, axis));
      }
    }
    return Optional.empty();
  }

  private String name(int operand) {
    return "operand " + operand + " " + shapes.get(operand);
  }
}
