package org.tensorlogic.ir;

import static org.tensorlogic.ir.Ops.add;
import static org.tensorlogic.ir.Ops.cos;
import static org.tensorlogic.ir.Ops.div;
import static org.tensorlogic.ir.Ops.exp;
import static org.tensorlogic.ir.Ops.mul;
import static org.tensorlogic.ir.Ops.neg;
import static org.tensorlogic.ir.Ops.scalar;
import static org.tensorlogic.ir.Ops.sigmoid;
import static org.tensorlogic.ir.Ops.sign;
import static org.tensorlogic.ir.Ops.sin;
import static org.tensorlogic.ir.Ops.square;
import static org.tensorlogic.ir.Ops.step;
import static org.tensorlogic.ir.Ops.sub;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.DoubleUnaryOperator;
import java.util.function.LongUnaryOperator;
import org.tensorlogic.type.DType;
import org.tensorlogic.type.TensorType;

/**
 * Functions of one element. One line is one function: accepted dtypes, where it is tested, its
 * meaning on a double (and on an i64 where that is accepted), and its pullback {@code (x, y, g)}
 * from argument, result and cotangent. NaN gives NaN. Other dtypes than the accepted ones are
 * refused: convert first.
 */
public enum Unary implements Pointwise {
  /** Minus x; the least i64 stays itself. */
  NEG(Accepts.NUMERIC, Domain.REAL, x -> -x, x -> -x, (x, y, g) -> neg(g)),
  /** The magnitude; the least i64 stays itself. The derivative at 0 is 0. */
  ABS(Accepts.NUMERIC, Domain.KINK_AT_ZERO, Math::abs, Math::abs,
      (x, y, g) -> mul(g, sign(x))),
  /** -1, 0 or 1; a zero keeps its sign. */
  SIGN(Accepts.NUMERIC, Domain.KINK_AT_ZERO, Math::signum, Long::signum, Pullback.NONE),
  /** 1 where x is above 0, else 0, at 0 too: what relu has as its derivative. */
  STEP(Accepts.NUMERIC, Domain.KINK_AT_ZERO, Scalars::step, x -> x > 0 ? 1 : 0, Pullback.NONE),
  /** The larger of x and 0. The derivative at 0 is 0. */
  RELU(Accepts.NUMERIC, Domain.KINK_AT_ZERO, Scalars::relu, x -> Math.max(x, 0),
      (x, y, g) -> mul(g, step(x))),
  /** x times x; i64 wraps. */
  SQUARE(Accepts.NUMERIC, Domain.REAL, x -> x * x, x -> x * x,
      (x, y, g) -> mul(g, mul(scalar(x, 2), x))),
  /** The square root; NaN below 0. */
  SQRT(Accepts.FLOATING, Domain.POSITIVE, Math::sqrt,
      (x, y, g) -> div(g, mul(scalar(x, 2), y))),
  /** 1 / sqrt(x); an infinity at 0, NaN below. */
  RSQRT(Accepts.FLOATING, Domain.POSITIVE, x -> 1 / Math.sqrt(x),
      (x, y, g) -> mul(mul(scalar(x, -0.5), g), div(y, x))),
  /** e to the power of x. */
  EXP(Accepts.FLOATING, Domain.REAL, Math::exp, (x, y, g) -> mul(g, y)),
  /** The natural logarithm; minus infinity at 0, NaN below. */
  LOG(Accepts.FLOATING, Domain.POSITIVE, Math::log, (x, y, g) -> div(g, x)),
  /** The sine of an angle in radians. */
  SIN(Accepts.FLOATING, Domain.REAL, Math::sin, (x, y, g) -> mul(g, cos(x))),
  /** The cosine of an angle in radians. */
  COS(Accepts.FLOATING, Domain.REAL, Math::cos, (x, y, g) -> neg(mul(g, sin(x)))),
  /** The tangent of an angle in radians. */
  TAN(Accepts.FLOATING, new Domain(-1.25, 1.25), Math::tan,
      (x, y, g) -> mul(g, add(scalar(x, 1), square(y)))),
  TANH(Accepts.FLOATING, Domain.REAL, Math::tanh,
      (x, y, g) -> mul(g, sub(scalar(x, 1), square(y)))),
  /** 1 / (1 + exp(-x)). */
  SIGMOID(Accepts.FLOATING, Domain.REAL, Scalars::sigmoid,
      (x, y, g) -> mul(g, mul(y, sub(scalar(x, 1), y)))),
  /** The error function, 2 / sqrt(pi) times the integral of exp(-t^2) for t from 0 to x. */
  ERF(Accepts.FLOATING, Domain.REAL, Scalars::erf,
      (x, y, g) -> mul(g, mul(scalar(x, 2 / Math.sqrt(Math.PI)), exp(neg(square(x)))))),
  /** x (1 + erf(x / sqrt(2))) / 2: the form with erf, not its approximation by tanh. */
  GELU(Accepts.FLOATING, Domain.REAL, Scalars::gelu, (x, y, g) -> mul(g, Ops.geluSlope(x))),
  /** log(1 + exp(x)), without overflow. */
  SOFTPLUS(Accepts.FLOATING, Domain.REAL, Scalars::softplus, (x, y, g) -> mul(g, sigmoid(x))),
  /** x sigmoid(x), also called swish. */
  SILU(Accepts.FLOATING, Domain.REAL, x -> x * Scalars.sigmoid(x),
      (x, y, g) -> mul(g, add(sigmoid(x), mul(y, sub(scalar(x, 1), sigmoid(x)))))),
  FLOOR(Accepts.FLOATING, Domain.STEPPED, Math::floor, Pullback.NONE),
  CEIL(Accepts.FLOATING, Domain.STEPPED, Math::ceil, Pullback.NONE),
  /** The nearest integer; of two as near the even one, so 2.5 gives 2 and 3.5 gives 4. */
  ROUND(Accepts.FLOATING, Domain.STEPPED, Math::rint, Pullback.NONE),
  /** 1 - x, of bool only. */
  NOT(Accepts.LOGICAL, new Domain(0, 1), x -> 1 - x, x -> 1 - x, Pullback.NONE);

