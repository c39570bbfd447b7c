package org.tensorlogic.einsum;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;

/**
 * The tensors that are still to be contracted, and the steps taken so far. Indices are numbered
 * densely here, in order of first occurrence, so that a tensor's indices are a set of bits.
 */
final class TensorNetwork {

  private final EinsumSpec spec;
  private final Map<Integer, Integer> dense = new HashMap<>();
  private final double[] extents;
  private final BitSet result;
  /** For each index how many live tensors have it, and one more where the result has it. */
  private final int[] uses;
  private final Map<Integer, List<Integer>> live = new LinkedHashMap<>();
  private final Map<Integer, BitSet> bits = new HashMap<>();
  private final List<ContractionOrder.Step> steps = new ArrayList<>();

  TensorNetwork(EinsumSpec spec, Map<Integer, Long> extents) {
    this.spec = spec;
    this.extents = new double[spec.indices().size()];
    this.uses = new int[this.extents.length];
    for (int index : spec.indices()) {
      Long extent = extents.get(index);
      if (extent == null || extent < 0) {
        throw new IllegalArgumentException("index %s of einsum \"%s\" has extent %s".formatted(
            EinsumSpec.name(index), spec, extent));
      }
      this.extents[dense.size()] = extent;
      dense.put(index, dense.size());
    }
    for (int operand = 0; operand < spec.operands().size(); operand++) {
      enter(operand, spec.operands().get(operand));
    }
    this.result = bitsOf(spec.result());
    result.stream().forEach(index -> uses[index]++);
  }

  /** The operands, each after the sums of its own. */
  List<ContractionTree> leaves() {
    return live.keySet().stream().map(operand -> {
      BitSet own = bits.get(operand);
      BitSet asked = bitsOf(asked(live.get(operand)));
      double count = count(asked);
      boolean stored = live.size() > 1 && !isView(own, asked);
      return ContractionTree.leaf(operand, asked, count, stored ? count : 0);
    }).toList();
  }

  /** For each index how many tensors have it, and one more where the result has it; a copy. */
  int[] uses() {
    return uses.clone();
  }

  boolean isInResult(int index) {
    return result.get(index);
  }

  int indexCount() {
    return extents.length;
  }

  /** The product of the extents; 0 where one is 0. */
  double count(BitSet set) {
    double count = 1;
    for (int index = set.nextSetBit(0); index >= 0; index = set.nextSetBit(index + 1)) {
      count = ContractionTree.times(count, extents[index]);
    }
    return count;
  }

  /** A number that depends on all that a search does. */
  int seed() {
    int operands = live.keySet().stream().map(bits::get).toList().hashCode();
    return 31 * (31 * operands + result.hashCode()) + Arrays.hashCode(extents);
  }

  /** Contracts all tensors, and returns the steps. */
  List<ContractionOrder.Step> steps(ContractionTree tree) {
    contract(tree);
    return steps;
  }

  /** Takes steps whose operands are given, and returns them. */
  List<ContractionOrder.Step> steps(List<List<Integer>> operands) {
    for (List<Integer> step : operands) {
      boolean fits = live.keySet().containsAll(step) && (steps.isEmpty() || live.size() > 1);
      if (fits && step.size() == 1) {
        simplify(step.getFirst());
      } else if (fits && step.size() == 2 && step.get(0) < step.get(1)
          && step.stream().map(live::get).allMatch(term -> asked(term).equals(term))) {
        contract(step.get(0), step.get(1));
      }
    }
    if (live.size() > 1 || steps.isEmpty()
        || !steps.stream().map(ContractionOrder.Step::operands).toList().equals(operands)) {
      throw new IllegalArgumentException(
          "einsum \"" + spec + "\" has no order with steps of " + operands);
    }
    return steps;
  }

  private int contract(ContractionTree tree) {
    if (tree.isLeaf()) {
      return simplify(tree.operand());
    }
    int first = contract(tree.first());
    int second = contract(tree.second());
    return contract(Math.min(first, second), Math.max(first, second));
  }

  /** Takes the diagonal of a tensor that repeats an index and sums over those it alone has. */
  private int simplify(int tensor) {
    List<Integer> term = live.get(tensor);
    boolean last = live.size() == 1;
    List<Integer> kept = last ? spec.result() : asked(term);
    if (!last && kept.size() == term.size()) {
      return tensor;
    }
    BitSet all = bits.get(tensor);
    boolean view = isView(all, bitsOf(kept));
    return step(List.of(tensor), kept, view ? 0 : count(all), view);
  }

  /** Contracts two tensors, into the einsum's result where no others are left. */
  private int contract(int left, int right) {
    BitSet union = (BitSet) bits.get(left).clone();
    union.or(bits.get(right));
    List<Integer> kept = live.size() == 2 ? spec.result() : resultTerm(left, right);
    double flops = ContractionTree.flopsOfPair(count(union), count(bitsOf(kept)));
    return step(List.of(left, right), kept, flops, false);
  }

  /** The indices of a tensor that others or the result have too, each once. */
  private List<Integer> asked(List<Integer> term) {
    var asked = new LinkedHashSet<Integer>();
    for (int index : term) {
      if (uses[dense(index)] > 1) {
        asked.add(index);
      }
    }
    return List.copyOf(asked);
  }

  private int dense(int index) {
    return dense.get(index);
  }

  private boolean isView(BitSet all, BitSet kept) {
    BitSet summed = (BitSet) all.clone();
    summed.andNot(kept);
    for (int index = summed.nextSetBit(0); index >= 0; index = summed.nextSetBit(index + 1)) {
      if (extents[index] != 1) {
        return false;
      }
    }
    return true;
  }

  /** Indices of both tensors first, then the left's, then the right's, each in their order. */
  private List<Integer> resultTerm(int left, int right) {
    var term = new LinkedHashSet<>(live.get(left));
    term.retainAll(live.get(right));
    term.addAll(live.get(left));
    term.addAll(live.get(right));
    return term.stream().filter(index -> {
      int own = (live.get(left).contains(index) ? 1 : 0)
          + (live.get(right).contains(index) ? 1 : 0);
      return uses[dense(index)] > own;
    }).toList();
  }

  private int step(List<Integer> operands, List<Integer> kept, double flops, boolean view) {
    var stepSpec = new EinsumSpec(operands.stream().map(live::get).toList(), kept);
    for (int operand : operands) {
      bits.remove(operand).stream().forEach(index -> uses[index]--);
      live.remove(operand);
    }
    int made = spec.operands().size() + steps.size();
    enter(made, kept);
    steps.add(new ContractionOrder.Step(operands, made, stepSpec, flops, count(bits.get(made)),
        view));
    return made;
  }

  private void enter(int tensor, List<Integer> term) {
    live.put(tensor, term);
    bits.put(tensor, bitsOf(term));
    bits.get(tensor).stream().forEach(index -> uses[index]++);
  }

  private BitSet bitsOf(List<Integer> term) {
    var set = new BitSet(extents.length);
    term.forEach(index -> set.set(dense(index)));
    return set;
  }
}
