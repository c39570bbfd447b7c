package org.tensorlogic.lang.check;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.tensorlogic.lang.syntax.Atoms;
import org.tensorlogic.lang.syntax.Expression;
import org.tensorlogic.lang.syntax.Index;
import org.tensorlogic.lang.syntax.Span;
import org.tensorlogic.lang.syntax.Statement;

/**
 * The indices of one statement and the names that it reads. A bare name in an expression is an
 * index if the statement uses that index between brackets or parentheses, else a tensor.
 */
final class Scope {
  /** Two indices, or an index and a symbol, that a comparison brings together. */
  record Meeting(String index, Optional<String> other, String symbol, Span span) {}

  private final Set<String> defined;
  private final Map<String, Integer> variables = new LinkedHashMap<>();
  private final Map<String, Span> places = new LinkedHashMap<>();
  private final List<Reading> body = new ArrayList<>();
  private final List<Meeting> meetings = new ArrayList<>();
  private Reading head;
  private String normalised;

  private Scope(Set<String> defined) {
    this.defined = defined;
  }

  /** The scope of an equation, rule, fact or query; other statements have none. */
  static Optional<Scope> of(Statement statement, Set<String> defined) {
    Scope scope = new Scope(defined);
    switch (statement) {
      case Statement.Equation equation -> scope.equation(equation);
      case Statement.Rule rule -> scope.rule(rule);
      case Statement.Fact fact -> scope.head = scope.atom(fact.atom(), false);
      case Statement.RelationQuery query -> scope.head = scope.atom(query.atom(), false);
      case Statement.TensorQuery query -> scope.head = scope.tensor(query.read(), false);
      case Statement.Load _,
          Statement.Save _,
          Statement.ExtentDomain _,
          Statement.SymbolDomain _,
          Statement.TypeDeclaration _,
          Statement.Parameter _,
          Statement.Minimize _,
          Statement.Semantics _ -> {
        return Optional.empty();
      }
    }
    return Optional.of(scope);
  }

  Reading head() {
    return head;
  }

  List<Reading> body() {
    return body;
  }

  List<Meeting> meetings() {
    return meetings;
  }

  /** The names of all variables; the position of each is its number. */
  Map<String, Integer> variables() {
    return variables;
  }

  Span place(String variable) {
    return places.get(variable);
  }

  Optional<Integer> normalised() {
    return Optional.ofNullable(variables.get(normalised));
  }

  /** The number of a variable of this statement. */
  int number(String key) {
    return variables.get(key);
  }

  /** The name of a variable, which is made up for each anonymous {@code _}. */
  static String key(Index.Variable variable) {
    return variable.name().equals("_") ? "_" + variable.span().start() : variable.name();
  }

  static String sliceKey(int ordinal) {
    return ":" + ordinal;
  }

  boolean isIndex(Expression.Read read) {
    return read.indices().isEmpty() && variables.containsKey(read.name());
  }

  /** The symbol that one side of a comparison is, if the other side is an index. */
  Optional<String> symbol(Expression side, Expression other) {
    boolean besideIndex = other instanceof Expression.Read read && isIndex(read);
    return switch (side) {
      case Expression.Text text when besideIndex -> Optional.of(text.value());
      case Expression.Read read
          when besideIndex
              && read.indices().isEmpty()
              && Character.isUpperCase(read.name().codePointAt(0))
              && !defined.contains(read.name()) ->
          Optional.of(read.name());
      case Expression.Text _,
          Expression.Read _,
          Expression.Number _,
          Expression.Apply _,
          Expression.Sum _,
          Expression.Product _,
          Expression.Compare _,
          Expression.And _,
          Expression.Or _,
          Expression.Not _ -> Optional.empty();
    };
  }

  private void equation(Statement.Equation equation) {
    head = tensor(equation.head(), false);
    for (Statement.Clause clause : equation.clauses()) {
      declare(clause.value());
      clause.guard().ifPresent(this::declare);
    }
    for (Statement.Clause clause : equation.clauses()) {
      read(clause.value(), false);
      clause.guard().ifPresent(guard -> read(guard, false));
    }
  }

  private void rule(Statement.Rule rule) {
    head = atom(rule.head(), false);
    for (Statement.Literal literal : rule.body()) {
      switch (literal) {
        case Statement.Literal.Relation relation -> declare(relation.atom().arguments());
        case Statement.Literal.Condition condition -> {
          declare(condition.compare());
          declareBare(condition.compare());
        }
      }
    }
    for (Statement.Literal literal : rule.body()) {
      switch (literal) {
        case Statement.Literal.Relation relation ->
            body.add(atom(relation.atom(), relation.negated()));
        case Statement.Literal.Condition condition -> read(condition.compare(), false);
      }
    }
  }

  private Reading atom(Statement.Atom atom, boolean negated) {
    declare(atom.arguments());
    return new Reading(atom.name(), atom.arguments(), Reading.Use.ATOM, negated, atom.span());
  }

