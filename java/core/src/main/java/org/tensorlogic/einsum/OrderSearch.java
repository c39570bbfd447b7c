package org.tensorlogic.einsum;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Collectors;
import org.tensorlogic.error.EinsumException;
import org.tensorlogic.type.DType;
import org.tensorlogic.type.TensorType;

/** Searches for a contraction order: exactly among few tensors, else by trials. */
final class OrderSearch {

  /*
   * Greedy choices look one step ahead, so they miss good orders, of which there are many nearby.
   * The first trial judges all pairs by the elements that they add, down to so few tensors that
   * their best order can be found exactly; the second one by the elements that they make. The
   * others draw how much the freed elements count, and a temperature: so do Gray and Kourtis,
   * "Hyper-optimized tensor network contraction", Quantum 5, 410 (2021), with other noise. An exact
   * end of these trials gained less than it took. Counts end the work, never a clock: equal
   * arguments give equal orders.
   */

  /** With this many tensors the exact search looks at 3^10 / 2 = 30,000 splits. */
  private static final int EXACT_MAX = 10;
  /** Half as many take 5 ms for 50 tensors instead of 8, for orders of up to twice the FLOPs. */
  private static final int TRIALS_MAX = 64;
  /** Less than a tenth of a second; only where most pairs share an index are there so many. */
  private static final int PAIRS_MAX = 100_000;

  private final TensorNetwork network;
  private final boolean whole;
  private final Comparator<ContractionTree> preference;
  private double peakMax;
  private ContractionTree best;

  private OrderSearch(TensorNetwork network, double peakMax, boolean whole,
      Comparator<ContractionTree> preference) {
    this.network = network;
    this.peakMax = peakMax;
    this.whole = whole;
    this.preference = preference;
  }

  static ContractionOrder run(EinsumSpec spec, Map<Integer, Long> extents, DType dtype,
      long bytesMax) {
    spec.requireExpanded();
    var network = new TensorNetwork(spec, extents);
    double peakMax = bytesMax == Long.MAX_VALUE ? Double.POSITIVE_INFINITY
        : (double) bytesMax / dtype.bytes();
    ContractionTree cheapest = search(network, Double.POSITIVE_INFINITY, false,
        ContractionTree.FEWEST_FLOPS).orElseThrow();
    ContractionTree tree = cheapest.peak() <= peakMax ? cheapest
        : search(network, peakMax, true, ContractionTree.FEWEST_FLOPS)
        .or(() -> search(network, cheapest.peak(), true, ContractionTree.LEAST_PEAK))
        .orElse(cheapest);
    if (tree.peak() > peakMax) {
      throw refusal(spec, extents, dtype, tree.peak(), bytesMax);
    }
    return new ContractionOrder(spec, network.steps(tree));
  }

  private static Optional<ContractionTree> search(TensorNetwork network, double peakMax,
      boolean whole, Comparator<ContractionTree> preference) {
    var search = new OrderSearch(network, peakMax, whole, preference);
    search.run();
    return Optional.ofNullable(search.best);
  }

  private static EinsumException refusal(EinsumSpec spec, Map<Integer, Long> extents, DType dtype,
      double peak, long bytesMax) {
    String bytes = ContractionOrder.printed(ContractionTree.times(peak, dtype.bytes()));
    String operands = spec.operands().stream()
        .map(term -> TensorType.of(dtype, term.stream().mapToLong(extents::get).toArray()))
        .map(TensorType::toString).collect(Collectors.joining(", "));
    return new Fault("C11", "operands %s need intermediates of %s bytes at once in the thriftiest "
        .formatted(operands, bytes) + "order found but %d bytes are the limit".formatted(bytesMax),
        "a limit of %s bytes allows that order".formatted(bytes))
        .exception("einsum", spec.toString());
  }

  private void run() {
    List<ContractionTree> leaves = network.leaves();
    if (leaves.size() <= EXACT_MAX) {
      ExactSearch.front(network, leaves, peakMax, whole).forEach(this::offer);
      return;
    }
    var random = new Random(network.seed());
    int pairs = 0;
    for (int trial = 0; trial < TRIALS_MAX && pairs < PAIRS_MAX; trial++) {
      var search = new GreedySearch(network, terms(trial, random), random, peakMax);
      List<ContractionTree> left = search.downTo(trial == 0 ? EXACT_MAX : 1);
      ExactSearch.front(network, left, peakMax, whole).forEach(this::offer);
      pairs += trial == 0 ? 0 : search.pairs();
    }
  }

  private static GreedySearch.Terms terms(int trial, Random random) {
    return switch (trial) {
      case 0 -> new GreedySearch.Terms(true, 1, 0);
      case 1 -> new GreedySearch.Terms(false, 0, 0);
      // open: all further trials are of one kind
      default -> new GreedySearch.Terms(false, random.nextDouble(),
          StrictMath.pow(10, random.nextDouble()));
    };
  }

  private void offer(ContractionTree tree) {
    if (best == null || preference.compare(tree, best) < 0) {
      best = tree;
      // What is to be beaten leads further trials.
      peakMax = preference == ContractionTree.LEAST_PEAK ? Math.nextDown(tree.peak()) : peakMax;
    }
  }
}
