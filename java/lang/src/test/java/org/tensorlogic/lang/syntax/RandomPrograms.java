package org.tensorlogic.lang.syntax;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.function.Supplier;
import org.tensorlogic.type.DType;

/** Makes random syntax trees that the parser could have made; spans are empty. */
final class RandomPrograms {
  private static final Span NOWHERE = new Span(0, 0);
  private static final List<String> TENSORS = List.of("W", "X", "isa", "Über", "y_1", "type");
  private static final List<String> INDICES = List.of("i", "j", "p'", "p''", "person", "_");
  private static final List<String> SYMBOLS =
      List.of("Alice", "New York", "a\"b\\\n\t", "", "3", "isa");

  private final Random random;

  RandomPrograms(long seed) {
    random = new Random(seed);
  }

  Program program() {
    return new Program(new Source("random.tl", ""), some(1, 6, this::statement));
  }

  private Statement statement() {
    return switch (random.nextInt(13)) {
      case 0, 1, 2 ->
          new Statement.Equation(
              read(), pick(List.of(Projection.values())), some(1, 3, this::clause), NOWHERE);
      case 3 -> new Statement.Rule(head(), some(1, 4, this::literal), NOWHERE);
      case 4 -> new Statement.Fact(atom(), NOWHERE);
      case 5 -> new Statement.RelationQuery(atom(), NOWHERE);
      case 6 -> new Statement.TensorQuery(read(), NOWHERE);
      case 7 -> new Statement.Load(pick(TENSORS), pick(SYMBOLS), NOWHERE, NOWHERE);
      case 8 -> new Statement.Save(pick(SYMBOLS), pick(TENSORS), NOWHERE, NOWHERE);
      case 9 -> new Statement.SymbolDomain(pick(TENSORS), some(0, 4, this::symbol), NOWHERE);
      case 10 ->
          new Statement.TypeDeclaration(
              pick(TENSORS),
              some(0, 3, this::declaredAxis),
              random.nextBoolean() ? Optional.empty() : Optional.of(pick(List.of(DType.values()))),
              NOWHERE);
      case 11 ->
          new Statement.Parameter(
              pick(TENSORS),
              some(0, 3, this::declaredAxis),
              "normal",
              some(0, 2, () -> random.nextInt(3) == 0 ? -2.0 : random.nextDouble()),
              NOWHERE);
      default ->
          new Statement.Minimize(
              "L",
              "adam",
              some(0, 2, () -> new Statement.Setting("lr", random.nextDouble())),
              random.nextBoolean() ? OptionalLong.empty() : OptionalLong.of(random.nextInt(100)),
              random.nextBoolean()
                  ? Optional.empty()
                  : Optional.of(new Statement.Batch("e", random.nextInt(100))),
              NOWHERE);
    };
  }

  /** A head with arguments: a bare name would be a tensor. */
  private Statement.Atom head() {
    return new Statement.Atom(pick(TENSORS), some(0, 3, this::index), NOWHERE);
  }

  private Statement.Atom atom() {
    return new Statement.Atom(pick(TENSORS), some(0, 3, this::index), NOWHERE);
  }

  private Statement.Literal literal() {
    if (random.nextInt(3) == 0) {
      return new Statement.Literal.Condition(compare(2), NOWHERE);
    }
    Statement.Atom atom =
        new Statement.Atom(pick(TENSORS), some(0, 3, this::argument), NOWHERE);
    return new Statement.Literal.Relation(random.nextBoolean(), atom, NOWHERE);
  }

  private Index argument() {
    return switch (random.nextInt(3)) {
      case 0 -> new Index.Variable(pick(INDICES), false, NOWHERE);
      case 1 -> symbol();
      default -> new Index.Position(random.nextInt(1000), NOWHERE);
    };
  }

  private Statement.Clause clause() {
    return new Statement.Clause(
        notAFileName(expression(3)),
        random.nextBoolean() ? Optional.empty() : Optional.of(expression(2)));
  }

  private static Expression notAFileName(Expression value) {
    return value instanceof Expression.Text ? new Expression.Number(1, NOWHERE) : value;
  }

