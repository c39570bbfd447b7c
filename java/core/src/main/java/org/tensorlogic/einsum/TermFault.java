package org.tensorlogic.einsum;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A broken constraint within the terms of a spec, with its place.
 *
 * @param term the operand, or the number of operands for the result
 * @param position the entry of the term
 */
record TermFault(int term, int position, Fault fault) {

  /** Checks (C7), (C8) and (C9), in this order. */
  static Optional<TermFault> find(List<List<Integer>> operands, List<Integer> result) {
    for (int term = 0; term <= operands.size(); term++) {
      List<Integer> entries = term < operands.size() ? operands.get(term) : result;
      int first = entries.indexOf(EinsumSpec.ELLIPSIS);
      int last = entries.lastIndexOf(EinsumSpec.ELLIPSIS);
      if (first != last) {
        String name = term < operands.size() ? "operand " + term : "the result";
        return Optional.of(new TermFault(term, last, new Fault("C7",
            name + " has a second \"...\"", "one \"...\" stands for any number of axes")));
      }
    }
    return findInResult(operands, result);
  }

  private static Optional<TermFault> findInResult(
      List<List<Integer>> operands, List<Integer> result) {
    var known = new HashSet<Integer>();
    operands.forEach(known::addAll);
    known.add(EinsumSpec.ELLIPSIS);
    var seen = new HashSet<Integer>();
    for (int position = 0; position < result.size(); position++) {
      int index = result.get(position);
      if (!known.contains(index)) {
        return Optional.of(new TermFault(operands.size(), position, new Fault("C8",
            "index " + EinsumSpec.name(index) + " of the result is in no operand",
            unknownHint(known))));
      }
      if (!seen.add(index)) {
        return Optional.of(new TermFault(operands.size(), position, new Fault("C9",
            "index " + EinsumSpec.name(index) + " occurs twice in the result",
            "a result has each index once; multiply by an identity to fill a diagonal")));
      }
    }
    return Optional.empty();
  }

  private static String unknownHint(Set<Integer> known) {
    String names = known.stream().filter(index -> index != EinsumSpec.ELLIPSIS).sorted()
        .map(EinsumSpec::name).collect(Collectors.joining(", "));
    return names.isEmpty() ? "the operands have no indices" : "the operands have " + names;
  }
}
