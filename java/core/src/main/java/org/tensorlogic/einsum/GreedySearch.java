package org.tensorlogic.einsum;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Objects;
import java.util.PriorityQueue;
import java.util.Random;

/**
 * One way down from many tensors to a few: again and again the pair of the least score, which is
 * what its contraction adds to the elements alive.
 */
final class GreedySearch {

  /**
   * How pairs are judged.
   *
   * @param all whether pairs without a common index are, too; else only when no others are left
   * @param freedWeight how much of the elements counts that the contraction frees
   * @param temperature chance makes a score worse by a factor of up to 1 more than this
   */
  record Terms(boolean all, double freedWeight, double temperature) {}

  private record Candidate(double score, double flops, int left, int right)
      implements Comparable<Candidate> {

    // Spelled out: a chain of comparators takes a third of the search.
    @Override
    public int compareTo(Candidate other) {
      int byScore = Double.compare(score, other.score);
      int byFlops = byScore != 0 ? byScore : Double.compare(flops, other.flops);
      int byLeft = byFlops != 0 ? byFlops : Integer.compare(left, other.left);
      return byLeft != 0 ? byLeft : Integer.compare(right, other.right);
    }
  }

  private final TensorNetwork network;
  private final Terms terms;
  private final Random random;
  private final double peakMax;
  /** All tensors by number, null once they are contracted. */
  private final List<ContractionTree> tensors;
  private final int[] uses;
  private final PriorityQueue<Candidate> queue = new PriorityQueue<>();
  private boolean all;
  private int live;
  private int pairs;

  GreedySearch(TensorNetwork network, Terms terms, Random random, double peakMax) {
    this.network = network;
    this.terms = terms;
    this.random = random;
    this.peakMax = peakMax;
    this.tensors = new ArrayList<>(network.leaves());
    this.uses = network.uses();
    this.live = tensors.size();
    this.all = terms.all();
  }

  /** How many pairs were scored. */
  int pairs() {
    return pairs;
  }

  /*
   * Which indices a pair keeps does not change while others are contracted (an index that another
   * tensor has stays in what that one is contracted into), so a candidate is scored once. Once no
   * two tensors share an index, none ever will.
   */

  /** Returns what is left once there are so few tensors; none where the bound does not allow it. */
  List<ContractionTree> downTo(int count) {
    offerAll();
    while (live > count) {
      Candidate best = queue.poll();
      if (best == null && all) {
        return List.of();
      }
      if (best == null) {
        all = true;
        offerAll();
      } else if (tensors.get(best.left()) != null && tensors.get(best.right()) != null) {
        contract(best);
      }
    }
    return tensors.stream().filter(Objects::nonNull).toList();
  }

  private void contract(Candidate pair) {
    // Made anew: there may be many candidates, and they are small without their trees.
    ContractionTree tree = pair(tensors.get(pair.left()), tensors.get(pair.right()));
    use(tensors.set(pair.left(), null), -1);
    use(tensors.set(pair.right(), null), -1);
    use(tree, 1);
    tensors.add(tree);
    live--;
    offer(tensors.size() - 1);
  }

  private void use(ContractionTree tree, int times) {
    BitSet set = tree.indices();
    for (int index = set.nextSetBit(0); index >= 0; index = set.nextSetBit(index + 1)) {
      uses[index] += times;
    }
  }

  private void offerAll() {
    for (int right = 1; right < tensors.size(); right++) {
      offer(right);
    }
  }

  private void offer(int right) {
    ContractionTree b = tensors.get(right);
    for (int left = 0; b != null && left < right; left++) {
      ContractionTree a = tensors.get(left);
      if (a != null && (all || a.indices().intersects(b.indices()))) {
        offer(left, right);
      }
    }
  }

  private void offer(int left, int right) {
    ContractionTree a = tensors.get(left);
    ContractionTree b = tensors.get(right);
    ContractionTree tree = pair(a, b);
    pairs++;
    if (tree.peak() <= peakMax) {
      double ownFlops = tree.flops() - a.flops() - b.flops();
      queue.add(new Candidate(score(a, b, tree.count()), ownFlops, left, right));
    }
  }

  private ContractionTree pair(ContractionTree a, ContractionTree b) {
    BitSet union = (BitSet) a.indices().clone();
    union.or(b.indices());
    BitSet kept = (BitSet) union.clone();
    for (int index = kept.nextSetBit(0); index >= 0; index = kept.nextSetBit(index + 1)) {
      int own = (a.indices().get(index) ? 1 : 0) + (b.indices().get(index) ? 1 : 0);
      kept.set(index, uses[index] > own);
    }
    double count = network.count(kept);
    double flops = ContractionTree.flopsOfPair(network.count(union), count);
    return ContractionTree.pair(a, b, kept, count, live == 2 ? 0 : count, flops);
  }

  private double score(ContractionTree a, ContractionTree b, double count) {
    double added = count - terms.freedWeight() * (a.count() + b.count());
    double factor = 1 + terms.temperature() * random.nextDouble();
    return added > 0 ? added * factor : added / factor;
  }
}
