package org.tensorlogic.einsum;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * How the cotangent of a sum-product einsum's result becomes that of one operand. It is an einsum
 * itself, so gradients of gradients need nothing more. Its operands are, in this order:
 *
 * <ol>
 *   <li>the cotangent of the result;
 *   <li>the other operands, in their order;
 *   <li>one identity matrix for each entry of {@code identities}, as wide as that index's extent:
 *       they spread the cotangent of a diagonal onto it, with zeros beside.
 * </ol>
 *
 * <p>The einsum's result has the operand's axes in their order, but lacks those listed in
 * {@code broadcastAxes}: the operand was summed over them alone, so every element along them gets
 * the same cotangent. The caller inserts axes at these positions and broadcasts them to the
 * operand's shape. Immutable.
 *
 * @param spec the einsum
 * @param identities for each identity matrix the index of the forward spec that repeats
 * @param broadcastAxes the operand's axes that the einsum's result lacks, ascending
 */
public record OperandPullback(EinsumSpec spec, List<Integer> identities,
    List<Integer> broadcastAxes) {

  /** Keeps copies of the lists. */
  public OperandPullback {
    identities = List.copyOf(identities);
    broadcastAxes = List.copyOf(broadcastAxes);
  }

  static OperandPullback of(EinsumSpec forward, int operand) {
    forward.requireExpanded();
    List<Integer> term = forward.operands().get(operand);
    var operands = new ArrayList<List<Integer>>();
    operands.add(forward.result());
    for (int other = 0; other < forward.operands().size(); other++) {
      if (other != operand) {
        operands.add(forward.operands().get(other));
      }
    }
    var fresh = new Ellipsis.FreshIndices(forward.indices());
    var identities = new ArrayList<Integer>();
    var axes = new ArrayList<Integer>();
    var seen = new HashSet<Integer>();
    for (int index : term) {
      if (seen.add(index)) {
        axes.add(index);
      } else {
        int copy = fresh.next();
        identities.add(index);
        operands.add(List.of(index, copy));
        axes.add(copy);
      }
    }
    Set<Integer> available = new LinkedHashSet<>();
    operands.forEach(available::addAll);
    var broadcastAxes = new ArrayList<Integer>();
    for (int axis = 0; axis < axes.size(); axis++) {
      if (!available.contains(axes.get(axis))) {
        broadcastAxes.add(axis);
      }
    }
    axes.retainAll(available);
    return new OperandPullback(new EinsumSpec(operands, axes), identities, broadcastAxes);
  }
}
