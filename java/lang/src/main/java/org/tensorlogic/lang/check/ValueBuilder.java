package org.tensorlogic.lang.check;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.tensorlogic.lang.syntax.Expression;
import org.tensorlogic.lang.syntax.Index;
import org.tensorlogic.lang.syntax.Printer;
import org.tensorlogic.lang.syntax.Problems;
import org.tensorlogic.lang.syntax.Span;
import org.tensorlogic.lang.syntax.Statement;

/** Turns the expressions of one statement into checked values. */
final class ValueBuilder {
  private static final Value NOTHING = new Value.Constant(0);

  private final NameTable names;
  private final DomainInference domains;
  private final Problems problems;
  private final Scope scope;
  private final EquationBuilder builder;
  private boolean normalises;

  ValueBuilder(
      NameTable names,
      DomainInference domains,
      Problems problems,
      Scope scope,
      EquationBuilder builder) {
    this.names = names;
    this.domains = domains;
    this.problems = problems;
    this.scope = scope;
    this.builder = builder;
  }

  /** The value of a clause, which alone may be a concatenation. */
  Value clause(Statement.Equation equation, Expression expression) {
    Optional<Expression.Apply> concat = Joining.call(expression);
    if (concat.isEmpty()) {
      return value(expression);
    }
    Expression.Apply call = concat.get();
    Optional<Joining> joining = Joining.of(equation, call);
    if (joining.isEmpty()) {
      problems.error(
          call.span(),
          "concat does not fit the left side %s".formatted(Printer.print(equation.head())),
          "write Y[i,k] = concat(A[i,m], B[i,n]): one index of each argument is joined to k");
      return NOTHING;
    }
    return new Value.Concat(
        call.arguments().stream().map(this::value).toList(),
        joining.get().parts().stream().map(scope::number).toList(),
        scope.number(joining.get().along()),
        names.origin(call.span(), ""));
  }

  /** Refuses a normalised index that no function normalises along. */
  void checkNormalised(Span span) {
    if (scope.normalised().isPresent() && !normalises) {
      problems.error(
          span,
          "an index is marked with '.', but no function normalises along it",
          "the functions are softmax logsoftmax lnorm argmax");
    }
  }

  Value value(Expression expression) {
    return switch (expression) {
      case Expression.Number number -> new Value.Constant(number.value());
      case Expression.Text text -> text(text);
      case Expression.Read read ->
          scope.isIndex(read)
              ? new Value.Position(scope.number(read.name()))
              : element(read.name(), read.indices(), Reading.Use.TENSOR, read.span());
      case Expression.Apply apply -> applied(apply);
      case Expression.Sum sum ->
          new Value.Sum(
              sum.terms().stream().map(term -> value(term.value())).toList(),
              sum.terms().stream().map(Expression.Term::negative).toList());
      case Expression.Product product ->
          new Value.Product(
              product.factors().stream().map(factor -> value(factor.value())).toList(),
              product.factors().stream().map(Expression.Factor::divides).toList());
      case Expression.Compare compare -> compare(compare);
      case Expression.And and -> new Value.And(and.parts().stream().map(this::value).toList());
      case Expression.Or or -> new Value.Or(or.parts().stream().map(this::value).toList());
      case Expression.Not not -> new Value.Not(value(not.part()), Set.of());
    };
  }

  private Value text(Expression.Text text) {
    problems.error(
        text.span(),
        "a quoted symbol has no value",
        "symbols stand in brackets, in atoms, and beside an index in a comparison");
    return NOTHING;
  }

  private Value compare(Expression.Compare compare) {
    return new Value.Compare(
        compare.comparison(),
        side(compare.left(), compare.right()),
        side(compare.right(), compare.left()));
  }

  private Value side(Expression side, Expression other) {
    Optional<String> symbol = scope.symbol(side, other);
    if (symbol.isEmpty()) {
      return value(side);
    }
    String index = ((Expression.Read) other).name();
    return new Value.Constant(builder.position(index, symbol.get()));
  }

