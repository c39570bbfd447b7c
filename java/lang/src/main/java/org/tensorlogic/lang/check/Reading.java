package org.tensorlogic.lang.check;

import java.util.List;
import java.util.Optional;
import org.tensorlogic.lang.syntax.Index;
import org.tensorlogic.lang.syntax.Span;

/**
 * One occurrence of a name in a statement.
 *
 * @param name the tensor or relation
 * @param indices all of them, virtual ones included
 * @param use how it is written
 * @param negated whether a negation stands around it
 * @param span its place
 */
record Reading(String name, List<Index> indices, Use use, boolean negated, Span span) {

  /** How an occurrence is written. */
  enum Use {
    /** With brackets, or bare as a whole. */
    TENSOR,
    /** With parentheses, or bare as a literal of a rule. */
    ATOM
  }

  /** The indices that address an axis: all but virtual ones. */
  List<Index> axes() {
    return indices.stream().filter(index -> !(index instanceof Index.Virtual)).toList();
  }

  Optional<Index.Virtual> state() {
    return indices.stream()
        .filter(Index.Virtual.class::isInstance)
        .map(Index.Virtual.class::cast)
        .findFirst();
  }
}
