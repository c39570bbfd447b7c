package org.tensorlogic.lang.syntax;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.tensorlogic.type.DType;

/**
 * Reads the text of a program into its syntax tree. The parser knows no declared name: whether
 * {@code f(x)} is a function or a relation is decided later.
 */
public final class Parser {
  /** How deep parentheses, calls and negations may be nested. */
  public static final int NESTING_MAX = 200;

  private final TokenCursor cursor;
  private final Problems problems;
  private final IndexParser indices;
  private final ExpressionParser expressions;

  private Parser(Source source, Problems problems) {
    this.problems = problems;
    this.cursor = new TokenCursor(new Lexer(source, problems).tokens(), NESTING_MAX);
    this.indices = new IndexParser(cursor);
    this.expressions = new ExpressionParser(cursor, indices);
  }

  /**
   * Parses a program. A statement with a mistake is reported and left out; reading goes on with the
   * next one.
   *
   * @param source the text
   * @param problems receives every mistake
   * @return the statements that could be read
   */
  public static Program parse(Source source, Problems problems) {
    return new Program(source, new Parser(source, problems).statements());
  }

  private List<Statement> statements() {
    List<Statement> statements = new ArrayList<>();
    while (!cursor.atEnd()) {
      int started = cursor.place();
      if (cursor.peek().kind() == Token.Kind.NEWLINE) {
        cursor.next();
        continue;
      }
      try {
        Statement statement = statement();
        expectEnd();
        statements.add(statement);
      } catch (TokenCursor.Failure failure) {
        boolean reported = cursor.recover(started);
        if (!reported) {
          problems.add(failure.problem());
        }
      }
    }
    return statements;
  }

  private void expectEnd() {
    Token token = cursor.peek();
    if (token.kind() != Token.Kind.NEWLINE && token.kind() != Token.Kind.END) {
      String hint =
          token.is("==")
              ? "an equation is written with one '='"
              : token.is(":") ? "a rule is written Head(x) <- Body(x)"
              : "a statement ends at the end of its line";
      throw cursor.failure("expected the end of the statement but found " + token.describe(), hint);
    }
  }

  private Statement statement() {
    Token first = cursor.peek();
    Token second = cursor.peekSecond();
    if (first.kind() == Token.Kind.STRING) {
      return save();
    }
    if (first.kind() != Token.Kind.NAME) {
      throw cursor.failure(
          "expected a statement but found " + first.describe(),
          "a statement begins with a name, or with a file name in quotes");
    }
    if (second.kind() == Token.Kind.NAME && !cursor.secondIsProjection()) {
      switch (first.text()) {
        case "domain":
          return domain();
        case "type":
          return type();
        case "param":
          return parameter();
        case "minimize":
          return minimize();
        case "semantics":
          return semantics();
        default:
          break;
      }
    }
    return second.is("(") ? relational(first) : tensorial(first);
  }

  private Statement save() {
    Token path = cursor.next();
    cursor.expect("=", "a file is written by \"out.npy\" = T");
    String name = cursor.name("the name of a tensor or relation");
    return new Statement.Save(path.text(), name, path.span(), cursor.spanFrom(path.span()));
  }

  private Statement domain() {
    Span start = cursor.next().span();
    String name = cursor.name("the name of an index or index set");
    cursor.expect("=", "write domain i = 16 or domain Person = {Alice, Bob}");
    if (!cursor.peek().is("{")) {
      long extent = indices.integer("an extent or '{'");
      return new Statement.ExtentDomain(name, extent, cursor.spanFrom(start));
    }
    Token opened = cursor.open("{");
    List<Index.Symbol> symbols = new ArrayList<>();
    while (!cursor.peek().is("}")) {
      symbols.add(indices.symbol());
      if (!cursor.accept(",")) {
        break;
      }
    }
    cursor.close("}", opened);
    return new Statement.SymbolDomain(name, List.copyOf(symbols), cursor.spanFrom(start));
  }

