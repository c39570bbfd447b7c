package org.tensorlogic.einsum;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The best of all orders of pairs, each tried, with costs worked out anew from sets of indices:
 * orders in which intermediates are read like a stack, the last ones made first, and operands are
 * summed over indices of their own just before their step.
 */
final class AllOrders {

  /** What is alive, compared by identity. */
  private static final class Term {
    private final Set<Integer> indices;
    private final double held;
    private final boolean made;

    private Term(Set<Integer> indices, double held, boolean made) {
      this.indices = indices;
      this.held = held;
      this.made = made;
    }
  }

  private final EinsumSpec spec;
  private final Map<Integer, Long> extents;
  private final double bound;
  private double flops = Double.POSITIVE_INFINITY;
  private double peak = Double.POSITIVE_INFINITY;
  private double peakLeast = Double.POSITIVE_INFINITY;

  private AllOrders(EinsumSpec spec, Map<Integer, Long> extents, double bound) {
    this.spec = spec;
    this.extents = extents;
    this.bound = bound;
  }

  static AllOrders of(EinsumSpec spec, Map<Integer, Long> extents, double bound) {
    var all = new AllOrders(spec, extents, bound);
    var given = new ArrayList<Term>();
    spec.operands().forEach(term -> given.add(new Term(new HashSet<>(term), 0, false)));
    var start = new ArrayList<Term>();
    for (Term term : given) {
      Set<Integer> kept = all.asked(term.indices, without(given, term, term));
      boolean view = given.size() == 1 || all.product(term.indices) == all.product(kept)
          && term.indices.stream().allMatch(i -> kept.contains(i) || extents.get(i) == 1);
      start.add(new Term(kept, view ? 0 : all.product(kept), false));
    }
    all.descend(start, List.of(), 0, 0);
    return all;
  }

  /** The fewest FLOPs of pairs within the bound; infinite where no order is. */
  double flops() {
    return flops;
  }

  /** The least peak at these FLOPs. */
  double peak() {
    return peak;
  }

  /** The least peak of all. */
  double peakLeast() {
    return peakLeast;
  }

  private void descend(List<Term> terms, List<Term> stack, double spent, double highest) {
    if (highest > bound) {
      return;
    }
    if (terms.size() == 1) {
      peakLeast = Math.min(peakLeast, highest);
      if (spent < flops || spent == flops && highest < peak) {
        flops = spent;
        peak = highest;
      }
      return;
    }
    for (int a = 0; a < terms.size(); a++) {
      for (int b = a + 1; b < terms.size(); b++) {
        contract(terms, stack, terms.get(a), terms.get(b), spent, highest);
      }
    }
  }

  private void contract(List<Term> terms, List<Term> stack, Term a, Term b, double spent,
      double highest) {
    int made = (a.made ? 1 : 0) + (b.made ? 1 : 0);
    List<Term> below = stack.subList(0, stack.size() - made);
    if (below.contains(a) || below.contains(b)) {
      return;
    }
    List<Term> rest = without(terms, a, b);
    var union = new HashSet<>(a.indices);
    union.addAll(b.indices);
    Set<Integer> kept = asked(union, rest);
    double points = product(union);
    double count = product(kept);
    var result = new Term(kept, rest.isEmpty() ? 0 : count, true);
    double alive = below.stream().mapToDouble(term -> term.held).sum() + a.held + b.held
        + result.held;
    rest.add(result);
    var above = new ArrayList<>(below);
    above.add(result);
    descend(rest, above, spent + (points == count ? points : 2 * points),
        Math.max(highest, alive));
  }

  private Set<Integer> asked(Set<Integer> indices, List<Term> others) {
    var asked = new HashSet<>(indices);
    asked.removeIf(index -> !spec.result().contains(index)
        && others.stream().noneMatch(other -> other.indices.contains(index)));
    return asked;
  }

  private double product(Set<Integer> indices) {
    return indices.stream().mapToDouble(extents::get).reduce(1, (a, b) -> a * b);
  }

  private static List<Term> without(List<Term> terms, Term a, Term b) {
    var others = new ArrayList<>(terms);
    others.removeIf(term -> term == a || term == b);
    return others;
  }
}
