package org.tensorlogic.lang.check;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.tensorlogic.lang.syntax.Expression;
import org.tensorlogic.lang.syntax.Index;
import org.tensorlogic.lang.syntax.Statement;

/**
 * The indices of a concatenation {@code Y[i,k] = concat(A[i,m], B[i,n])}: {@code k} runs through
 * {@code m} and then through {@code n}.
 *
 * @param along the index of the left side that no argument has
 * @param parts for each argument the one index that the left side lacks
 */
record Joining(String along, List<String> parts) {

  /** The indices of a call of concat, or empty where they are not of this form. */
  static Optional<Joining> of(Statement.Equation equation, Expression.Apply call) {
    Set<String> head = new LinkedHashSet<>();
    equation.head().indices().forEach(index -> variables(index, head));
    Set<String> fresh = new LinkedHashSet<>(head);
    List<String> parts = new ArrayList<>();
    for (Expression argument : call.arguments()) {
      Set<String> variables = new LinkedHashSet<>();
      variables(argument, variables);
      fresh.removeAll(variables);
      variables.removeAll(head);
      if (variables.size() != 1) {
        return Optional.empty();
      }
      parts.addAll(variables);
    }
    boolean form = fresh.size() == 1 && !parts.isEmpty();
    return form ? Optional.of(new Joining(fresh.iterator().next(), parts)) : Optional.empty();
  }

  /** Whether a clause is nothing but a call of concat. */
  static Optional<Expression.Apply> call(Expression value) {
    return value instanceof Expression.Apply apply && apply.name().equals(Function.CONCAT.text())
        ? Optional.of(apply)
        : Optional.empty();
  }

  private static void variables(Expression expression, Set<String> found) {
    if (expression instanceof Expression.Read read) {
      read.indices().forEach(index -> variables(index, found));
    }
    Scope.parts(expression).forEach(part -> variables(part, found));
  }

  private static void variables(Index index, Set<String> found) {
    switch (index) {
      case Index.Variable variable -> found.add(Scope.key(variable));
      case Index.Shifted shifted -> found.add(shifted.name());
      case Index.Combined combined -> {
        found.add(combined.name());
        found.add(combined.other());
      }
      case Index.Quotient quotient -> found.add(quotient.name());
      case Index.Virtual virtual -> found.add(virtual.name());
      case Index.Slice _, Index.Position _, Index.Symbol _ -> { }
    }
  }
}