  private Expression.Read read() {
    return new Expression.Read(pick(TENSORS), some(0, 3, this::index), NOWHERE);
  }

  private Index.Symbol symbol() {
    return new Index.Symbol(pick(SYMBOLS), NOWHERE);
  }

  private Index declaredAxis() {
    return switch (random.nextInt(3)) {
      case 0 -> new Index.Variable(pick(INDICES), false, NOWHERE);
      case 1 -> symbol();
      default -> new Index.Position(random.nextInt(9), NOWHERE);
    };
  }

  private Index index() {
    String name = pick(INDICES);
    long distance = 1 + random.nextInt(9);
    long signed = random.nextBoolean() ? distance : -distance;
    return switch (random.nextInt(9)) {
      case 0 -> new Index.Shifted(name, signed, NOWHERE);
      case 1 -> new Index.Combined(name, random.nextBoolean(), pick(INDICES), NOWHERE);
      case 2 -> new Index.Quotient(name, distance, NOWHERE);
      case 3 -> new Index.Virtual(name, random.nextInt(3) - 1, NOWHERE);
      case 4 -> new Index.Slice(bound(0), bound(0), bound(1), NOWHERE);
      case 5 -> new Index.Position(random.nextLong(1_000_000_000_000L), NOWHERE);
      case 6 -> symbol();
      default -> new Index.Variable(name, random.nextInt(4) == 0, NOWHERE);
    };
  }

  private OptionalLong bound(int least) {
    return random.nextBoolean() ? OptionalLong.empty() : OptionalLong.of(least + random.nextInt(9));
  }

  private Expression expression(int depth) {
    Supplier<Expression> deeper = () -> expression(depth - 1);
    return switch (depth == 0 ? random.nextInt(4) : random.nextInt(11)) {
      case 0 -> new Expression.Number(number(), NOWHERE);
      case 1 -> new Expression.Text(pick(SYMBOLS), NOWHERE);
      case 2, 3 -> read();
      case 4 -> new Expression.Apply(pick(TENSORS), some(0, 3, deeper), NOWHERE, NOWHERE);
      case 5 -> sum(deeper);
      case 6 -> product(deeper);
      case 7 -> compare(depth);
      case 8 -> new Expression.And(some(2, 3, deeper), NOWHERE);
      case 9 -> new Expression.Or(some(2, 3, deeper), NOWHERE);
      default -> new Expression.Not(deeper.get(), NOWHERE);
    };
  }

  private double number() {
    return switch (random.nextInt(3)) {
      case 0 -> random.nextInt(100);
      case 1 -> random.nextDouble();
      default -> random.nextDouble() * Math.pow(10, random.nextInt(600) - 300);
    };
  }


  private Expression.Compare compare(int depth) {
    return new Expression.Compare(
        pick(List.of(Comparison.values())),
        expression(Math.max(0, depth - 1)),
        expression(Math.max(0, depth - 1)),
        NOWHERE);
  }

  private Expression sum(Supplier<Expression> deeper) {
    int count = 1 + random.nextInt(3);
    List<Expression.Term> terms = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      terms.add(new Expression.Term(count == 1 || random.nextBoolean(), deeper.get()));
    }
    return new Expression.Sum(terms, NOWHERE);
  }

  private Expression product(Supplier<Expression> deeper) {
    List<Expression.Factor> factors = new ArrayList<>();
    factors.add(new Expression.Factor(false, deeper.get()));
    int count = 1 + random.nextInt(2);
    for (int i = 0; i < count; i++) {
      factors.add(new Expression.Factor(random.nextBoolean(), deeper.get()));
    }
    return new Expression.Product(factors, NOWHERE);
  }

  private <T> T pick(List<T> list) {
    return list.get(random.nextInt(list.size()));
  }

  private <T> List<T> some(int least, int most, Supplier<T> make) {
    int count = least + random.nextInt(most - least + 1);
    List<T> list = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      list.add(make.get());
    }
    return list;
  }
}
