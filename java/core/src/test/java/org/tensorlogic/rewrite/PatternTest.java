package org.tensorlogic.rewrite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.tensorlogic.rewrite.Pattern.any;
import static org.tensorlogic.rewrite.Pattern.binary;
import static org.tensorlogic.rewrite.Pattern.constant;
import static org.tensorlogic.rewrite.Pattern.either;
import static org.tensorlogic.rewrite.Pattern.number;
import static org.tensorlogic.rewrite.Pattern.one;
import static org.tensorlogic.rewrite.Pattern.op;
import static org.tensorlogic.rewrite.Pattern.sequence;
import static org.tensorlogic.rewrite.Pattern.unary;
import static org.tensorlogic.rewrite.Pattern.variable;
import static org.tensorlogic.rewrite.Pattern.zero;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.tensorlogic.error.ArgumentException;
import org.tensorlogic.ir.Binary;
import org.tensorlogic.ir.GraphBuilder;
import org.tensorlogic.ir.Movement;
import org.tensorlogic.ir.Node;
import org.tensorlogic.ir.Ops;
import org.tensorlogic.ir.Unary;
import org.tensorlogic.type.DType;
import org.tensorlogic.type.Shape;

/** What each kind of pattern matches and captures. */
class PatternTest {

  private final GraphBuilder builder = new GraphBuilder();
  private final Node x = builder.input("x", DType.F32, 2, 3);
  private final Node y = builder.input("y", DType.F32, 2, 3);

  private static Node captured(Pattern pattern, Node node, String name) {
    return Match.replace(Rule.of("test", "", OptimizationLevel.BASIC, Exactness.EXACT, pattern,
        match -> match.get(name)), node, n -> 1);
  }

  private static boolean matches(Pattern pattern, Node node) {
    boolean found = captured(pattern.as("root"), node, "root") == node;
    assertTrue(!found || pattern.mayMatch(node.op()), "mayMatch is wrong on " + node);
    return found;
  }

  @Test
  void opsAndAny() {
    assertTrue(matches(any(), x));
    assertTrue(matches(unary(Unary.NEG, any()), Ops.neg(x)));
    assertFalse(matches(unary(Unary.ABS, any()), Ops.neg(x)));
    assertTrue(matches(op(Movement.Permute.class), Ops.permute(x, List.of(1, 0))));
    assertTrue(matches(op(Movement.class, any()), Ops.permute(x, List.of(1, 0))));
    assertFalse(matches(op(Movement.class, any()), Ops.concat(0, List.of(x, y))));
  }

  @Test
  void commutativeFunctionsMatchInEitherOrder() {
    Pattern sum = binary(Binary.ADD, unary(Unary.NEG, variable("a")), variable("b"));
    assertEquals(x, captured(sum, Ops.add(Ops.neg(x), y), "a"));
    assertEquals(x, captured(sum, Ops.add(y, Ops.neg(x)), "a"));
    Pattern difference = binary(Binary.SUB, unary(Unary.NEG, variable("a")), variable("b"));
    assertTrue(matches(difference, Ops.sub(Ops.neg(x), y)));
    assertFalse(matches(difference, Ops.sub(y, Ops.neg(x))));
  }

  @Test
  void oneVariableIsOneNode() {
    Pattern same = binary(Binary.SUB, variable("a"), variable("a"));
    assertTrue(matches(same, Ops.sub(x, x)));
    assertFalse(matches(same, Ops.sub(x, y)));
    // The order that binds a to y first must be undone before the other is tried.
    Pattern factor = binary(Binary.ADD, binary(Binary.MUL, variable("a"), variable("b")),
        binary(Binary.MUL, variable("a"), variable("c")));
    Node sum = Ops.add(Ops.mul(y, x), Ops.mul(Ops.neg(y), x));
    assertEquals(x, captured(factor, sum, "a"));
    assertEquals(y, captured(factor, sum, "b"));
  }

  @Test
  void numbersAreSeenThroughMovements() {
    Node zeros = Ops.reshape(Ops.broadcastTo(Ops.scalar(x, 0), Shape.of(2, 3)), Shape.of(6));
    assertTrue(matches(zero(), zeros));
    assertFalse(matches(one(), zeros));
    assertTrue(matches(zero(), Ops.scalar(x, -0.0)));
    assertFalse(matches(number(0), Ops.scalar(x, -0.0)));
    assertTrue(matches(number(value -> value > 2), Ops.scalar(x, 3)));
    assertTrue(matches(constant(), Ops.scalar(x, 3)));
    assertFalse(matches(constant(), zeros));
    assertFalse(matches(zero(), x));
  }

  @Test
  void predicatesAlternativesAndSequences() {
    Pattern rows = op(Movement.Broadcast.class).where(node -> node.shape().dim(0).extent() == 2);
    assertTrue(matches(rows, Ops.broadcast(x, Shape.of(2, 5, 3), List.of(0, 2))));
    assertFalse(matches(rows, Ops.broadcast(x, Shape.of(5, 2, 3), List.of(1, 2))));
    Pattern choice = either(unary(Unary.NEG, variable("a")), unary(Unary.ABS, variable("a")));
    assertEquals(x, captured(choice, Ops.abs(x), "a"));
    Pattern chain = sequence(unary(Unary.EXP, any()), unary(Unary.NEG, any()),
        unary(Unary.SQUARE, variable("a")));
    assertEquals(x, captured(chain, Ops.exp(Ops.neg(Ops.square(x))), "a"));
    assertFalse(matches(chain, Ops.exp(Ops.neg(x))));
  }

  @Test
  void unknownVariablesAreRefused() {
    assertThrows(ArgumentException.class, () -> captured(variable("a"), x, "b"));
  }
}
