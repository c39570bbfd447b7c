package org.tensorlogic.lang.check;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import org.tensorlogic.lang.syntax.Index;
import org.tensorlogic.lang.syntax.Printer;
import org.tensorlogic.lang.syntax.Problems;
import org.tensorlogic.lang.syntax.Projection;
import org.tensorlogic.lang.syntax.Span;
import org.tensorlogic.lang.syntax.Statement;

/** Turns one statement into its checked form, all domains being known. */
final class EquationBuilder {
  private final NameTable names;
  private final DomainInference domains;
  private final Problems problems;
  private final Scope scope;
  private final int statement;
  private final Map<String, Long> sliceExtents = new HashMap<>();

  EquationBuilder(
      NameTable names, DomainInference domains, Problems problems, Scope scope, int statement) {
    this.names = names;
    this.domains = domains;
    this.problems = problems;
    this.scope = scope;
    this.statement = statement;
  }

  CheckedEquation equation(Statement.Equation equation) {
    for (Index index : equation.head().indices()) {
      if (index instanceof Index.Combined || isAnonymous(index)) {
        problems.error(
            index.span(),
            "%s cannot stand on the left side".formatted(Printer.print(index)),
            "write i, i+1, i/2, a constant or a slice there");
      }
    }
    List<Axis> head = axes(scope.head());
    ValueBuilder values = new ValueBuilder(names, domains, problems, scope, this);
    List<CheckedEquation.Clause> clauses = new ArrayList<>();
    for (Statement.Clause clause : equation.clauses()) {
      Value value = values.clause(equation, clause.value());
      clauses.add(new CheckedEquation.Clause(value, clause.guard().map(values::value)));
    }
    values.checkNormalised(equation.span());
    return made(equation, equation.head().name(), head, equation.projection(), clauses);
  }

  CheckedEquation rule(Statement.Rule rule) {
    checkArguments(rule.head());
    List<Axis> head = axes(scope.head());
    ValueBuilder values = new ValueBuilder(names, domains, problems, scope, this);
    List<Value> literals = new ArrayList<>();
    for (Statement.Literal literal : rule.body()) {
      literals.add(
          switch (literal) {
            case Statement.Literal.Relation relation -> {
              checkArguments(relation.atom());
              Value atom = values.atom(relation.atom());
              yield relation.negated() ? new Value.Not(atom, anonymous(relation.atom())) : atom;
            }
            case Statement.Literal.Condition condition -> values.value(condition.compare());
          });
    }
    RuleSafety.check(rule, scope, problems);
    Value body = literals.size() == 1 ? literals.getFirst() : new Value.And(literals);
    return made(
        rule,
        rule.head().name(),
        head,
        Projection.ANY,
        List.of(new CheckedEquation.Clause(body, Optional.empty())));
  }

  private CheckedEquation made(
      Statement source,
      String name,
      List<Axis> head,
      Projection projection,
      List<CheckedEquation.Clause> clauses) {
    return new CheckedEquation(
        name,
        head,
        state(scope.head()),
        projection,
        List.copyOf(clauses),
        variables(),
        Printer.print(source),
        names.origin(source.span(), name));
  }

  /** The positions of a fact; empty if it is not one. */
  Optional<List<Long>> fact(Statement.Fact fact) {
    checkArguments(fact.atom());
    List<Long> positions = new ArrayList<>();
    for (Axis axis : axes(scope.head())) {
      if (axis instanceof Axis.Fixed fixed) {
        positions.add(fixed.position());
      }
    }
    if (positions.size() < fact.atom().arguments().size()) {
      String variable = scope.variables().keySet().stream().findFirst().orElse("x");
      problems.error(
          fact.atom().span(),
          "a fact has constants only, but %s is a variable".formatted(variable),
          "quote a symbol, \"%s\"; end a question with '?'; write a rule with '<-'"
              .formatted(variable));
      return Optional.empty();
    }
    return Optional.of(List.copyOf(positions));
  }

  CheckedQuery query(Statement.RelationQuery query) {
    checkArguments(query.atom());
    return new CheckedQuery.Bindings(
        Printer.print(query),
        query.atom().name(),
        axes(scope.head()),
        variables(),
        names.origin(query.span(), ""));
  }