  private Statement type() {
    Span start = cursor.next().span();
    String name = cursor.name("the name of a tensor or relation");
    List<Index> axes = declaredAxes();
    Optional<DType> elementType = Optional.empty();
    if (cursor.accept(":")) {
      Token word = cursor.peek();
      String text = cursor.name("an element type");
      elementType =
          Arrays.stream(DType.values()).filter(type -> type.text().equals(text)).findFirst();
      if (elementType.isEmpty()) {
        throw new TokenCursor.Failure(
            Problem.error(
                word.span(),
                "there is no element type '" + word.text() + "'",
                "the element types are f64 f32 f16 bf16 i64 i32 i8 u8 bool"));
      }
    }
    return new Statement.TypeDeclaration(name, axes, elementType, cursor.spanFrom(start));
  }

  private Statement parameter() {
    Span start = cursor.next().span();
    String name = cursor.name("the name of a tensor");
    List<Index> axes = declaredAxes();
    cursor.expect("~", "write param W[i,j] ~ normal(0, 0.1)");
    String distribution = cursor.name("the name of a distribution");
    List<Double> settings = new ArrayList<>();
    if (cursor.peek().is("(")) {
      Token opened = cursor.open("(");
      while (!cursor.peek().is(")")) {
        settings.add(expressions.signedNumber());
        if (!cursor.accept(",")) {
          break;
        }
      }
      cursor.close(")", opened);
    }
    return new Statement.Parameter(
        name, axes, distribution, List.copyOf(settings), cursor.spanFrom(start));
  }

  private List<Index> declaredAxes() {
    if (!cursor.peek().is("[")) {
      return List.of();
    }
    List<Index> axes = indices.bracketed("[", "]");
    for (Index axis : axes) {
      boolean plain =
          axis instanceof Index.Variable variable && !variable.normalised()
              || axis instanceof Index.Symbol
              || axis instanceof Index.Position;
      if (!plain) {
        throw new TokenCursor.Failure(
            Problem.error(
                axis.span(),
                "an axis is declared by the name of an index or domain, or by an extent",
                "write type T[i, Person, 3]"));
      }
    }
    return axes;
  }

  private Statement minimize() {
    Span start = cursor.next().span();
    String loss = cursor.name("the name of the loss");
    if (!cursor.acceptWord("using")) {
      throw cursor.failure(
          "expected 'using' but found " + cursor.peek().describe(),
          "write minimize L using adam(lr=0.01) epochs 50");
    }
    String optimiser = cursor.name("the name of an optimiser");
    List<Statement.Setting> settings = new ArrayList<>();
    if (cursor.peek().is("(")) {
      Token opened = cursor.open("(");
      while (!cursor.peek().is(")")) {
        String name = cursor.name("the name of a setting");
        cursor.expect("=", "a setting is written lr=0.01");
        settings.add(new Statement.Setting(name, expressions.signedNumber()));
        if (!cursor.accept(",")) {
          break;
        }
      }
      cursor.close(")", opened);
    }
    OptionalLong epochs = OptionalLong.empty();
    if (cursor.acceptWord("epochs")) {
      epochs = OptionalLong.of(indices.integer("the number of epochs"));
    }
    Optional<Statement.Batch> batch = Optional.empty();
    if (cursor.acceptWord("batch")) {
      String index = cursor.name("an index");
      batch = Optional.of(new Statement.Batch(index, indices.integer("the batch count")));
    }
    return new Statement.Minimize(
        loss, optimiser, List.copyOf(settings), epochs, batch, cursor.spanFrom(start));
  }

  private Statement semantics() {
    Span start = cursor.next().span();
    String name = cursor.name("the name of a semantics");
    return new Statement.Semantics(name, cursor.spanFrom(start));
  }

