package org.tensorlogic.einsum;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * The best orders of a few tensors by dynamic programming: what is best for a subset of them is
 * made of what is best for the two parts of one of its splits. Subsets are bit masks over the list
 * of tensors; ties go to the split that is met first.
 */
final class ExactSearch {

  /*
   * An order's FLOPs are the sum of its parts' and its own, and its peak grows with its parts'
   * peaks. So an order of fewest FLOPs, and the least peak among those, has such parts, and one
   * tree for a subset is enough; for the fewest FLOPs within a bound of the peak a part may be any
   * that no other one of its subset beats in both.
   */

  private final TensorNetwork network;
  private final double peakMax;
  private final boolean whole;
  private final int all;
  private final BitSet[] kept;
  /** The best trees of each subset, fewer FLOPs and greater peaks first. */
  private final List<List<ContractionTree>> fronts;

  private ExactSearch(TensorNetwork network, List<ContractionTree> tensors, double peakMax,
      boolean whole) {
    this.network = network;
    this.peakMax = peakMax;
    this.whole = whole;
    this.all = (1 << tensors.size()) - 1;
    this.kept = new BitSet[all + 1];
    this.fronts = new ArrayList<>(List.of(List.of()));
    keepOpenIndices(tensors);
    for (int subset = 1; subset <= all; subset++) {
      fronts.add(isSingle(subset)
          ? List.of(tensors.get(Integer.numberOfTrailingZeros(subset))) : search(subset));
    }
  }

  /**
   * Returns the best orders of some tensors, fewer FLOPs and greater peaks first.
   *
   * @param peakMax the most elements of intermediates at one time
   * @param whole whether all are wanted that no other one beats in both FLOPs and peak, else the
   *     one of fewest FLOPs, which with a bound may be missed
   */
  static List<ContractionTree> front(TensorNetwork network, List<ContractionTree> tensors,
      double peakMax, boolean whole) {
    return new ExactSearch(network, tensors, peakMax, whole).fronts.getLast();
  }

  /** Finds for each subset the indices that the outside or the result still asks for. */
  private void keepOpenIndices(List<ContractionTree> tensors) {
    int[] holders = new int[network.indexCount()];
    for (int position = 0; position < tensors.size(); position++) {
      int bit = 1 << position;
      tensors.get(position).indices().stream().forEach(index -> holders[index] |= bit);
    }
    for (int subset = 1; subset <= all; subset++) {
      kept[subset] = new BitSet(holders.length);
      for (int index = 0; index < holders.length; index++) {
        boolean asked = network.isInResult(index) || (holders[index] & ~subset) != 0;
        kept[subset].set(index, asked && (holders[index] & subset) != 0);
      }
    }
  }

  private List<ContractionTree> search(int subset) {
    var front = new ArrayList<ContractionTree>();
    double count = network.count(kept[subset]);
    int lowest = Integer.lowestOneBit(subset);
    for (int left = (subset - 1) & subset; left > 0; left = (left - 1) & subset) {
      int right = subset ^ left;
      if ((left & lowest) != 0 && !fronts.get(left).isEmpty() && !fronts.get(right).isEmpty()) {
        offer(front, subset, left, count);
      }
    }
    return front;
  }

  private void offer(List<ContractionTree> front, int subset, int left, double count) {
    int right = subset ^ left;
    double least = ContractionTree.plus(fronts.get(left).getFirst().flops(),
        fronts.get(right).getFirst().flops());
    if (isBeaten(front, least)) {
      return;
    }
    BitSet union = (BitSet) kept[left].clone();
    union.or(kept[right]);
    double flops = ContractionTree.flopsOfPair(network.count(union), count);
    if (isBeaten(front, ContractionTree.plus(least, flops))) {
      return;
    }
    for (ContractionTree a : fronts.get(left)) {
      for (ContractionTree b : fronts.get(right)) {
        keep(front, ContractionTree.pair(a, b, kept[subset], count, subset == all ? 0 : count,
            flops));
      }
    }
  }

  private boolean isBeaten(List<ContractionTree> front, double flops) {
    return !whole && !front.isEmpty() && flops > front.getFirst().flops();
  }

  private void keep(List<ContractionTree> front, ContractionTree tree) {
    if (tree.peak() > peakMax) {
      return;
    }
    if (!whole) {
      if (front.isEmpty() || ContractionTree.FEWEST_FLOPS.compare(tree, front.getFirst()) < 0) {
        front.clear();
        front.add(tree);
      }
      return;
    }
    int place = 0;
    while (place < front.size() && front.get(place).flops() <= tree.flops()) {
      if (front.get(place++).peak() <= tree.peak()) {
        return;
      }
    }
    // Equal FLOPs and a greater peak stand just before; more FLOPs and no smaller peak behind.
    front.add(place, tree);
    front.removeIf(other -> other != tree && other.flops() >= tree.flops()
        && other.peak() >= tree.peak());
  }

  private static boolean isSingle(int subset) {
    return Integer.bitCount(subset) == 1;
  }
}
