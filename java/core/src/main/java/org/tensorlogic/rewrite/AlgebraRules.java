package org.tensorlogic.rewrite;

import static org.tensorlogic.ir.Binary.ADD;
import static org.tensorlogic.ir.Binary.DIV;
import static org.tensorlogic.ir.Binary.MAX;
import static org.tensorlogic.ir.Binary.MIN;
import static org.tensorlogic.ir.Binary.MUL;
import static org.tensorlogic.ir.Binary.POW;
import static org.tensorlogic.ir.Binary.SUB;
import static org.tensorlogic.ir.Unary.ABS;
import static org.tensorlogic.ir.Unary.EXP;
import static org.tensorlogic.ir.Unary.LOG;
import static org.tensorlogic.ir.Unary.NEG;
import static org.tensorlogic.ir.Unary.RELU;
import static org.tensorlogic.ir.Unary.RSQRT;
import static org.tensorlogic.ir.Unary.SIGN;
import static org.tensorlogic.ir.Unary.SQRT;
import static org.tensorlogic.ir.Unary.SQUARE;
import static org.tensorlogic.ir.Unary.STEP;
import static org.tensorlogic.rewrite.Exactness.ASSUMES_FINITE;
import static org.tensorlogic.rewrite.Exactness.EXACT;
import static org.tensorlogic.rewrite.Exactness.REASSOCIATES;
import static org.tensorlogic.rewrite.OptimizationLevel.AGGRESSIVE;
import static org.tensorlogic.rewrite.OptimizationLevel.BASIC;
import static org.tensorlogic.rewrite.OptimizationLevel.MODERATE;
import static org.tensorlogic.rewrite.Pattern.binary;
import static org.tensorlogic.rewrite.Pattern.either;
import static org.tensorlogic.rewrite.Pattern.number;
import static org.tensorlogic.rewrite.Pattern.one;
import static org.tensorlogic.rewrite.Pattern.unary;
import static org.tensorlogic.rewrite.Pattern.zero;

import java.util.List;
import org.tensorlogic.ir.Binary;
import org.tensorlogic.ir.Node;
import org.tensorlogic.ir.Ops;
import org.tensorlogic.ir.Unary;

/** Laws of numbers. Operands of pointwise functions have one shape, so no rule needs to ask. */
final class AlgebraRules {

  private static final Pattern X = Pattern.variable("x");
  private static final Pattern Y = Pattern.variable("y");
  private static final Pattern Z = Pattern.variable("z");
  private static final Pattern INTEGER = X.where(node -> !node.dtype().isFloating());
  private static final Pattern FLOATING = X.where(node -> node.dtype().isFloating());
  private static final Pattern NUMBER = number((double value) -> true).as("c");
  private static final Pattern OTHER_NUMBER = number((double value) -> true).as("d");
  private static final Rule.Replacement TO_X = match -> match.get("x");
  private static final Rule.Replacement TO_ZERO = match -> Numbers.filled(match.node(), 0);
  private static final Rule.Replacement TO_ONE = match -> Numbers.filled(match.node(), 1);

  private AlgebraRules() {}

  /** What is computed already is not computed again; the node made first stays. */
  static final List<Rule> COMMON = List.of(
      Rule.of("merge-commuted", "f(y, x) -> f(x, y) where that is computed too and f commutes",
          BASIC, EXACT, Pattern.op(Binary.class).where(AlgebraRules::commutes),
          match -> earlier(match.node())));

  private static boolean commutes(Node node) {
    return node.op() instanceof Binary function && function.isCommutative();
  }

  private static Node earlier(Node node) {
    return node.builder().find(node.op(), node.operands().reversed())
        .filter(other -> other.id() < node.id()).orElse(null);
  }

  /** Units and zeros. -0.0 is the unit of floating addition: -0.0 + 0.0 is 0.0. */
  static final List<Rule> UNITS = List.of(
      Rule.of("add-integer-zero", "x + 0 -> x of integers", BASIC, EXACT,
          binary(ADD, INTEGER, zero()), TO_X),
      Rule.of("add-negative-zero", "x + -0.0 -> x", BASIC, EXACT,
          binary(ADD, FLOATING, number(-0.0)), TO_X),
      Rule.of("add-zero", "x + 0.0 -> x", MODERATE, REASSOCIATES,
          binary(ADD, FLOATING, number(0)), TO_X),
      Rule.of("sub-zero", "x - 0 -> x", BASIC, EXACT, binary(SUB, X, number(0)), TO_X),
      Rule.of("sub-from-zero", "0 - x -> -x", MODERATE, REASSOCIATES,
          binary(SUB, zero(), X), match -> Ops.neg(match.get("x"))),
      Rule.of("mul-one", "x * 1 -> x", BASIC, EXACT, binary(MUL, X, one()), TO_X),
      Rule.of("div-one", "x / 1 -> x", BASIC, EXACT, binary(DIV, X, one()), TO_X),
      Rule.of("mul-minus-one", "x * -1 -> -x", BASIC, EXACT, binary(MUL, X, number(-1)),
          match -> Ops.neg(match.get("x"))),
      Rule.of("mul-integer-zero", "x * 0 -> 0 of integers", BASIC, EXACT,
          binary(MUL, INTEGER, zero()), TO_ZERO),
      // NaN and infinity times 0 are NaN, and the zero has the sign of x.
      Rule.of("mul-zero", "x * 0.0 -> 0.0", AGGRESSIVE, ASSUMES_FINITE,
          binary(MUL, FLOATING, zero()), TO_ZERO),
      Rule.of("sub-integer-self", "x - x -> 0 of integers", BASIC, EXACT,
          binary(SUB, INTEGER, X), TO_ZERO),
      // NaN - NaN and infinity - infinity are NaN.
      Rule.of("sub-self", "x - x -> 0.0", AGGRESSIVE, ASSUMES_FINITE,
          binary(SUB, FLOATING, X), TO_ZERO),
      // 0 / 0 is NaN: it counts as not finite.
      Rule.of("div-self", "x / x -> 1.0", AGGRESSIVE, ASSUMES_FINITE,
          binary(DIV, FLOATING, X), TO_ONE));

