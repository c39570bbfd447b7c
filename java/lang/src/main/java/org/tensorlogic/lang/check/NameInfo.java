package org.tensorlogic.lang.check;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.tensorlogic.lang.syntax.Projection;
import org.tensorlogic.lang.syntax.Span;
import org.tensorlogic.lang.syntax.Statement;
import org.tensorlogic.type.DType;

/** What is gathered about one name while the program is walked. */
final class NameInfo {
  final String name;
  final int rank;
  final Span first;
  final List<Integer> axisCells = new ArrayList<>();
  final List<Statement.Fact> facts = new ArrayList<>();
  final List<Integer> equations = new ArrayList<>();
  Optional<DType> declared = Optional.empty();
  Optional<Statement.Load> load = Optional.empty();
  Optional<FileContent> content = Optional.empty();
  Optional<Statement.Parameter> parameter = Optional.empty();
  Projection projection;
  /** Where it is defined as a relation, or null. */
  Span relationAt;
  /** Where it is defined as a numeric tensor, or null. */
  Span tensorAt;
  boolean usedAsAtom;
  boolean typed;
  DType dtype = DType.BOOL;

  NameInfo(String name, int rank, Span first) {
    this.name = name;
    this.rank = rank;
    this.first = first;
  }

  boolean isDefined() {
    return relationAt != null || tensorAt != null || typed;
  }

  boolean isRelation() {
    if (declared.isPresent()) {
      return declared.get() == DType.BOOL;
    }
    return relationAt != null || tensorAt == null && usedAsAtom;
  }
}
