package org.tensorlogic.rewrite;

import static org.tensorlogic.ir.Binary.EQ;
import static org.tensorlogic.ir.Binary.GE;
import static org.tensorlogic.ir.Binary.GT;
import static org.tensorlogic.ir.Binary.LE;
import static org.tensorlogic.ir.Binary.LT;
import static org.tensorlogic.ir.Binary.NE;
import static org.tensorlogic.ir.Unary.NOT;
import static org.tensorlogic.rewrite.Exactness.EXACT;
import static org.tensorlogic.rewrite.OptimizationLevel.BASIC;
import static org.tensorlogic.rewrite.Pattern.binary;
import static org.tensorlogic.rewrite.Pattern.either;
import static org.tensorlogic.rewrite.Pattern.number;
import static org.tensorlogic.rewrite.Pattern.op;
import static org.tensorlogic.rewrite.Pattern.unary;

import java.util.List;
import org.tensorlogic.ir.Binary;
import org.tensorlogic.ir.Convert;
import org.tensorlogic.ir.Node;
import org.tensorlogic.ir.Ops;
import org.tensorlogic.ir.Select;
import org.tensorlogic.type.DType;

/** Choices, comparisons and conversions; the laws of the connectives are those of {@link Law}. */
final class LogicRules {

  private static final Pattern X = Pattern.variable("x");
  private static final Pattern Y = Pattern.variable("y");
  private static final Pattern C = Pattern.variable("c");
  /** Nothing but NaN differs from itself. */
  private static final Pattern NEVER_NAN = X.where(node -> !node.dtype().isFloating());

  private LogicRules() {}

  static final List<Rule> CHOICES = List.of(
      Rule.of("select-same", "select(c, x, x) -> x", BASIC, EXACT, op(Select.class, C, X, X),
          match -> match.get("x")),
      Rule.of("select-not", "select(not c, x, y) -> select(c, y, x)", BASIC, EXACT,
          op(Select.class, unary(NOT, C), X, Y),
          match -> Ops.select(match.get("c"), match.get("y"), match.get("x"))),
      Rule.of("select-true", "select(true, x, y) -> x", BASIC, EXACT,
          op(Select.class, number(1), X, Y), match -> match.get("x")),
      Rule.of("select-false", "select(false, x, y) -> y", BASIC, EXACT,
          op(Select.class, number(0), X, Y), match -> match.get("y")),
      Rule.of("xor-self", "x xor x -> false", BASIC, EXACT, binary(Binary.XOR, X, X),
          match -> Numbers.truth(match.node(), false)),
      Rule.of("xor-false", "x xor false -> x", BASIC, EXACT, binary(Binary.XOR, X, number(0)),
          match -> match.get("x")),
      Rule.of("xor-true", "x xor true -> not x", BASIC, EXACT, binary(Binary.XOR, X, number(1)),
          match -> Ops.not(match.get("x"))));

  static final List<Rule> COMPARISONS = List.of(
      Rule.of("compare-self", "x == x, x <= x, x >= x -> true unless floating", BASIC, EXACT,
          either(binary(EQ, NEVER_NAN, X), binary(LE, NEVER_NAN, X), binary(GE, NEVER_NAN, X)),
          match -> Numbers.truth(match.node(), true)),
      Rule.of("differ-self", "x != x -> false unless floating", BASIC, EXACT,
          binary(NE, NEVER_NAN, X), match -> Numbers.truth(match.node(), false)),
      Rule.of("less-self", "x < x, x > x -> false", BASIC, EXACT,
          either(binary(LT, X, X), binary(GT, X, X)),
          match -> Numbers.truth(match.node(), false)),
      negated("not-eq", "not (x == y) -> x != y", EQ, NE, X),
      negated("not-ne", "not (x != y) -> x == y", NE, EQ, X),
      negated("not-lt", "not (x < y) -> x >= y unless floating", LT, GE, NEVER_NAN),
      negated("not-le", "not (x <= y) -> x > y unless floating", LE, GT, NEVER_NAN),
      negated("not-gt", "not (x > y) -> x <= y unless floating", GT, LE, NEVER_NAN),
      negated("not-ge", "not (x >= y) -> x < y unless floating", GE, LT, NEVER_NAN));

  private static Rule negated(String name, String meaning, Binary from, Binary to, Pattern left) {
    return Rule.of(name, meaning, BASIC, EXACT, unary(NOT, binary(from, left, Y)),
        match -> Ops.binary(to, match.get("x"), match.get("y")));
  }

  static final List<Rule> CONVERSIONS = List.of(
      Rule.of("convert-same", "convert(x to its own dtype) -> x", BASIC, EXACT,
          op(Convert.class, X),
          match -> match.get("x").dtype() == match.node().dtype() ? match.get("x") : null),
      Rule.of("convert-back", "convert(convert(x) to the dtype of x) -> x where nothing is lost",
          BASIC, EXACT, op(Convert.class, op(Convert.class, X).as("y")),
          match -> match.get("x").dtype() == match.node().dtype()
              && holds(match.get("y").dtype(), match.get("x")) ? match.get("x") : null),
      Rule.of("convert-convert", "convert(convert(x)) -> convert(x) where nothing is lost",
          BASIC, EXACT, op(Convert.class, op(Convert.class, X).as("y")),
          match -> holds(match.get("y").dtype(), match.get("x"))
              ? Ops.convert(match.get("x"), match.node().dtype()) : null));

  /** Returns whether a dtype holds every element of a node unchanged. */
  private static boolean holds(DType dtype, Node x) {
    return x.dtype() == DType.BOOL || x.dtype() == DType.F32 && dtype == DType.F64;
  }
}