  private Statement relational(Token first) {
    String name = cursor.next().text();
    List<Index> arguments = indices.bracketed("(", ")");
    Statement.Atom atom = new Statement.Atom(name, arguments, cursor.spanFrom(first.span()));
    if (cursor.accept("?")) {
      return new Statement.RelationQuery(atom, cursor.spanFrom(first.span()));
    }
    if (cursor.peek().is("<-")) {
      return rule(atom);
    }
    if (cursor.peek().is("=") || projection().isPresent()) {
      throw cursor.failure(
          "a relation with parentheses cannot be the left side of an equation",
          "write " + name + "[...] = ... for an equation, " + name + "(...) <- ... for a rule");
    }
    return new Statement.Fact(atom, cursor.spanFrom(first.span()));
  }

  private Statement rule(Statement.Atom head) {
    cursor.next();
    List<Statement.Literal> body = new ArrayList<>();
    do {
      body.add(expressions.literal());
    } while (cursor.accept(",") || cursor.acceptWord("and"));
    return new Statement.Rule(head, List.copyOf(body), cursor.spanFrom(head.span()));
  }

  private Statement tensorial(Token first) {
    String name = cursor.next().text();
    List<Index> axes = cursor.peek().is("[") ? indices.bracketed("[", "]") : List.of();
    Span headSpan = cursor.spanFrom(first.span());
    Expression.Read head = new Expression.Read(name, axes, headSpan);
    if (cursor.accept("?")) {
      return new Statement.TensorQuery(head, cursor.spanFrom(first.span()));
    }
    if (cursor.peek().is("<-")) {
      if (axes.isEmpty()) {
        return rule(new Statement.Atom(name, List.of(), headSpan));
      }
      throw cursor.failure(
          "the head of a rule is written with parentheses",
          "write " + name + "(...) <- ..., or an equation with '='");
    }
    Optional<Projection> projection = projection();
    if (projection.isEmpty()) {
      throw cursor.failure(
          "expected '=', '<-' or '?' after '" + name + "' but found " + cursor.peek().describe(),
          "an equation is Y[i] = X[i], a rule P(x) <- Q(x), a fact P(A), a query Y?");
    }
    Token assigned = cursor.next();
    if (projection.get() != Projection.SUM) {
      cursor.next();
    }
    if (cursor.peek().kind() == Token.Kind.STRING && endsAfterNext()) {
      return load(head, assigned);
    }
    List<Statement.Clause> clauses = new ArrayList<>();
    do {
      clauses.add(clause());
    } while (cursor.accept("|"));
    return new Statement.Equation(
        head, projection.get(), List.copyOf(clauses), cursor.spanFrom(first.span()));
  }

  private Statement load(Expression.Read head, Token assigned) {
    if (!head.indices().isEmpty() || !assigned.is("=")) {
      String name = head.name();
      throw cursor.failure(
          "a file is read into a bare name with '='",
          "write " + name + " = \"...\" and name the axes by type " + name + "[i,j]");
    }
    Token path = cursor.next();
    return new Statement.Load(
        head.name(), path.text(), path.span(), cursor.spanFrom(head.span()));
  }

  private boolean endsAfterNext() {
    Token.Kind after = cursor.peekSecond().kind();
    return after == Token.Kind.NEWLINE || after == Token.Kind.END;
  }

  private Statement.Clause clause() {
    Expression value = expressions.expression();
    Optional<Expression> guard = Optional.empty();
    if (cursor.accept(":")) {
      guard = Optional.of(expressions.expression());
    }
    return new Statement.Clause(value, guard);
  }

  /** The projection that stands here, not yet read; a word takes two tokens. */
  private Optional<Projection> projection() {
    Token token = cursor.peek();
    if (token.is("=") || token.is("+=")) {
      return Optional.of(Projection.SUM);
    }
    Token sign = cursor.peekSecond();
    if (token.kind() == Token.Kind.NAME && sign.is("=")) {
      for (Projection projection : Projection.values()) {
        if (projection.text().equals(token.text() + "=")) {
          return Optional.of(projection);
        }
      }
    }
    return Optional.empty();
  }
}
