package org.tensorlogic.rewrite;

import java.util.List;
import java.util.function.DoublePredicate;
import java.util.function.Predicate;
import org.tensorlogic.ir.Binary;
import org.tensorlogic.ir.Node;
import org.tensorlogic.ir.Op;
import org.tensorlogic.ir.Unary;

/**
 * What a rule looks for: a node and, through its operands, the nodes that it is made of. Where a
 * variable occurs twice, both places must hold the same node. Immutable.
 */
public sealed interface Pattern {

  /** Matches every node. */
  record Any() implements Pattern {}

  /** Matches what {@code inside} matches and captures it under a name. */
  record Variable(String name, Pattern inside) implements Pattern {}

  /** Matches what {@code inside} matches where the predicate holds too. */
  record Where(Pattern inside, Predicate<Node> predicate) implements Pattern {}

  /** Matches a function of one operand. */
  record UnaryOp(Unary function, Pattern operand) implements Pattern {}

  /** Matches a function of two operands, in either order where it is commutative. */
  record BinaryOp(Binary function, Pattern left, Pattern right) implements Pattern {}

  /** Matches an op of a kind; with operand patterns there are as many operands as patterns. */
  record OpOf(Class<? extends Op> kind, List<Pattern> operands) implements Pattern {

    /** Keeps a copy of the list. */
    public OpOf {
      operands = List.copyOf(operands);
    }
  }

  /** Matches a constant. */
  record Constant() implements Pattern {}

  /** Matches a constant whose elements are all one number that the test takes, also moved. */
  record Number(DoublePredicate test) implements Pattern {}

  /** Matches a node by the first link, its operand 0 by the second, that one's by the third. */
  record Sequence(List<Pattern> links) implements Pattern {

    /** Keeps a copy of the list. */
    public Sequence {
      links = List.copyOf(links);
    }
  }

  /** Matches what any of the choices matches, tried in order. */
  record Alternative(List<Pattern> choices) implements Pattern {

    /** Keeps a copy of the list. */
    public Alternative {
      choices = List.copyOf(choices);
    }
  }

  /** Returns the pattern of every node. */
  static Pattern any() {
    return new Any();
  }

  /** Returns the pattern of every node, captured. */
  static Pattern variable(String name) {
    return new Variable(name, new Any());
  }

  /** Returns the pattern of a function of one operand. */
  static Pattern unary(Unary function, Pattern operand) {
    return new UnaryOp(function, operand);
  }

  /** Returns the pattern of a function of two operands. */
  static Pattern binary(Binary function, Pattern left, Pattern right) {
    return new BinaryOp(function, left, right);
  }

  /** Returns the pattern of an op of a kind; without operands given it may have any. */
  static Pattern op(Class<? extends Op> kind, Pattern... operands) {
    return new OpOf(kind, List.of(operands));
  }

  /** Returns the pattern of a constant. */
  static Pattern constant() {
    return new Constant();
  }

  /** Returns the pattern of 0 of either sign. */
  static Pattern zero() {
    return new Number(value -> value == 0);
  }

  /** Returns the pattern of 1. */
  static Pattern one() {
    return number(1);
  }

  /** Returns the pattern of one number, told from others by its bits. */
  static Pattern number(double wanted) {
    return new Number(
        value -> Double.doubleToRawLongBits(value) == Double.doubleToRawLongBits(wanted));
  }

  /** Returns the pattern of a constant whose elements are all one number that the test takes. */
  static Pattern number(DoublePredicate test) {
    return new Number(test);
  }

  /** Returns the pattern of a chain: a node, its operand 0, that one's operand 0, and so on. */
  static Pattern sequence(Pattern... links) {
    return new Sequence(List.of(links));
  }

  /** Returns the pattern of what any choice matches. */
  static Pattern either(Pattern... choices) {
    return new Alternative(List.of(choices));
  }

  /** Returns this pattern with the matched node captured. */
  default Pattern as(String name) {
    return new Variable(name, this);
  }

  /** Returns this pattern with one more condition. */
  default Pattern where(Predicate<Node> predicate) {
    return new Where(this, predicate);
  }

  /** Returns whether a node of this op may match; ops of one class differ only if enumerated. */
  default boolean mayMatch(Op op) {
    return switch (this) {
      case Any _ -> true;
      case Variable variable -> variable.inside().mayMatch(op);
      case Where where -> where.inside().mayMatch(op);
      case UnaryOp unary -> unary.function() == op;
      case BinaryOp binary -> binary.function() == op;
      case OpOf kind -> kind.kind().isInstance(op);
      case Constant _ -> op instanceof org.tensorlogic.ir.Constant;
      case Number _ -> Numbers.mayBeOne(op);
      case Sequence sequence -> sequence.links().getFirst().mayMatch(op);
      case Alternative either ->
          either.choices().stream().anyMatch(choice -> choice.mayMatch(op));
    };
  }
}
