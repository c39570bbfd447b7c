package org.tensorlogic.einsum;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;

/**
 * The tensors that are still to be contracted, and the steps taken so far. Indices are numbered
 * densely here, so that a tensor's indices are a set of bits.
 */
final class TensorNetwork {

  private final EinsumSpec spec;
  private final List<Integer> indices;
  private final double[] extents;
  /** For each index how many live tensors have it, and one more where the result has it. */
  private final int[] uses;
  private final Map<Integer, List<Integer>> live = new LinkedHashMap<>();
  private final Map<Integer, BitSet> bits = new HashMap<>();
  private final List<ContractionOrder.Step> steps = new ArrayList<>();

  TensorNetwork(EinsumSpec spec, Map<Integer, Long> extents) {
    this.spec = spec;
    this.indices = List.copyOf(spec.indices());
    this.extents = new double[indices.size()];
    this.uses = new int[indices.size()];
    for (int dense = 0; dense < this.extents.length; dense++) {
      Long extent = extents.get(indices.get(dense));
      if (extent == null || extent < 0) {
        throw new IllegalArgumentException("index %s of einsum \"%s\" has extent %s".formatted(
            EinsumSpec.name(indices.get(dense)), spec, extent));
      }
      this.extents[dense] = extent;
    }
    for (int operand = 0; operand < spec.operands().size(); operand++) {
      enter(operand, spec.operands().get(operand));
    }
    bitsOf(spec.result()).stream().forEach(dense -> uses[dense]++);
  }

  /** The numbers of the tensors that are not contracted yet, the earliest made first. */
  List<Integer> live() {
    return List.copyOf(live.keySet());
  }

  BitSet bits(int tensor) {
    return bits.get(tensor);
  }

  List<ContractionOrder.Step> steps() {
    return steps;
  }

  /** Takes the diagonal of a tensor that repeats an index and sums over those it alone has. */
  void simplify(int tensor) {
    List<Integer> term = live.get(tensor);
    boolean last = live.size() == 1;
    List<Integer> kept = last ? spec.result() : new LinkedHashSet<>(term).stream()
        .filter(index -> uses[indices.indexOf(index)] > 1).toList();
    if (last || kept.size() < term.size()) {
      double points = count(bits.get(tensor));
      double count = count(bitsOf(kept));
      boolean view = isView(bits.get(tensor), bitsOf(kept));
      step(List.of(tensor), kept, view ? 0 : points, count, view);
    }
  }

  /** Contracts two tensors, into the einsum's result where no others are left. */
  void contract(int a, int b) {
    int left = Math.min(a, b);
    int right = Math.max(a, b);
    BitSet kept = kept(left, right);
    List<Integer> result = live.size() == 2 ? spec.result() : resultTerm(left, right, kept);
    double count = count(kept);
    double flops = Cost.flopsOfPair(count(union(left, right)), count);
    step(List.of(left, right), result, flops, count, false);
  }

  /** The indices that remain when two live tensors are contracted. */
  BitSet kept(int left, int right) {
    BitSet kept = union(left, right);
    for (int dense = kept.nextSetBit(0); dense >= 0; dense = kept.nextSetBit(dense + 1)) {
      int own = (bits.get(left).get(dense) ? 1 : 0) + (bits.get(right).get(dense) ? 1 : 0);
      kept.set(dense, uses[dense] > own);
    }
    return kept;
  }

  BitSet union(int left, int right) {
    BitSet union = (BitSet) bits.get(left).clone();
    union.or(bits.get(right));
    return union;
  }

  boolean isInResult(int dense) {
    return spec.result().contains(indices.get(dense));
  }

  int indexCount() {
    return extents.length;
  }

  /** The product of the extents; 0 where one is 0. */
  double count(BitSet set) {
    double count = 1;
    for (int dense = set.nextSetBit(0); dense >= 0; dense = set.nextSetBit(dense + 1)) {
      count = Cost.times(count, extents[dense]);
    }
    return count;
  }

  private boolean isView(BitSet all, BitSet kept) {
    BitSet summed = (BitSet) all.clone();
    summed.andNot(kept);
    return summed.stream().allMatch(dense -> extents[dense] == 1);
  }

  /** Indices of both tensors first, then the left's, then the right's, each in their order. */
  private List<Integer> resultTerm(int left, int right, BitSet kept) {
    var term = new LinkedHashSet<>(live.get(left));
    term.retainAll(live.get(right));
    term.addAll(live.get(left));
    term.addAll(live.get(right));
    return term.stream().filter(index -> kept.get(indices.indexOf(index))).toList();
  }

  private void step(List<Integer> operands, List<Integer> result, double flops, double count,
      boolean view) {
    var stepSpec = new EinsumSpec(operands.stream().map(live::get).toList(), result);
    for (int operand : operands) {
      bits.remove(operand).stream().forEach(dense -> uses[dense]--);
      live.remove(operand);
    }
    int made = spec.operands().size() + steps.size();
    enter(made, result);
    steps.add(new ContractionOrder.Step(operands, made, stepSpec, flops, count, view));
  }

  private void enter(int tensor, List<Integer> term) {
    live.put(tensor, term);
    bits.put(tensor, bitsOf(term));
    bits.get(tensor).stream().forEach(dense -> uses[dense]++);
  }

  private BitSet bitsOf(List<Integer> term) {
    var set = new BitSet(indices.size());
    term.forEach(index -> set.set(indices.indexOf(index)));
    return set;
  }
}
