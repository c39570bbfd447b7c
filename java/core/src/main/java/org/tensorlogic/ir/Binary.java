package org.tensorlogic.ir;

import static org.tensorlogic.ir.Ops.convert;
import static org.tensorlogic.ir.Ops.div;
import static org.tensorlogic.ir.Ops.floor;
import static org.tensorlogic.ir.Ops.log;
import static org.tensorlogic.ir.Ops.mul;
import static org.tensorlogic.ir.Ops.neg;
import static org.tensorlogic.ir.Ops.pow;
import static org.tensorlogic.ir.Ops.scalar;
import static org.tensorlogic.ir.Ops.sub;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.DoubleBinaryOperator;
import org.tensorlogic.type.DType;
import org.tensorlogic.type.TensorType;

/**
 * Functions of two elements. One line is one function: accepted dtypes, where both arguments are
 * tested, its meaning on doubles, and the pullbacks {@code (a, b, y, g)} to each argument.
 */
public enum Binary implements Pointwise {
  ADD(Accepts.NUMERIC, Domain.REAL, Double::sum, (a, b, y, g) -> g, (a, b, y, g) -> g),
  SUB(Accepts.NUMERIC, Domain.REAL, (a, b) -> a - b, (a, b, y, g) -> g, (a, b, y, g) -> neg(g)),
  MUL(Accepts.NUMERIC, Domain.REAL, (a, b) -> a * b,
      (a, b, y, g) -> mul(g, b), (a, b, y, g) -> mul(g, a)),
  DIV(Accepts.FLOATING, Domain.POSITIVE, (a, b) -> a / b,
      (a, b, y, g) -> div(g, b), (a, b, y, g) -> neg(mul(g, div(y, b)))),
  POW(Accepts.FLOATING, Domain.POSITIVE, Math::pow,
      (a, b, y, g) -> mul(g, mul(b, pow(a, sub(b, scalar(b, 1))))),
      (a, b, y, g) -> mul(g, mul(y, log(a)))),
  /** The remainder with the divisor's sign; NaN where the divisor is 0. */
  MOD(Accepts.FLOATING, new Domain(1, 1.875), Scalars::mod,
      (a, b, y, g) -> g, (a, b, y, g) -> neg(mul(g, floor(div(a, b))))),
  MIN(Accepts.NUMERIC, Domain.REAL, Math::min, Binary::shared, (a, b, y, g) -> shared(b, a, y, g)),
  MAX(Accepts.NUMERIC, Domain.REAL, Math::max, Binary::shared, (a, b, y, g) -> shared(b, a, y, g)),
  EQ(Accepts.ANY, Domain.REAL, (a, b) -> a == b ? 1 : 0, Pullback.NONE),
  NE(Accepts.ANY, Domain.REAL, (a, b) -> a != b ? 1 : 0, Pullback.NONE),
  LT(Accepts.ANY, Domain.REAL, (a, b) -> a < b ? 1 : 0, Pullback.NONE),
  LE(Accepts.ANY, Domain.REAL, (a, b) -> a <= b ? 1 : 0, Pullback.NONE),
  GT(Accepts.ANY, Domain.REAL, (a, b) -> a > b ? 1 : 0, Pullback.NONE),
  GE(Accepts.ANY, Domain.REAL, (a, b) -> a >= b ? 1 : 0, Pullback.NONE),
  AND(Accepts.LOGICAL, new Domain(0, 1), (a, b) -> a * b, Pullback.NONE),
  OR(Accepts.LOGICAL, new Domain(0, 1), Math::max, Pullback.NONE),
  XOR(Accepts.LOGICAL, new Domain(0, 1), (a, b) -> a != b ? 1 : 0, Pullback.NONE);

  /** How the cotangent of the result becomes that of one argument. */
  @FunctionalInterface
  interface Pullback {
    /** The derivatives are zero wherever they exist: nothing flows back to either argument. */
    Pullback NONE = (a, b, y, g) -> null;

    Node apply(Node left, Node right, Node result, Node cotangent);
  }