  /** How the cotangent of the result becomes that of the argument. */
  @FunctionalInterface
  interface Pullback {
    /** The derivative is zero wherever it exists: nothing flows back. */
    Pullback NONE = (x, y, g) -> null;

    Node apply(Node argument, Node result, Node cotangent);
  }

  private final String function = name().toLowerCase(Locale.ROOT);
  private final Accepts accepts;
  private final Domain domain;
  private final DoubleUnaryOperator meaning;
  private final LongUnaryOperator exactMeaning;
  private final Pullback pullback;

  Unary(Accepts accepts, Domain domain, DoubleUnaryOperator meaning, Pullback pullback) {
    this(accepts, domain, meaning, x -> (long) meaning.applyAsDouble(x), pullback);
  }

  Unary(Accepts accepts, Domain domain, DoubleUnaryOperator meaning,
      LongUnaryOperator exactMeaning, Pullback pullback) {
    this.accepts = accepts;
    this.domain = domain;
    this.meaning = meaning;
    this.exactMeaning = exactMeaning;
    this.pullback = pullback;
  }

  /** Returns the dtypes that it takes; the result has the argument's. */
  public Accepts accepts() {
    return accepts;
  }

  /** Returns where it is tested. */
  public Domain domain() {
    return domain;
  }

  /** Returns whether a derivative flows back; otherwise it is zero wherever it exists. */
  public boolean isDifferentiable() {
    return pullback != Pullback.NONE;
  }

  /** Returns its value at a real argument, the definition that kernels are held to. */
  public double apply(double argument) {
    return meaning.applyAsDouble(argument);
  }

  /** Returns its value at a 64-bit argument, exact and wrapping, for functions that take i64. */
  public long applyExact(long argument) {
    return exactMeaning.applyAsLong(argument);
  }

  @Override
  public String toString() {
    return function();
  }

  @Override
  public String function() {
    return function;
  }

  /** (C1) the dtype is accepted. */
  @Override
  public TensorType infer(List<TensorType> operands) {
    Rules.requireArity(function(), operands, 1);
    Rules.requireAccepted(function(), operands, accepts);
    return operands.getFirst();
  }

  @Override
  public List<Optional<Node>> pullback(Node self, Node cotangent) {
    return List.of(Optional.ofNullable(pullback.apply(self.operand(0), self, cotangent)));
  }

  @Override
  public Optional<KernelKey> kernel(List<TensorType> operands) {
    DType dtype = operands.getFirst().dtype();
    return Optional.of(new KernelKey("pointwise", function(), dtype));
  }
}
