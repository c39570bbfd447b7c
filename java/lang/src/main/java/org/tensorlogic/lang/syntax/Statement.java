package org.tensorlogic.lang.syntax;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.tensorlogic.type.DType;

/** One statement of a program. */
public sealed interface Statement {
  /**
   * Where it was written.
   *
   * @return the characters of this statement, without comments after it
   */
  Span span();

  /** A relation with arguments, {@code Parent(x, Bob)}; a proposition has none. */
  record Atom(String name, List<Index> arguments, Span span) {}

  /** One additive part of a right side and the condition under which it contributes. */
  record Clause(Expression value, Optional<Expression> guard) {}

  /** One condition in the body of a rule. */
  sealed interface Literal {
    /**
     * Where it was written.
     *
     * @return the characters of this literal
     */
    Span span();

    /** An atom, or its negation. */
    record Relation(boolean negated, Atom atom, Span span) implements Literal {}

    /** A comparison of two expressions, such as {@code x != y} or {@code Score[x] > 0.5}. */
    record Condition(Expression.Compare compare, Span span) implements Literal {}
  }

  /** A tensor equation: {@code Y[i] = W[i,j] X[j]}, with any projection and guards. */
  record Equation(Expression.Read head, Projection projection, List<Clause> clauses, Span span)
      implements Statement {}

  /** A Datalog rule: {@code Aunt(x, z) <- Sister(x, y), Parent(y, z)}. */
  record Rule(Atom head, List<Literal> body, Span span) implements Statement {}

  /** One true element of a relation: {@code Parent(Alice, Bob)}. */
  record Fact(Atom atom, Span span) implements Statement {}

  /** Asks for the bindings that satisfy an atom: {@code Ancestor(x, Bob)?}. */
  record RelationQuery(Atom atom, Span span) implements Statement {}

  /** Asks for a tensor or a part of it: {@code Y[0:4]?}. */
  record TensorQuery(Expression.Read read, Span span) implements Statement {}

  /** Reads a file into a name: {@code T = "facts.tsv"}. */
  record Load(String name, String path, Span pathSpan, Span span) implements Statement {}

  /** Writes a name to a file: {@code "out.npy" = T}. */
  record Save(String path, String name, Span pathSpan, Span span) implements Statement {}

  /** Declares the extent of an index: {@code domain i = 16}. */
  record ExtentDomain(String name, long extent, Span span) implements Statement {}

  /** Declares an index set: {@code domain Person = {Alice, Bob}}. */
  record SymbolDomain(String name, List<Index.Symbol> symbols, Span span) implements Statement {}

  /**
   * Declares element type and index domains: {@code type T[i,j] : f32}. An axis is a
   * {@link Index.Variable} or {@link Index.Symbol} (a domain's name) or a {@link Index.Position}
   * (an extent).
   */
  record TypeDeclaration(
      String name, List<Index> axes, Optional<DType> elementType, Span span)
      implements Statement {}

  /** Declares a learnable tensor: {@code param W[i,j] ~ normal(0, 0.1)}. */
  record Parameter(
      String name, List<Index> axes, String distribution, List<Double> settings, Span span)
      implements Statement {}

  /** Learning directive: {@code minimize L using adam(lr=0.01) epochs 50 batch e 128}. */
  record Minimize(
      String loss,
      String optimiser,
      List<Setting> settings,
      OptionalLong epochs,
      Optional<Batch> batch,
      Span span)
      implements Statement {}

  /** A named number in the parentheses of an optimiser. */
  record Setting(String name, double value) {}

  /** Mini-batches of {@code count} elements along {@code index}. */
  record Batch(String index, long count) {}

  /** Chooses how logic acts on graded truth: {@code semantics hard_boolean}. */
  record Semantics(String name, Span span) implements Statement {}
}
