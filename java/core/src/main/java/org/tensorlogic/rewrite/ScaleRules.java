package org.tensorlogic.rewrite;

import static org.tensorlogic.rewrite.Exactness.ASSUMES_FINITE;
import static org.tensorlogic.rewrite.Exactness.REASSOCIATES;
import static org.tensorlogic.rewrite.OptimizationLevel.MODERATE;
import static org.tensorlogic.rewrite.Pattern.binary;
import static org.tensorlogic.rewrite.Pattern.number;
import static org.tensorlogic.rewrite.Pattern.op;

import java.util.ArrayList;
import java.util.List;
import org.tensorlogic.einsum.Semiring;
import org.tensorlogic.ir.Binary;
import org.tensorlogic.ir.Einsum;
import org.tensorlogic.ir.Movement.Broadcast;
import org.tensorlogic.ir.Node;
import org.tensorlogic.ir.Ops;
import org.tensorlogic.type.Shape;

/** Divisions and products by few numbers, done where they are fewest. */
final class ScaleRules {

  /** From here on inverses are worth a step of their own. */
  private static final long REPEATS_MIN = 4;
  /** Inverses of what is at least this neither overflow nor are subnormal where they matter. */
  private static final double DIVISOR_MIN = 0x1p-100;
  /** Larger or smaller numbers may overflow, or lose digits, in one place and not in the other. */
  private static final double SCALE_MAX = 0x1p24;
  private static final Pattern X = Pattern.variable("x");
  private static final Pattern SCALE =
      number(c -> Math.abs(c) <= SCALE_MAX && Math.abs(c) >= 1 / SCALE_MAX).as("c");

  private ScaleRules() {}

  static final List<Rule> RULES = List.of(
      // Rounds twice instead of once. Softmax and layer norm divide by such numbers.
      Rule.of("div-repeated", "x / broadcast(s) -> x * broadcast(1 / s) of s known to be above 0",
          MODERATE, REASSOCIATES, binary(Binary.DIV, X, op(Broadcast.class).as("s")),
          ScaleRules::timesInverse),
      // The smallest numbers may become 0, which infinity makes NaN of.
      Rule.of("scale-einsum", "einsum(ij,jk->ik, x, y) * c -> einsum(ij,jk->ik, x * c, y) of a "
          + "smaller x", MODERATE, ASSUMES_FINITE,
          binary(Binary.MUL, op(Einsum.class).as("inner"), SCALE), ScaleRules::scaledInside));

  private static Node timesInverse(Match match) {
    Node divisor = match.get("s");
    Node few = divisor.operand(0);
    if (!few.dtype().isFloating() || !repeats(few.shape(), divisor.shape())
        || !(Bounds.least(few) >= DIVISOR_MIN)) {
      return null;
    }
    Node inverse = Ops.div(Numbers.filled(few, 1), few);
    return Ops.mul(match.get("x"), Ops.broadcast(inverse, divisor.shape(),
        ((Broadcast) divisor.op()).axes()));
  }

  /** Whether one shape surely has fewer elements than the other. */
  private static boolean repeats(Shape few, Shape many) {
    return few.isStatic() && many.isStatic() && few.count() * REPEATS_MIN <= many.count();
  }

  private static Node scaledInside(Match match) {
    Node inner = match.get("inner");
    var einsum = (Einsum) inner.op();
    if (einsum.semiring() != Semiring.SUM_PRODUCT || !inner.dtype().isFloating()
        || !match.isUsedOnce(inner)) {
      return null;
    }
    int smallest = -1;
    for (int i = 0; i < inner.operands().size(); i++) {
      Shape shape = inner.operand(i).shape();
      if (shape.isStatic() && (smallest < 0
          || shape.count() < inner.operand(smallest).shape().count())) {
        smallest = i;
      }
    }
    if (smallest < 0 || !inner.shape().isStatic()
        || 2 * inner.operand(smallest).shape().count() > inner.shape().count()) {
      return null;
    }
    var operands = new ArrayList<>(inner.operands());
    Node x = operands.get(smallest);
    operands.set(smallest,
        Ops.mul(x, Numbers.filled(x, Numbers.of(match.get("c")).orElseThrow())));
    return Ops.einsum(einsum.spec(), einsum.semiring(), operands);
  }
}