  CheckedQuery query(Statement.TensorQuery query) {
    for (Index index : query.read().indices()) {
      boolean part =
          index instanceof Index.Variable variable && !variable.normalised()
              || index instanceof Index.Slice
              || index instanceof Index.Position
              || index instanceof Index.Symbol;
      if (!part) {
        problems.error(
            index.span(),
            "%s cannot stand in a query".formatted(Printer.print(index)),
            "ask with indices, constants and slices: Y[i, 3, 0:4]?");
      }
    }
    List<Axis> axes = axes(scope.head());
    List<IndexVariable> variables = variables();
    NameInfo info = names.get(query.read().name());
    if (axes.isEmpty() && info.rank > 0) {
      axes = new ArrayList<>();
      variables = new ArrayList<>();
      for (int cell : domains.axes(info)) {
        axes.add(new Axis.Along(axes.size()));
        variables.add(new IndexVariable(":" + variables.size(), domains.solver().domain(cell)));
      }
    }
    return new CheckedQuery.Part(
        Printer.print(query),
        info.name,
        List.copyOf(axes),
        List.copyOf(variables),
        names.origin(query.span(), ""));
  }

  /** Refuses arguments of atoms that are neither variables nor constants. */
  void checkArguments(Statement.Atom atom) {
    for (Index index : atom.arguments()) {
      boolean plain =
          index instanceof Index.Variable variable && !variable.normalised()
              || index instanceof Index.Position
              || index instanceof Index.Symbol;
      if (!plain) {
        problems.error(
            index.span(),
            "%s cannot be an argument of a relation".formatted(Printer.print(index)),
            "arguments are variables and constants; %s[...] in an equation takes every index"
                .formatted(atom.name()));
      }
    }
  }

  /** The numbers of the variables {@code _} of an atom. */
  private Set<Integer> anonymous(Statement.Atom atom) {
    return atom.arguments().stream()
        .filter(EquationBuilder::isAnonymous)
        .map(index -> scope.number(Scope.key((Index.Variable) index)))
        .collect(Collectors.toUnmodifiableSet());
  }

  private static boolean isAnonymous(Index index) {
    return index instanceof Index.Variable variable && variable.name().equals("_");
  }

  Optional<Value.State> state(Reading reading) {
    return reading
        .state()
        .map(state -> new Value.State(scope.number(state.name()), state.offset()));
  }

  List<Axis> axes(Reading reading) {
    List<Integer> cells = domains.axes(names.get(reading.name()));
    List<Axis> axes = new ArrayList<>();
    int slices = 0;
    for (Index index : reading.axes()) {
      Domain domain = domains.solver().domain(cells.get(axes.size()));
      axes.add(
          switch (index) {
            case Index.Variable variable -> new Axis.Along(scope.number(Scope.key(variable)));
            case Index.Shifted shifted ->
                new Axis.Shifted(scope.number(shifted.name()), shifted.offset());
            case Index.Combined combined ->
                new Axis.Combined(
                    scope.number(combined.name()),
                    combined.minus(),
                    scope.number(combined.other()));
            case Index.Quotient quotient ->
                new Axis.Quotient(scope.number(quotient.name()), quotient.divisor());
            case Index.Slice slice -> strided(slice, domain, slices++);
            case Index.Position position ->
                new Axis.Fixed(position(domain, Long.toString(position.value())));
            case Index.Symbol symbol -> new Axis.Fixed(position(domain, symbol.text()));
            case Index.Virtual _ ->
                throw new IllegalStateException("a virtual index addresses no axis");
          });
    }
    return List.copyOf(axes);
  }

  /** The position of a constant; the solver has reported those that a domain lacks. */
  static long position(Domain domain, String constant) {
    return domain.position(constant).orElse(0);
  }

  private Axis strided(Index.Slice slice, Domain domain, int ordinal) {
    long start = Math.min(slice.start().orElse(0), domain.extent());
    long stop = Math.min(slice.stop().orElse(domain.extent()), domain.extent());
    long step = slice.step().orElse(1);
    long count = Math.ceilDiv(Math.max(0, stop - start), step);
    String key = Scope.sliceKey(ordinal);
    Long before = sliceExtents.putIfAbsent(key, count);
    if (before != null && before != count) {
      problems.error(
          slice.span(),
          "the slice %s has %d elements but the slice it meets has %d"
              .formatted(Printer.print(slice), count, before),
          "slices at the same place in their brackets meet; use indices where they should not");
    }
    return new Axis.Strided(scope.number(key), start, step);
  }

  /** The indices of the statement with their domains; call it after all axes were made. */
  private List<IndexVariable> variables() {
    return scope.variables().keySet().stream()
        .map(key -> new IndexVariable(key, domain(key)))
        .collect(Collectors.toUnmodifiableList());
  }

  Domain domain(String key) {
    if (key.startsWith(":")) {
      return Domain.ofExtent(key, sliceExtents.getOrDefault(key, 0L));
    }
    Span span = scope.place(key);
    return domains.solver().domain(domains.variable(statement, key, span));
  }

  /** The position of a symbol in the domain of an index. */
  long position(String key, String symbol) {
    OptionalLong position = domain(key).position(symbol);
    return position.orElse(0);
  }
}