  static final List<Rule> SIGNS = List.of(
      Rule.of("neg-neg", "-(-x) -> x", BASIC, EXACT, unary(NEG, unary(NEG, X)), TO_X),
      Rule.of("add-neg", "x + -y -> x - y", BASIC, EXACT, binary(ADD, X, unary(NEG, Y)),
          match -> Ops.sub(match.get("x"), match.get("y"))),
      Rule.of("sub-neg", "x - -y -> x + y", BASIC, EXACT, binary(SUB, X, unary(NEG, Y)),
          match -> Ops.add(match.get("x"), match.get("y"))),
      Rule.of("neg-sub", "-(x - y) -> y - x", MODERATE, REASSOCIATES,
          unary(NEG, binary(SUB, X, Y).where(node -> node.dtype().isFloating())),
          match -> Ops.sub(match.get("y"), match.get("x"))),
      Rule.of("mul-neg-neg", "-x * -y -> x * y", BASIC, EXACT,
          binary(MUL, unary(NEG, X), unary(NEG, Y)),
          match -> Ops.mul(match.get("x"), match.get("y"))),
      Rule.of("div-neg-neg", "-x / -y -> x / y", BASIC, EXACT,
          binary(DIV, unary(NEG, X), unary(NEG, Y)),
          match -> Ops.div(match.get("x"), match.get("y"))),
      Rule.of("abs-neg", "|-x| -> |x|", BASIC, EXACT, unary(ABS, unary(NEG, X)),
          match -> Ops.abs(match.get("x"))),
      Rule.of("square-sign", "(-x)^2, |x|^2 -> x^2", BASIC, EXACT,
          unary(SQUARE, either(unary(NEG, X), unary(ABS, X))),
          match -> Ops.square(match.get("x"))));

  static final List<Rule> IDEMPOTENT = List.of(
      same(ABS), same(RELU), same(SIGN), same(STEP),
      // An integer square may wrap to a negative number.
      Rule.of("abs-square", "|x^2| -> x^2", BASIC, EXACT,
          unary(ABS, unary(SQUARE, FLOATING).as("s")), match -> match.get("s")),
      Rule.of("round-round", "floor, ceil, round of a rounded x -> it", BASIC, EXACT,
          rounding(rounding(X).as("r")), match -> match.get("r")),
      Rule.of("min-max-self", "min(x, x), max(x, x) -> x", BASIC, EXACT,
          either(binary(MIN, X, X), binary(MAX, X, X)), TO_X));

  private static Rule same(Unary function) {
    return Rule.of(function + "-" + function, "%1$s(%1$s(x)) -> %1$s(x)".formatted(function),
        BASIC, EXACT, unary(function, unary(function, X).as("r")), match -> match.get("r"));
  }

  private static Pattern rounding(Pattern inside) {
    return either(unary(Unary.FLOOR, inside), unary(Unary.CEIL, inside),
        unary(Unary.ROUND, inside));
  }