  private final String function = name().toLowerCase(Locale.ROOT);
  private final Accepts accepts;
  private final Domain domain;
  private final DoubleBinaryOperator meaning;
  private final List<Pullback> pullbacks;

  Binary(Accepts accepts, Domain domain, DoubleBinaryOperator meaning, Pullback none) {
    this(accepts, domain, meaning, none, none);
  }

  Binary(Accepts accepts, Domain domain, DoubleBinaryOperator meaning, Pullback left,
      Pullback right) {
    this.accepts = accepts;
    this.domain = domain;
    this.meaning = meaning;
    this.pullbacks = List.of(left, right);
  }

  /** The cotangent where this argument was chosen, half of it where both were. */
  private static Node shared(Node chosen, Node other, Node result, Node cotangent) {
    Node wins = convert(Ops.eq(chosen, result), cotangent.dtype());
    Node ties = convert(Ops.eq(other, result), cotangent.dtype());
    return mul(cotangent, mul(wins, sub(scalar(cotangent, 1), mul(scalar(cotangent, 0.5), ties))));
  }

  /** Returns the dtypes that it takes, the same for both arguments. */
  public Accepts accepts() {
    return accepts;
  }

  /** Returns where its arguments are tested. */
  public Domain domain() {
    return domain;
  }

  /** Returns whether derivatives flow back; otherwise they are zero wherever they exist. */
  public boolean isDifferentiable() {
    return !pullbacks.contains(Pullback.NONE);
  }

  /** Returns whether the result is a truth value whatever the arguments are. */
  public boolean isComparison() {
    return switch (this) {
      case EQ, NE, LT, LE, GT, GE -> true;
      case ADD, SUB, MUL, DIV, POW, MOD, MIN, MAX, AND, OR, XOR -> false;
    };
  }

  /** Returns whether the order of its arguments makes no difference; a NaN stays a NaN. */
  public boolean isCommutative() {
    return switch (this) {
      case ADD, MUL, MIN, MAX, EQ, NE, AND, OR, XOR -> true;
      case SUB, DIV, POW, MOD, LT, LE, GT, GE -> false;
    };
  }

  /** Returns its value at real arguments, the definition that kernels are held to. */
  public double apply(double left, double right) {
    return meaning.applyAsDouble(left, right);
  }

  /** Returns its value at 64-bit arguments, exact and wrapping, for functions that take i64. */
  public long applyExact(long a, long b) {
    return switch (this) {
      case ADD -> a + b;
      case SUB -> a - b;
      case MUL -> a * b;
      case MIN -> Math.min(a, b);
      case MAX, OR -> Math.max(a, b);
      case AND -> a & b;
      case XOR -> a ^ b;
      case EQ -> a == b ? 1 : 0;
      case NE -> a != b ? 1 : 0;
      case LT -> a < b ? 1 : 0;
      case LE -> a <= b ? 1 : 0;
      case GT -> a > b ? 1 : 0;
      case GE -> a >= b ? 1 : 0;
      case DIV, POW, MOD -> (long) apply(a, b);
    };
  }

  @Override
  public String function() {
    return function;
  }

  @Override
  public String toString() {
    return function();
  }

  /** (C1) dtypes are accepted; (C2) they are equal; (C3) shapes are equal. */
  @Override
  public TensorType infer(List<TensorType> operands) {
    Rules.requireArity(function(), operands, 2);
    Rules.requireAccepted(function(), operands, accepts);
    Rules.requireSameDType(function(), operands);
    Rules.requireSameShape(function(), operands);
    return isComparison() ? operands.getFirst().as(DType.BOOL) : operands.getFirst();
  }

  @Override
  public List<Optional<Node>> pullback(Node self, Node cotangent) {
    return pullbacks.stream()
        .map(rule -> rule.apply(self.operand(0), self.operand(1), self, cotangent))
        .map(Optional::ofNullable)
        .toList();
  }

  @Override
  public Optional<KernelKey> kernel(List<TensorType> operands) {
    return Optional.of(new KernelKey("pointwise", function(), operands.getFirst().dtype()));
  }
}