  private Reading tensor(Expression.Read read, boolean negated) {
    declare(read.indices());
    return new Reading(read.name(), read.indices(), Reading.Use.TENSOR, negated, read.span());
  }

  /** Finds the indices of an expression. */
  private void declare(Expression expression) {
    switch (expression) {
      case Expression.Read read -> declare(read.indices());
      case Expression.Apply apply -> declareApplied(apply);
      case Expression.Number _,
          Expression.Text _,
          Expression.Sum _,
          Expression.Product _,
          Expression.Compare _,
          Expression.And _,
          Expression.Or _,
          Expression.Not _ -> parts(expression).forEach(this::declare);
    }
  }

  /** In a rule a bare small name that nothing defines is a variable, bound or not. */
  private void declareBare(Expression expression) {
    if (expression instanceof Expression.Read read
        && read.indices().isEmpty()
        && !Character.isUpperCase(read.name().codePointAt(0))
        && !defined.contains(read.name())) {
      declare(read.name(), read.span());
    }
    Scope.parts(expression).forEach(this::declareBare);
  }

  private void declareApplied(Expression.Apply apply) {
    Optional<Statement.Atom> atom = asAtom(apply);
    if (atom.isPresent()) {
      declare(atom.get().arguments());
    } else {
      apply.arguments().forEach(this::declare);
    }
  }

  /** The atom that an application is, unless a function has its name. */
  static Optional<Statement.Atom> asAtom(Expression.Apply apply) {
    return Function.of(apply.name()).isPresent() ? Optional.empty() : Atoms.of(apply);
  }

  private void declare(List<Index> indices) {
    int slices = 0;
    for (Index index : indices) {
      Span span = index.span();
      switch (index) {
        case Index.Variable variable -> {
          declare(key(variable), span);
          normalised = variable.normalised() ? key(variable) : normalised;
        }
        case Index.Shifted shifted -> declare(shifted.name(), span);
        case Index.Combined combined -> {
          declare(combined.name(), span);
          declare(combined.other(), span);
        }
        case Index.Quotient quotient -> declare(quotient.name(), span);
        case Index.Virtual virtual -> declare(virtual.name(), span);
        case Index.Slice _ -> declare(sliceKey(slices++), span);
        case Index.Position _, Index.Symbol _ -> { }
      }
    }
  }

  private void declare(String key, Span span) {
    variables.putIfAbsent(key, variables.size());
    places.putIfAbsent(key, span);
  }

  /** Finds the names that an expression reads, all indices being known. */
  private void read(Expression expression, boolean negated) {
    switch (expression) {
      case Expression.Read read -> {
        if (!isIndex(read)) {
          body.add(tensor(read, negated));
        }
      }
      case Expression.Apply apply -> {
        Optional<Statement.Atom> atom = asAtom(apply);
        if (atom.isPresent()) {
          body.add(atom(atom.get(), negated));
        } else {
          apply.arguments().forEach(argument -> read(argument, negated));
        }
      }
      case Expression.Not not -> read(not.part(), true);
      case Expression.Compare compare -> {
        if (!meet(compare)) {
          read(compare.left(), negated);
          read(compare.right(), negated);
        }
      }
      case Expression.Number _,
          Expression.Text _,
          Expression.Sum _,
          Expression.Product _,
          Expression.And _,
          Expression.Or _ -> parts(expression).forEach(part -> read(part, negated));
    }
  }

  /** Whether a comparison is one of indices and symbols only. */
  private boolean meet(Expression.Compare compare) {
    Optional<String> left = symbol(compare.left(), compare.right());
    Optional<String> right = symbol(compare.right(), compare.left());
    if (left.isPresent() || right.isPresent()) {
      Expression index = left.isPresent() ? compare.right() : compare.left();
      String name = ((Expression.Read) index).name();
      meetings.add(
          new Meeting(name, Optional.empty(), left.or(() -> right).orElseThrow(), compare.span()));
      return true;
    }
    boolean indices =
        compare.left() instanceof Expression.Read a
            && compare.right() instanceof Expression.Read b
            && isIndex(a)
            && isIndex(b);
    if (indices) {
      Expression.Read a = (Expression.Read) compare.left();
      Expression.Read b = (Expression.Read) compare.right();
      meetings.add(new Meeting(a.name(), Optional.of(b.name()), "", compare.span()));
    }
    return indices;
  }

  /** The parts of an expression, one level down. */
  static List<Expression> parts(Expression expression) {
    return switch (expression) {
      case Expression.Number _, Expression.Text _, Expression.Read _ -> List.of();
      case Expression.Apply apply -> apply.arguments();
      case Expression.Sum sum -> sum.terms().stream().map(Expression.Term::value).toList();
      case Expression.Product product ->
          product.factors().stream().map(Expression.Factor::value).toList();
      case Expression.Compare compare -> List.of(compare.left(), compare.right());
      case Expression.And and -> and.parts();
      case Expression.Or or -> or.parts();
      case Expression.Not not -> List.of(not.part());
    };
  }
}
