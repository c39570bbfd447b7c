package org.tensorlogic.lang.syntax;

import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/**
 * Prints syntax trees as canonical program text: parsing the text gives the same tree, apart from
 * the spans.
 */
public final class Printer {
  /** How tightly an expression binds, from loose to tight. */
  private enum Level {
    OR,
    AND,
    NOT,
    COMPARE,
    SUM,
    PRODUCT,
    FACTOR
  }

  private Printer() {}

  /** Prints a program, one statement a line, each line ended. */
  public static String print(Program program) {
    return program.statements().stream()
        .map(statement -> print(statement) + "\n")
        .collect(Collectors.joining());
  }

  /** Prints one statement without a line end. */
  public static String print(Statement statement) {
    return switch (statement) {
      case Statement.Equation equation -> equation(equation);
      case Statement.Rule rule ->
          print(rule.head()) + " <- "
              + rule.body().stream().map(Printer::print).collect(Collectors.joining(", "));
      case Statement.Fact fact -> fact.atom().name() + arguments(fact.atom().arguments());
      case Statement.RelationQuery query ->
          query.atom().name() + arguments(query.atom().arguments()) + "?";
      case Statement.TensorQuery query -> print(query.read()) + "?";
      case Statement.Load load -> load.name() + " = " + quoted(load.path());
      case Statement.Save save -> quoted(save.path()) + " = " + save.name();
      case Statement.ExtentDomain domain -> "domain " + domain.name() + " = " + domain.extent();
      case Statement.SymbolDomain domain ->
          "domain " + domain.name() + " = {" + indices(List.copyOf(domain.symbols())) + "}";
      case Statement.TypeDeclaration type ->
          "type " + type.name() + brackets(type.axes())
              + type.elementType().map(element -> " : " + element.text()).orElse("");
      case Statement.Parameter parameter -> parameter(parameter);
      case Statement.Minimize minimize -> minimize(minimize);
      case Statement.Semantics semantics -> "semantics " + semantics.name();
    };
  }

  private static String equation(Statement.Equation equation) {
    return print(equation.head()) + " " + equation.projection().text() + " "
        + equation.clauses().stream().map(Printer::clause).collect(Collectors.joining(" | "));
  }

  private static String clause(Statement.Clause clause) {
    return print(clause.value()) + clause.guard().map(guard -> " : " + print(guard)).orElse("");
  }

  private static String parameter(Statement.Parameter parameter) {
    String settings =
        parameter.settings().stream().map(Printer::number).collect(Collectors.joining(", "));
    return "param " + parameter.name() + brackets(parameter.axes()) + " ~ "
        + parameter.distribution() + (settings.isEmpty() ? "" : "(" + settings + ")");
  }

  private static String minimize(Statement.Minimize minimize) {
    String settings =
        minimize.settings().stream()
            .map(setting -> setting.name() + "=" + number(setting.value()))
            .collect(Collectors.joining(", "));
    StringBuilder out = new StringBuilder("minimize ").append(minimize.loss());
    out.append(" using ").append(minimize.optimiser());
    out.append(settings.isEmpty() ? "" : "(" + settings + ")");
    minimize.epochs().ifPresent(epochs -> out.append(" epochs ").append(epochs));
    minimize
        .batch()
        .ifPresent(
            batch -> out.append(" batch ").append(batch.index()).append(' ').append(batch.count()));
    return out.toString();
  }

  /** Prints one literal of a rule. */
  public static String print(Statement.Literal literal) {
    return switch (literal) {
      case Statement.Literal.Relation relation ->
          (relation.negated() ? "not " : "") + print(relation.atom());
      case Statement.Literal.Condition condition -> print(condition.compare());
    };
  }

  /** Prints an atom; a proposition has no parentheses. */
  public static String print(Statement.Atom atom) {
    return atom.name() + (atom.arguments().isEmpty() ? "" : arguments(atom.arguments()));
  }

  /** Prints an expression. */
  public static String print(Expression expression) {
    return switch (expression) {
      case Expression.Number number -> number(number.value());
      case Expression.Text text -> quoted(text.value());
      case Expression.Read read -> read.name() + brackets(read.indices());
      case Expression.Apply apply ->
          apply.name() + "("
              + apply.arguments().stream().map(Printer::print).collect(Collectors.joining(", "))
              + ")";
      case Expression.Sum sum -> sum(sum);
      case Expression.Product product -> product(product);
      case Expression.Compare compare ->
          within(compare.left(), Level.SUM) + " " + compare.comparison().text() + " "
              + within(compare.right(), Level.SUM);
      case Expression.And and -> joined(and.parts(), " and ", Level.NOT);
      case Expression.Or or -> joined(or.parts(), " or ", Level.AND);
      case Expression.Not not -> "not " + within(not.part(), Level.NOT);
    };
  }

