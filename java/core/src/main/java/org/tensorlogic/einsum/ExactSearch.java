package org.tensorlogic.einsum;

import java.util.BitSet;
import java.util.List;

/**
 * The best order of a few tensors by dynamic programming: the cost of contracting a subset of
 * them is the least over its splits in two. Subsets are bit masks over the list of tensors; ties
 * go to the split that is met first.
 */
final class ExactSearch {

  private final TensorNetwork network;
  private final List<Integer> tensors;
  private final Cost.Objective objective;
  private final double countMax;
  private final int all;
  private final BitSet[] kept;
  /** The best cost of each subset; null where no order stays within the bound. */
  private final Cost[] best;
  private final int[] split;

  ExactSearch(TensorNetwork network, List<Integer> tensors, Cost.Objective objective,
      double countMax) {
    this.network = network;
    this.tensors = tensors;
    this.objective = objective;
    this.countMax = countMax;
    this.all = (1 << tensors.size()) - 1;
    this.kept = new BitSet[all + 1];
    this.best = new Cost[all + 1];
    this.split = new int[all + 1];
    keepOpenIndices();
    for (int subset = 1; subset <= all; subset++) {
      search(subset);
    }
  }

  boolean isFeasible() {
    return best[all] != null;
  }

  /** Carries the best order out on the network. */
  void contract() {
    contract(all);
  }

  private int contract(int subset) {
    if (isSingle(subset)) {
      return tensors.get(Integer.numberOfTrailingZeros(subset));
    }
    int left = contract(split[subset]);
    int right = contract(subset ^ split[subset]);
    network.contract(left, right);
    return network.live().getLast();
  }

  /** Finds for each subset the indices that the outside or the result still asks for. */
  private void keepOpenIndices() {
    int[] holders = new int[network.indexCount()];
    for (int position = 0; position < tensors.size(); position++) {
      int bit = 1 << position;
      network.bits(tensors.get(position)).stream().forEach(index -> holders[index] |= bit);
    }
    boolean[] inResult = new boolean[holders.length];
    for (int index = 0; index < holders.length; index++) {
      inResult[index] = network.isInResult(index);
    }
    for (int subset = 1; subset <= all; subset++) {
      kept[subset] = new BitSet(holders.length);
      for (int index = 0; index < holders.length; index++) {
        boolean asked = inResult[index] || (holders[index] & ~subset) != 0;
        kept[subset].set(index, asked && (holders[index] & subset) != 0);
      }
    }
  }

  private void search(int subset) {
    if (isSingle(subset)) {
      best[subset] = Cost.NOTHING;
      return;
    }
    double count = network.count(kept[subset]);
    if (subset != all && count > countMax) {
      return;
    }
    int lowest = Integer.lowestOneBit(subset);
    for (int left = (subset - 1) & subset; left > 0; left = (left - 1) & subset) {
      int right = subset ^ left;
      if ((left & lowest) != 0 && best[left] != null && best[right] != null) {
        offer(subset, left, right, count);
      }
    }
  }

  private void offer(int subset, int left, int right, double count) {
    Cost parts = best[left].plus(best[right]);
    if (best[subset] != null && !parts.isBelow(best[subset], objective)) {
      return;
    }
    BitSet union = (BitSet) kept[left].clone();
    union.or(kept[right]);
    double flops = Cost.flopsOfPair(network.count(union), count);
    Cost cost = parts.plus(new Cost(flops, subset == all ? 0 : count));
    if (best[subset] == null || cost.isBelow(best[subset], objective)) {
      best[subset] = cost;
      split[subset] = left;
    }
  }

  private static boolean isSingle(int subset) {
    return Integer.bitCount(subset) == 1;
  }
}
