package org.tensorlogic.einsum;

import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;

/**
 * Searches for a contraction order: greedily while there are many tensors, exactly over the rest.
 */
final class OrderSearch {

  /** With this many tensors the exact search looks at 3^10 / 2 = 30,000 splits. */
  private static final int EXACT_MAX = 10;

  private final TensorNetwork network;
  private final Cost.Objective objective;
  private final double countMax;

  private OrderSearch(TensorNetwork network, Cost.Objective objective, double countMax) {
    this.network = network;
    this.objective = objective;
    this.countMax = countMax;
  }

  static ContractionOrder run(EinsumSpec spec, Map<Integer, Long> extents, double countMax) {
    spec.requireExpanded();
    return attempt(spec, extents, Cost.Objective.FEWEST_FLOPS, countMax)
        .or(() -> attempt(spec, extents, Cost.Objective.LEAST_MEMORY, countMax))
        .orElseThrow(() -> {
          double needed = attempt(spec, extents, Cost.Objective.LEAST_MEMORY,
              Double.POSITIVE_INFINITY).orElseThrow().intermediateCountMax();
          return new Fault("C11",
              "no order was found that keeps intermediates within %s elements".formatted(
                  ContractionOrder.printed(countMax)),
              "allow " + ContractionOrder.printed(needed) + " elements")
              .exception("einsum", spec.toString());
        });
  }

  private static Optional<ContractionOrder> attempt(EinsumSpec spec, Map<Integer, Long> extents,
      Cost.Objective objective, double countMax) {
    var network = new TensorNetwork(spec, extents);
    network.live().forEach(network::simplify);
    var search = new OrderSearch(network, objective, countMax);
    return search.contractGreedily() && search.contractExactly()
        ? Optional.of(new ContractionOrder(spec, network.steps()))
        : Optional.empty();
  }

  /** A pair of tensors; its score is what contracting it adds to the elements alive. */
  private record Candidate(double score, double flops, int left, int right)
      implements Comparable<Candidate> {

    private static final Comparator<Candidate> ORDER = Comparator
        .comparingDouble(Candidate::score).thenComparingDouble(Candidate::flops)
        .thenComparingInt(Candidate::left).thenComparingInt(Candidate::right);

    @Override
    public int compareTo(Candidate other) {
      return ORDER.compare(this, other);
    }
  }

  /*
   * Which indices a pair keeps does not change while others are contracted (an index that another
   * tensor has stays in what that one is contracted into), so a candidate is scored once.
   */
  private boolean contractGreedily() {
    if (network.live().size() <= EXACT_MAX) {
      return true;
    }
    var queue = new PriorityQueue<Candidate>();
    List<Integer> start = network.live();
    for (int right = 0; right < start.size(); right++) {
      offer(queue, start.subList(0, right), start.get(right));
    }
    var live = new HashSet<>(start);
    while (live.size() > EXACT_MAX) {
      Candidate best = queue.poll();
      if (best == null) {
        return false;
      }
      if (live.contains(best.left()) && live.contains(best.right())) {
        network.contract(best.left(), best.right());
        List<Integer> now = network.live();
        offer(queue, now.subList(0, now.size() - 1), now.getLast());
        live.clear();
        live.addAll(now);
      }
    }
    return true;
  }

  private void offer(PriorityQueue<Candidate> queue, List<Integer> lefts, int right) {
    for (int left : lefts) {
      double count = network.count(network.kept(left, right));
      if (count <= countMax) {
        double points = network.count(network.union(left, right));
        double freed = network.count(network.bits(left)) + network.count(network.bits(right));
        double score = switch (objective) {
          case FEWEST_FLOPS -> count - freed;
          case LEAST_MEMORY -> count;
        };
        queue.add(new Candidate(score, Cost.flopsOfPair(points, count), left, right));
      }
    }
  }

  private boolean contractExactly() {
    List<Integer> tensors = network.live();
    if (tensors.size() < 2) {
      return true;
    }
    var search = new ExactSearch(network, tensors, objective, countMax);
    boolean found = search.isFeasible();
    if (found) {
      search.contract();
    }
    return found;
  }
}