  private Value applied(Expression.Apply apply) {
    Optional<Function> function = Function.of(apply.name());
    if (function.isPresent()) {
      return call(function.get(), apply);
    }
    String hint = Suggestions.didYouMean(apply.name(), Function.names());
    Optional<Statement.Atom> atom = Scope.asAtom(apply);
    boolean relation = atom.isPresent() && names.get(apply.name()).isDefined();
    if (relation || atom.isPresent() && hint.isEmpty()) {
      return atom(atom.get());
    }
    boolean known = names.get(apply.name()) != null && names.get(apply.name()).isDefined();
    problems.error(
        apply.nameSpan(),
        known
            ? "the arguments of relation '%s' are variables and constants".formatted(apply.name())
            : "there is no function '%s'".formatted(apply.name()),
        known ? "write '*' between a tensor and a parenthesis"
            : hint.isEmpty() ? "write '*' before a parenthesis to multiply by it" : hint);
    return NOTHING;
  }

  private Value call(Function function, Expression.Apply apply) {
    int count = apply.arguments().size();
    if (function.kind() == Function.Kind.JOIN) {
      problems.error(
          apply.span(),
          "concat is not the whole right side",
          "give the concatenation a name of its own: Y[i,k] = concat(A[i,m], B[i,n])");
      return NOTHING;
    }
    if (count != function.arity()) {
      problems.error(
          apply.span(),
          "%s takes %d argument%s but has %d"
              .formatted(
                  function.text(), function.arity(), function.arity() == 1 ? "" : "s", count),
          "write " + function.text() + List.of("()", "(x)", "(x, y)", "(x, y, z)")
              .get(function.arity()));
      return NOTHING;
    }
    normalises |= function.kind() == Function.Kind.ALONG;
    if (function == Function.TOPK) {
      problems.error(
          apply.span(), "topk is not available in this version", "argmax and softmax are");
      return NOTHING;
    }
    Optional<Integer> along = Optional.empty();
    if (function.kind() == Function.Kind.ALONG) {
      along = scope.normalised();
      if (along.isEmpty()) {
        problems.error(
            apply.span(),
            "%s does not know along which index it works".formatted(function.text()),
            "mark the index with '.': A[q,k.] = softmax(S[q,k]), Best[q] = argmax(S[q,k.])");
      }
    }
    return new Value.Call(
        function,
        apply.arguments().stream().map(this::value).toList(),
        along,
        names.origin(apply.span(), ""));
  }

  Value atom(Statement.Atom atom) {
    return element(atom.name(), atom.arguments(), Reading.Use.ATOM, atom.span());
  }

  private Value element(String name, List<Index> indices, Reading.Use use, Span span) {
    Reading reading = new Reading(name, indices, use, false, span);
    if (domains.axes(names.get(name)).size() != reading.axes().size()) {
      return NOTHING;
    }
    checkState(reading);
    return new Value.Element(
        name,
        builder.axes(reading),
        use == Reading.Use.ATOM,
        builder.state(reading),
        names.origin(span, name));
  }

  private void checkState(Reading reading) {
    if (reading.state().isEmpty()) {
      return;
    }
    Index.Virtual read = reading.state().get();
    Optional<Index.Virtual> head = scope.head().state();
    if (head.isEmpty() || !head.get().name().equals(read.name())) {
      problems.error(
          read.span(),
          "*%s is read where the left side has no *%<s".formatted(read.name()),
          "read %s without the virtual index for its last state".formatted(reading.name()));
    } else if (read.offset() > head.get().offset() || read.offset() < head.get().offset() - 1) {
      problems.error(
          read.span(),
          "only the state before *%s%+d is kept".formatted(read.name(), head.get().offset()),
          "carry older states along in tensors of their own");
    }
  }
}