  private static String joined(List<Expression> parts, String word, Level level) {
    return parts.stream().map(part -> within(part, level)).collect(Collectors.joining(word));
  }

  private static String sum(Expression.Sum sum) {
    StringBuilder out = new StringBuilder();
    for (Expression.Term term : sum.terms()) {
      if (out.isEmpty()) {
        out.append(term.negative() ? "-" : "");
      } else {
        out.append(term.negative() ? " - " : " + ");
      }
      out.append(within(term.value(), Level.PRODUCT));
    }
    return out.toString();
  }

  private static String product(Expression.Product product) {
    StringBuilder out = new StringBuilder();
    boolean tensorBefore = false;
    for (Expression.Factor factor : product.factors()) {
      boolean tensor =
          factor.value() instanceof Expression.Read read && !read.indices().isEmpty();
      if (!out.isEmpty()) {
        String times = tensor && tensorBefore ? " " : " * ";
        out.append(factor.divides() ? " / " : times);
      }
      out.append(within(factor.value(), Level.FACTOR));
      tensorBefore = tensor;
    }
    return out.toString();
  }

  private static String within(Expression expression, Level needed) {
    boolean loose = level(expression).compareTo(needed) < 0;
    return loose ? "(" + print(expression) + ")" : print(expression);
  }

  private static Level level(Expression expression) {
    return switch (expression) {
      case Expression.Or _ -> Level.OR;
      case Expression.And _ -> Level.AND;
      case Expression.Not _ -> Level.NOT;
      case Expression.Compare _ -> Level.COMPARE;
      case Expression.Sum _ -> Level.SUM;
      case Expression.Product _ -> Level.PRODUCT;
      case Expression.Number _, Expression.Text _, Expression.Read _, Expression.Apply _ ->
          Level.FACTOR;
    };
  }

  /** Prints an index. */
  public static String print(Index index) {
    return switch (index) {
      case Index.Variable variable -> variable.name() + (variable.normalised() ? "." : "");
      case Index.Shifted shifted -> shifted.name() + signed(shifted.offset());
      case Index.Combined combined ->
          combined.name() + (combined.minus() ? "-" : "+") + combined.other();
      case Index.Quotient quotient -> quotient.name() + "/" + quotient.divisor();
      case Index.Virtual virtual ->
          "*" + virtual.name() + (virtual.offset() == 0 ? "" : signed(virtual.offset()));
      case Index.Slice slice ->
          bound(slice.start()) + ":" + bound(slice.stop())
              + (slice.step().isPresent() ? ":" + slice.step().getAsLong() : "");
      case Index.Position position -> Long.toString(position.value());
      case Index.Symbol symbol -> symbol(symbol.text());
    };
  }

  /** Prints a symbol, quoted unless it reads as one without quotes. */
  public static String symbol(String text) {
    boolean bare =
        !text.isEmpty()
            && Lexer.isNameStart(text.codePointAt(0))
            && text.codePoints().allMatch(Lexer::isNamePart)
            && !IndexParser.isVariable(text);
    return bare ? text : quoted(text);
  }

  private static String signed(long offset) {
    return offset < 0 ? Long.toString(offset) : "+" + offset;
  }

  private static String bound(OptionalLong bound) {
    return bound.isPresent() ? Long.toString(bound.getAsLong()) : "";
  }

  private static String indices(List<Index> indices) {
    return indices.stream().map(Printer::print).collect(Collectors.joining(", "));
  }

  private static String arguments(List<Index> arguments) {
    return "(" + indices(arguments) + ")";
  }

  private static String brackets(List<Index> axes) {
    return axes.isEmpty()
        ? ""
        : "[" + axes.stream().map(Printer::print).collect(Collectors.joining(",")) + "]";
  }

  private static String number(double value) {
    boolean whole = value == Math.rint(value) && Math.abs(value) < 0x1p53;
    return whole && !(value == 0 && 1 / value < 0)
        ? Long.toString((long) value)
        : Double.toString(value);
  }

  private static String quoted(String text) {
    String escaped =
        text.replace("\\", "\\\\")
            .replace("\"", "\\\"")
            .replace("\n", "\\n")
            .replace("\r", "\\r")
            .replace("\t", "\\t");
    return "\"" + escaped + "\"";
  }
}
