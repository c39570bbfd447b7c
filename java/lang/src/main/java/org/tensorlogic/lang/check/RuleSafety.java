package org.tensorlogic.lang.check;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.tensorlogic.lang.syntax.Expression;
import org.tensorlogic.lang.syntax.Index;
import org.tensorlogic.lang.syntax.Printer;
import org.tensorlogic.lang.syntax.Problems;
import org.tensorlogic.lang.syntax.Statement;

/** Checks that every variable of a rule gets its values from a positive part of the body. */
final class RuleSafety {
  private RuleSafety() {}

  static void check(Statement.Rule rule, Scope scope, Problems problems) {
    Set<String> bound = new HashSet<>();
    for (Reading reading : scope.body()) {
      if (!reading.negated()) {
        reading.indices().forEach(index -> bind(index, bound));
      }
    }
    require(rule.head().arguments(), bound, problems, "the head of the rule");
    for (Statement.Literal literal : rule.body()) {
      switch (literal) {
        case Statement.Literal.Relation relation -> {
          if (relation.negated()) {
            // Under a negation _ stands for no value whatever, and needs none.
            List<Index> named = relation.atom().arguments().stream()
                .filter(index -> !isAnonymous(index)).toList();
            require(named, bound, problems, "a negated atom");
          }
        }
        case Statement.Literal.Condition condition ->
            require(condition.compare(), scope, bound, problems);
      }
    }
  }

  private static void require(
      List<Index> arguments, Set<String> bound, Problems problems, String where) {
    for (Index index : arguments) {
      if (index instanceof Index.Variable variable && !bound.contains(Scope.key(variable))) {
        problems.error(
            index.span(),
            "variable %s in %s is not bound by the body".formatted(variable.name(), where),
            "use %s in an atom of the body that is not negated"
                .formatted(isAnonymous(index) ? "a named variable" : variable.name()));
      }
    }
  }

  private static void require(
      Expression expression, Scope scope, Set<String> bound, Problems problems) {
    boolean unbound =
        expression instanceof Expression.Read read
            && scope.isIndex(read)
            && !bound.contains(read.name());
    if (unbound) {
      String name = Printer.print(expression);
      problems.error(
          expression.span(),
          "variable %s in a comparison is not bound by the body".formatted(name),
          "use " + name + " in an atom of the body that is not negated");
    }
    Scope.parts(expression).forEach(part -> require(part, scope, bound, problems));
  }

  private static boolean isAnonymous(Index index) {
    return index instanceof Index.Variable variable && variable.name().equals("_");
  }

  private static void bind(Index index, Set<String> bound) {
    switch (index) {
      case Index.Variable variable -> bound.add(Scope.key(variable));
      case Index.Shifted shifted -> bound.add(shifted.name());
      case Index.Combined combined -> {
        bound.add(combined.name());
        bound.add(combined.other());
      }
      case Index.Quotient quotient -> bound.add(quotient.name());
      case Index.Virtual virtual -> bound.add(virtual.name());
      case Index.Slice _, Index.Position _, Index.Symbol _ -> { }
    }
  }
}
