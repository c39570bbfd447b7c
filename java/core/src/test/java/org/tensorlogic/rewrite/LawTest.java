package org.tensorlogic.rewrite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.tensorlogic.error.ArgumentException;
import org.tensorlogic.ir.Binary;
import org.tensorlogic.ir.Graph;
import org.tensorlogic.ir.GraphBuilder;
import org.tensorlogic.ir.Input;
import org.tensorlogic.ir.Node;
import org.tensorlogic.ir.Ops;
import org.tensorlogic.ir.Unary;
import org.tensorlogic.type.DType;

/** Each law holds in the logics that it names, and in no other. */
class LawTest {

  private static final double[] TRUTHS = {0, 0.125, 0.25, 0.5, 0.625, 0.75, 1};

  @ParameterizedTest
  @EnumSource(Law.class)
  void holdsInTheLogicsThatItNames(Law law) {
    var holds = EnumSet.noneOf(Logic.class);
    for (Logic logic : Logic.values()) {
      if (holds(law.rule(logic), logic)) {
        holds.add(logic);
      }
    }
    assertEquals(law.logics(), holds);
  }

  private static boolean holds(Rule rule, Logic logic) {
    var builder = new GraphBuilder();
    Graph before = builder.build(node(builder, rule.pattern(), logic));
    Rewritten result = new Rewriter(List.of(rule), new Strategy.OnePass()).rewrite(before);
    assertTrue(result.statistics().rewrites() > 0, rule + " did not fire on\n" + before);
    double[] truths = logic == Logic.BOOLEAN ? new double[] {0, 1} : TRUTHS;
    for (double x : truths) {
      for (double y : truths) {
        for (double z : truths) {
          Map<String, Double> inputs = Map.of("x", x, "y", y, "z", z);
          if (Math.abs(value(before, inputs) - value(result.graph(), inputs)) > 1e-12) {
            return false;
          }
        }
      }
    }
    return true;
  }

  /** The formula that a pattern describes. */
  private static Node node(GraphBuilder builder, Pattern pattern, Logic logic) {
    DType dtype = logic == Logic.BOOLEAN ? DType.BOOL : DType.F64;
    return switch (pattern) {
      case Pattern.Variable variable -> builder.input(variable.name(), dtype, new long[0]);
      case Pattern.Number number -> builder.constant(dtype, number.test().test(0) ? 0 : 1);
      case Pattern.UnaryOp unary ->
          Ops.unary(unary.function(), node(builder, unary.operand(), logic));
      case Pattern.BinaryOp binary -> Ops.binary(binary.function(),
          node(builder, binary.left(), logic), node(builder, binary.right(), logic));
      case Pattern.Any _, Pattern.Where _, Pattern.OpOf _, Pattern.Constant _,
          Pattern.Sequence _, Pattern.Alternative _ -> throw new AssertionError(pattern);
    };
  }

  private static double value(Graph graph, Map<String, Double> inputs) {
    var values = new HashMap<Node, Double>();
    for (Node node : graph.nodes()) {
      List<Double> operands = node.operands().stream().map(values::get).toList();
      if (node.op() instanceof Input input) {
        values.put(node, inputs.get(input.label()));
      } else if (node.op() instanceof Unary unary) {
        values.put(node, unary.apply(operands.getFirst()));
      } else if (node.op() instanceof Binary binary) {
        values.put(node, binary.apply(operands.get(0), operands.get(1)));
      } else {
        values.put(node, Numbers.of(node).orElseThrow());
      }
    }
    return values.get(graph.outputs().get("result"));
  }

  @Test
  void lawsOfOtherLogicsAreRefused() {
    var refused = assertThrows(ArgumentException.class, () -> Law.AND_SELF.in(Logic.PRODUCT));
    assertTrue(refused.getMessage().contains("x and x -> x does not hold in PRODUCT"));
  }
}
