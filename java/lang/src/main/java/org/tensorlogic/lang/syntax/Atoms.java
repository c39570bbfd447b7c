package org.tensorlogic.lang.syntax;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads a name with parentheses as an atom: its arguments as variables, symbols and integers. */
public final class Atoms {
  private Atoms() {}

  /**
   * The atom that an application can be read as.
   *
   * @param apply a name with parentheses
   * @return the atom, or empty if an argument is neither a bare name, a quoted symbol nor an
   *     integer
   */
  public static Optional<Statement.Atom> of(Expression.Apply apply) {
    List<Index> arguments = new ArrayList<>();
    for (Expression argument : apply.arguments()) {
      Optional<Index> index = argument(argument);
      if (index.isEmpty()) {
        return Optional.empty();
      }
      arguments.add(index.get());
    }
    return Optional.of(new Statement.Atom(apply.name(), List.copyOf(arguments), apply.span()));
  }

  private static Optional<Index> argument(Expression argument) {
    return switch (argument) {
      case Expression.Text text -> Optional.of(new Index.Symbol(text.value(), text.span()));
      case Expression.Number number -> position(number);
      case Expression.Read read -> named(read);
      case Expression.Apply apply -> Optional.empty();
      case Expression.Sum sum -> Optional.empty();
      case Expression.Product product -> Optional.empty();
      case Expression.Compare compare -> Optional.empty();
      case Expression.And and -> Optional.empty();
      case Expression.Or or -> Optional.empty();
      case Expression.Not not -> Optional.empty();
    };
  }

  private static Optional<Index> named(Expression.Read read) {
    if (!read.indices().isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        IndexParser.isVariable(read.name())
            ? new Index.Variable(read.name(), false, read.span())
            : new Index.Symbol(read.name(), read.span()));
  }

  private static Optional<Index> position(Expression.Number number) {
    double value = number.value();
    boolean whole = value == Math.rint(value) && value < 0x1p53;
    return whole ? Optional.of(new Index.Position((long) value, number.span())) : Optional.empty();
  }
}