  static final List<Rule> POWERS = List.of(
      Rule.of("mul-self", "x * x -> x^2", BASIC, EXACT, binary(MUL, X, X),
          match -> Ops.square(match.get("x"))),
      Rule.of("pow-zero", "x^0 -> 1", BASIC, EXACT, binary(POW, X, zero()), TO_ONE),
      Rule.of("pow-one", "x^1 -> x", BASIC, EXACT, binary(POW, X, one()), TO_X),
      Rule.of("pow-two", "pow(x, 2) -> x^2", MODERATE, REASSOCIATES, binary(POW, X, number(2)),
          match -> Ops.square(match.get("x"))),
      Rule.of("pow-three", "pow(x, 3) -> x * x^2", MODERATE, REASSOCIATES,
          binary(POW, X, number(3)),
          match -> Ops.mul(match.get("x"), Ops.square(match.get("x")))),
      Rule.of("pow-four", "pow(x, 4) -> (x^2)^2", MODERATE, REASSOCIATES,
          binary(POW, X, number(4)), match -> Ops.square(Ops.square(match.get("x")))),
      Rule.of("pow-minus-one", "pow(x, -1) -> 1 / x", MODERATE, REASSOCIATES,
          binary(POW, X, number(-1)),
          match -> Ops.div(Numbers.filled(match.node(), 1), match.get("x"))),
      // pow(-infinity, 0.5) is infinity.
      Rule.of("pow-half", "pow(x, 0.5) -> sqrt(x)", AGGRESSIVE, ASSUMES_FINITE,
          binary(POW, X, number(0.5)), match -> Ops.sqrt(match.get("x"))),
      // The square may overflow or lose all its bits where the root of it would not.
      Rule.of("sqrt-square", "sqrt(x^2) -> |x|", AGGRESSIVE, ASSUMES_FINITE,
          unary(SQRT, unary(SQUARE, X)), match -> Ops.abs(match.get("x"))),
      // The root of a negative number is NaN.
      Rule.of("square-sqrt", "sqrt(x)^2 -> x", AGGRESSIVE, ASSUMES_FINITE,
          unary(SQUARE, unary(SQRT, X)), TO_X),
      Rule.of("reciprocal-sqrt", "1 / sqrt(x) -> rsqrt(x)", AGGRESSIVE, REASSOCIATES,
          binary(DIV, one(), unary(SQRT, X)), match -> Ops.unary(RSQRT, match.get("x"))),
      // The logarithm of a negative number is NaN.
      Rule.of("exp-log", "exp(log(x)) -> x", AGGRESSIVE, ASSUMES_FINITE,
          unary(EXP, unary(LOG, X)), TO_X),
      // The exponential of a large number is infinite.
      Rule.of("log-exp", "log(exp(x)) -> x", AGGRESSIVE, ASSUMES_FINITE,
          unary(LOG, unary(EXP, X)), TO_X),
      // exp(x) may overflow and exp(y) underflow where their product is a number.
      Rule.of("mul-exp-exp", "exp(x) * exp(y) -> exp(x + y)", AGGRESSIVE, ASSUMES_FINITE,
          binary(MUL, unary(EXP, X), unary(EXP, Y)),
          match -> Ops.exp(Ops.add(match.get("x"), match.get("y")))));

  static final List<Rule> CONSTANTS = List.of(
      Rule.of("div-power-of-two", "x / 2^n -> x * 2^-n", BASIC, EXACT,
          binary(DIV, X, NUMBER.where(AlgebraRules::isPowerOfTwo)), AlgebraRules::timesInverse),
      // Smallest numbers have no inverse: it would be infinite.
      Rule.of("div-constant", "x / c -> x * (1 / c)", AGGRESSIVE, REASSOCIATES,
          binary(DIV, X, NUMBER.where(AlgebraRules::hasInverse)), AlgebraRules::timesInverse),
      Rule.of("add-add-constant", "(x + c) + d -> x + (c + d)", AGGRESSIVE, ASSUMES_FINITE,
          binary(ADD, binary(ADD, FLOATING, NUMBER), OTHER_NUMBER),
          match -> Ops.add(match.get("x"), Ops.add(match.get("c"), match.get("d")))),
      Rule.of("mul-mul-constant", "(x * c) * d -> x * (c * d)", AGGRESSIVE, ASSUMES_FINITE,
          binary(MUL, binary(MUL, FLOATING, NUMBER), OTHER_NUMBER),
          match -> Ops.mul(match.get("x"), Ops.mul(match.get("c"), match.get("d")))),
      Rule.of("add-add-integer", "(x + c) + d -> x + (c + d) of integers", BASIC, EXACT,
          binary(ADD, binary(ADD, INTEGER, NUMBER), OTHER_NUMBER),
          match -> Ops.add(match.get("x"), Ops.add(match.get("c"), match.get("d")))),
      Rule.of("mul-mul-integer", "(x * c) * d -> x * (c * d) of integers", BASIC, EXACT,
          binary(MUL, binary(MUL, INTEGER, NUMBER), OTHER_NUMBER),
          match -> Ops.mul(match.get("x"), Ops.mul(match.get("c"), match.get("d")))),
      // The products may overflow to infinities of both signs where the product of sums does not.
      Rule.of("factor", "x * y + x * z -> x * (y + z)", AGGRESSIVE, ASSUMES_FINITE,
          binary(ADD, binary(MUL, X, Y).as("left"), binary(MUL, X, Z).as("right")),
          match -> match.isUsedOnce(match.get("left")) && match.isUsedOnce(match.get("right"))
              ? Ops.mul(match.get("x"), Ops.add(match.get("y"), match.get("z"))) : null));

  private static boolean isPowerOfTwo(Node node) {
    double value = Numbers.of(node).orElse(0);
    return Math.abs(value) == Math.scalb(1.0, Math.getExponent(value))
        && Math.abs(Math.getExponent(value)) <= 100;
  }

  private static boolean hasInverse(Node node) {
    double value = Math.abs(Numbers.of(node).orElse(0));
    return value > 0x1p-100 && value < 0x1p100;
  }

  private static Node timesInverse(Match match) {
    double inverse = 1 / Numbers.of(match.get("c")).orElseThrow();
    return Ops.mul(match.get("x"), Numbers.filled(match.node(), inverse));
  }
}
