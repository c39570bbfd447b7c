package org.tensorlogic.einsum;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntFunction;

/** The axes under ellipses: how many there are, and giving them indices. */
final class Ellipsis {

  private Ellipsis() {}

  /** Says whether an axis, counted from the right end of those under the ellipsis, stretches. */
  @FunctionalInterface
  interface Stretched {
    boolean test(int operand, int axisFromRight);
  }

  /** Checks (C5), (C1) and (C4); {@code names} prints an operand. */
  static Optional<Fault> fault(EinsumSpec spec, List<Integer> ranks, IntFunction<String> names) {
    int terms = spec.operands().size();
    if (ranks.size() != terms) {
      String given = ranks.size() == 1 ? "1 came" : ranks.size() + " came";
      return Optional.of(new Fault("C5",
          (terms == 1 ? "1 operand is" : terms + " operands are") + " required but " + given,
          ranks.size() < terms ? "a ',' separates operands" : "name every operand in the spec"));
    }
    for (int operand = 0; operand < terms; operand++) {
      List<Integer> term = spec.operands().get(operand);
      int rank = ranks.get(operand);
      boolean open = term.contains(EinsumSpec.ELLIPSIS);
      int letters = letters(term);
      if (open ? rank < letters : rank != letters) {
        return Optional.of(new Fault("C1",
            "%s has rank %d but its term \"%s\" names %s%d".formatted(names.apply(operand), rank,
                EinsumSpec.print(term), open ? "at least " : "", letters),
            rank > letters ? "add an index for each axis, or \"...\" for the others"
                : "drop indices, or give the operand more axes by reshape"));
      }
      if (rank > letters && !spec.result().contains(EinsumSpec.ELLIPSIS)) {
        return Optional.of(new Fault("C4",
            "\"...\" covers axes of %s (%d) but the result has no \"...\""
                .formatted(names.apply(operand), rank - letters),
            "write \"->..." + EinsumSpec.print(spec.result())
                + "\" to keep them, or letters to sum over them"));
      }
    }
    return Optional.empty();
  }

  /** Replaces ellipses by fresh indices; a stretched axis gets one that nothing else has. */
  static EinsumSpec expand(EinsumSpec spec, List<Integer> ranks, Stretched stretched) {
    if (!spec.hasEllipsis()) {
      return spec;
    }
    var fresh = new FreshIndices(spec.indices());
    var shared = new ArrayList<Integer>();
    for (int axis = width(spec, ranks); axis > 0; axis--) {
      shared.add(fresh.next());
    }
    var operands = new ArrayList<List<Integer>>();
    for (int operand = 0; operand < ranks.size(); operand++) {
      List<Integer> term = spec.operands().get(operand);
      var axes = new ArrayList<Integer>();
      for (int axis = ranks.get(operand) - letters(term); axis > 0; axis--) {
        axes.add(stretched.test(operand, axis - 1)
            ? fresh.next() : shared.get(shared.size() - axis));
      }
      operands.add(replaced(term, axes));
    }
    return new EinsumSpec(operands, replaced(spec.result(), shared));
  }

  /** Returns the number of axes under the operands' ellipses after broadcasting. */
  static int width(EinsumSpec spec, List<Integer> ranks) {
    int width = 0;
    for (int operand = 0; operand < ranks.size(); operand++) {
      width = Math.max(width, ranks.get(operand) - letters(spec.operands().get(operand)));
    }
    return width;
  }

  /** Returns how many axes of a term have an index of their own. */
  static int letters(List<Integer> term) {
    return term.size() - (term.contains(EinsumSpec.ELLIPSIS) ? 1 : 0);
  }

  private static List<Integer> replaced(List<Integer> term, List<Integer> axes) {
    int at = term.indexOf(EinsumSpec.ELLIPSIS);
    var expanded = new ArrayList<>(term);
    if (at >= 0) {
      expanded.remove(at);
      expanded.addAll(at, axes);
    }
    return expanded;
  }

  /** Hands out the lowest indices that are not used yet. */
  static final class FreshIndices {
    private final Set<Integer> used;
    private int next;

    FreshIndices(Set<Integer> used) {
      this.used = used;
    }

    int next() {
      while (used.contains(next)) {
        next++;
      }
      return next++;
    }
  }
}
