package org.tensorlogic.rewrite;

import static org.tensorlogic.rewrite.Exactness.EXACT;
import static org.tensorlogic.rewrite.Exactness.REASSOCIATES;
import static org.tensorlogic.rewrite.OptimizationLevel.BASIC;
import static org.tensorlogic.rewrite.OptimizationLevel.MODERATE;
import static org.tensorlogic.rewrite.Pattern.op;

import java.util.List;
import org.tensorlogic.ir.Constant;
import org.tensorlogic.ir.Convert;
import org.tensorlogic.ir.Literal;
import org.tensorlogic.ir.Movement;
import org.tensorlogic.ir.Node;
import org.tensorlogic.ir.Pointwise;
import org.tensorlogic.ir.Reduce;
import org.tensorlogic.type.DType;

/** What is known when the graph is built is computed then, up to a bound of elements. */
final class ConstantRules {

  /** More would make graphs large and compiling slow for what a kernel does in microseconds. */
  static final int COUNT_MAX = 1024;

  private ConstantRules() {}

  /** Folding: exact where the function rounds once or not at all, else as good as a kernel. */
  static final List<Rule> FOLDING = List.of(
      Rule.of("fold-exact", "f(constants) -> constant where f rounds once", BASIC, EXACT,
          op(Pointwise.class).where(node -> isExact(node)), ConstantRules::folded),
      Rule.of("fold-function", "f(constants) -> constant", MODERATE, REASSOCIATES,
          op(Pointwise.class).where(node -> !isExact(node)), ConstantRules::folded),
      Rule.of("fold-convert", "convert(constant) -> constant", BASIC, EXACT,
          op(Convert.class), ConstantRules::folded),
      Rule.of("fold-movement", "permute, reshape, slice, concat of constants -> constant", BASIC,
          EXACT, op(Movement.class).where(ConstantRules::isFoldable), ConstantRules::folded),
      Rule.of("fold-reduce", "reduce(constant) -> constant", MODERATE, REASSOCIATES,
          op(Reduce.class), ConstantRules::folded));

  private static boolean isFoldable(Node node) {
    return node.op() instanceof Movement.Permute || node.op() instanceof Movement.Reshape
        || node.op() instanceof Movement.Slice || node.op() instanceof Movement.Concat;
  }

  private static boolean isExact(Node node) {
    return !node.dtype().isFloating() || ((Pointwise) node.op()).isExact();
  }

  private static Node folded(Match match) {
    Node node = match.node();
    if (!node.shape().isStatic() || node.shape().count() > COUNT_MAX) {
      return null;
    }
    for (Node operand : node.operands()) {
      if (!Elements.isKnown(operand)) {
        return null;
      }
    }
    var operands = node.operands().stream().map(Elements::of).toList();
    Elements result = Elements.apply(node, operands);
    Literal literal = result.literal();
    boolean uniform = literal.count() > 1 && literal.isAll(literal.real(0))
        && Math.abs(literal.real(0)) < 1L << 53;
    return uniform ? Numbers.filled(node, literal.real(0))
        : node.builder().constant(node.type(), literal);
  }

  /** Elements of a constant as what its dtype holds: doubles, or 64-bit integers. */
  record Elements(DType dtype, long[] extents, double[] reals, long[] integers) {

    /** Returns whether a node is a constant, or one repeated, of few elements. */
    static boolean isKnown(Node node) {
      boolean repeated = node.op() instanceof Movement.Broadcast
          && node.operand(0).op() instanceof Constant;
      return (repeated || node.op() instanceof Constant) && node.shape().isStatic()
          && node.shape().count() <= COUNT_MAX;
    }

    static Elements of(Node node) {
      if (node.op() instanceof Constant(_, Literal literal)) {
        int count = literal.count();
        Elements elements = empty(node.dtype(), node.shape().extents(), count);
        for (int i = 0; i < count; i++) {
          elements.put(i, node.dtype().isFloating() ? literal.real(i) : 0,
              node.dtype().isFloating() ? 0 : literal.integer(i));
        }
        return elements;
      }
      return apply(node, List.of(of(node.operand(0))));
    }

    static Elements empty(DType dtype, long[] extents, int count) {
      return dtype.isFloating() ? new Elements(dtype, extents, new double[count], null)
          : new Elements(dtype, extents, null, new long[count]);
    }

    void put(int index, double real, long integer) {
      if (reals != null) {
        reals[index] = Numbers.rounded(dtype, real);
      } else {
        integers[index] = integer;
      }
    }

    double real(int index) {
      return reals != null ? reals[index] : integers[index];
    }

    Literal literal() {
      return reals != null ? Literal.of(reals) : Literal.of(integers);
    }

    static Elements apply(Node node, List<Elements> operands) {
      return Folding.apply(node, operands);
    }
  }
}
