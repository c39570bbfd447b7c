package org.tensorlogic.rewrite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.tensorlogic.rewrite.Pattern.unary;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.tensorlogic.error.GraphException;
import org.tensorlogic.error.Origin;
import org.tensorlogic.ir.Graph;
import org.tensorlogic.ir.GraphBuilder;
import org.tensorlogic.ir.Loop;
import org.tensorlogic.ir.Node;
import org.tensorlogic.ir.Ops;
import org.tensorlogic.ir.Reduction;
import org.tensorlogic.ir.Unary;
import org.tensorlogic.ir.Verifier;
import org.tensorlogic.type.DType;

/** How rules are applied: strategies, termination, what stays, what vanishes, and how fast. */
class RewriterTest {

  private static final Pattern X = Pattern.variable("x");

  private static Rule rule(String name, int priority, Pattern pattern,
      UnaryOperator<Node> replacement) {
    return Rule.of(name, name, OptimizationLevel.BASIC, Exactness.EXACT, pattern,
        match -> replacement.apply(match.get("x"))).withPriority(priority);
  }

  private static final Rule SIN_TO_COS = rule("sin-cos", 0, unary(Unary.SIN, X), Ops::cos);
  private static final Rule COS_TO_TANH = rule("cos-tanh", 0, unary(Unary.COS, X), Ops::tanh);
  private static final Rule TANH_TO_ERF = rule("tanh-erf", 0, unary(Unary.TANH, X), Ops::erf);
  private static final Rule COS_TO_SIN = rule("cos-sin", 0, unary(Unary.COS, X), Ops::sin);

  private static Graph graph(UnaryOperator<Node> build) {
    var builder = new GraphBuilder().at(Origin.UNKNOWN);
    return builder.build(build.apply(builder.input("x", DType.F32, 4)));
  }

  private static String functions(Rewritten result) {
    Verifier.verify(result.graph());
    return result.graph().nodes().stream().map(node -> node.op().function())
        .reduce((a, b) -> a + " " + b).orElse("");
  }

  private static String rewritten(Strategy strategy, Graph graph, Rule... rules) {
    return functions(new Rewriter(List.of(rules), strategy).rewrite(graph));
  }

  @Test
  void strategiesDifferInHowOftenAPlaceIsTried() {
    Graph sin = graph(Ops::sin);
    Rule[] rules = {SIN_TO_COS, COS_TO_TANH, TANH_TO_ERF};
    assertEquals("input cos", rewritten(new Strategy.OnePass(), sin, rules));
    assertEquals("input tanh", rewritten(new Strategy.FixedPoint(2), sin, rules));
    assertEquals("input erf", rewritten(new Strategy.FixedPoint(9), sin, rules));
    assertEquals("input erf", rewritten(new Strategy.BottomUp(), sin, rules));
    assertEquals("input erf", rewritten(new Strategy.TopDown(), sin, rules));
    assertEquals("input erf", rewritten(new Strategy.Exhaustive(), sin, rules));
    assertEquals("input erf", rewritten(new Strategy.Prioritized(), sin, rules));
  }

  @Test
  void strategiesDifferInTheNodesThatReplacementsMake() {
    Rule inner = rule("sin-neg-cos", 0, unary(Unary.SIN, X), x -> Ops.neg(Ops.cos(x)));
    Graph sin = graph(Ops::sin);
    assertEquals("input cos neg", rewritten(new Strategy.BottomUp(), sin, inner, COS_TO_TANH));
    assertEquals("input tanh neg", rewritten(new Strategy.Exhaustive(), sin, inner, COS_TO_TANH));
    assertEquals("input tanh neg", rewritten(new Strategy.TopDown(), sin, inner, COS_TO_TANH));
  }

  @Test
  void strategiesDifferInWhatGoesFirst() {
    Graph expLog = graph(x -> Ops.exp(Ops.log(x)));
    Rule outside = rule("exp-log", 1, unary(Unary.EXP, unary(Unary.LOG, X)), x -> x);
    Rule inside = rule("log-sin", 2, unary(Unary.LOG, X), Ops::sin);
    assertEquals("input", rewritten(new Strategy.TopDown(), expLog, inside, outside));
    assertEquals("input sin exp", rewritten(new Strategy.BottomUp(), expLog, inside, outside));
    assertEquals("input sin exp", rewritten(new Strategy.Prioritized(), expLog, inside, outside));
    assertEquals("input", rewritten(new Strategy.Prioritized(), expLog,
        inside.withPriority(0), outside));
    assertEquals("input sin exp", rewritten(new Strategy.Exhaustive(), expLog,
        inside.withPriority(0), outside));
  }

  @Test
  void rulesThatGoInCirclesAreStoppedAndReported() {
    Graph sin = graph(Ops::sin);
    for (Strategy strategy : List.of(new Strategy.Exhaustive(), new Strategy.BottomUp(),
        new Strategy.TopDown(), new Strategy.Prioritized(), new Strategy.FixedPoint(7))) {
      Rewritten result = new Rewriter(List.of(SIN_TO_COS, COS_TO_SIN), strategy).rewrite(sin);
      Verifier.verify(result.graph());
      assertFalse(result.statistics().settled(), strategy.toString());
    }
    assertTrue(new Rewriter(List.of(SIN_TO_COS, COS_TO_TANH), new Strategy.FixedPoint(2))
        .rewrite(sin).statistics().settled());
    assertFalse(new Rewriter(List.of(SIN_TO_COS, COS_TO_TANH), new Strategy.FixedPoint(1))
        .rewrite(sin).statistics().settled());
  }

  @Test
  void rulesThatGrowForEverAreStopped() {
    Rule grow = rule("grow", 0, unary(Unary.SIN, X), x -> Ops.sin(Ops.cos(x)));
    Rewritten result = new Rewriter(List.of(grow), new Strategy.Exhaustive())
        .withFiringsPerNodeMax(1000).rewrite(graph(Ops::sin));
    Verifier.verify(result.graph());
    assertFalse(result.statistics().settled());
    assertEquals(2000, result.statistics().rewrites());
  }

  @Test
  void aRuleMayWrapItsOwnMatch() {
    Rule wrap = Rule.of("wrap", "sin(x) -> -sin(x)", OptimizationLevel.BASIC, Exactness.EXACT,
        unary(Unary.SIN, X), match -> Ops.neg(match.node()));
    assertEquals("input sin neg", rewritten(new Strategy.Exhaustive(), graph(Ops::sin), wrap));
  }

  @Test
  void anotherTypeIsRefusedWithTheRuleAndThePlace() {
    Rule wrong = rule("wrong", 0, unary(Unary.SIN, X), Ops::sum);
    var refused = assertThrows(GraphException.class,
        () -> rewritten(new Strategy.OnePass(), graph(Ops::sin), wrong));
    assertTrue(refused.getMessage().contains("rule wrong (wrong): the replacement %2 = reduce_sum"),
        refused.getMessage());
  }

  @Test
  void namesOrderAndPlacesStayAndDeadNodesVanish() {
    var builder = new GraphBuilder();
    Node second = builder.at(new Origin("a.tl", 7, 1, "")).input("second", DType.F32, 4);
    Node first = builder.input("first", DType.F32, 4);
    builder.input("unused", DType.F32, 4);
    Node root = builder.at(new Origin("a.tl", 9, 1, "")).add(Unary.SIN, Ops.exp(second));
    var outputs = new LinkedHashMap<String, Node>();
    outputs.put("z", root);
    outputs.put("a", first);
    Rule cut = rule("cut", 0, unary(Unary.SIN, unary(Unary.EXP, X)), Ops::cos);
    Rewritten result = new Rewriter(List.of(cut), new Strategy.Exhaustive())
        .rewrite(builder.build(outputs));
    assertEquals("""
        %0 = input second : f32[4]  # a.tl:7:1
        %1 = input first : f32[4]  # a.tl:7:1
        %2 = input unused : f32[4]  # a.tl:7:1
        %3 = cos %0 : f32[4]  # a.tl:9:1
        output z = %3
        output a = %1
        """, result.graph().toString());
    assertEquals(1, result.trace().size());
    assertEquals("cut: %4 = sin %3 : f32[4] -> %5 = cos %0 : f32[4]  # a.tl:9:1",
        result.trace().getFirst().toString());
    assertEquals("5 nodes -> 4, 1 rewrites: cut 1", result.statistics().toString());
  }

  @Test
  void aGraphWithoutMatchIsReturnedItself() {
    Graph graph = graph(Ops::exp);
    assertSame(graph, new Rewriter(List.of(SIN_TO_COS), new Strategy.Exhaustive())
        .rewrite(graph).graph());
  }

  @Test
  void aRefusedGraphIsGivenUp() {
    Graph graph = graph(Ops::sin);
    Rewriter rewriter = new Rewriter(List.of(SIN_TO_COS), new Strategy.Exhaustive());
    Rewritten refused = rewriter.withCheck((before, after) -> false).rewrite(graph);
    assertSame(graph, refused.graph());
    assertEquals(1, refused.statistics().verificationFailures());
    Rewritten taken = rewriter.withCheck((before, after) -> before == graph).rewrite(graph);
    assertEquals("input cos", functions(taken));
    assertEquals(0, taken.statistics().verificationFailures());
  }

  @Test
  void statesOfOneLoopKeepOneBody() {
    var body = new GraphBuilder();
    Node a = body.input("a", DType.F32, 4);
    Node c = body.input("c", DType.F32, 4);
    var outputs = new LinkedHashMap<String, Node>();
    outputs.put("change", Ops.reduce(Reduction.MAX, Ops.sub(a, c), List.of(0)));
    outputs.put("next a", Ops.neg(Ops.neg(c)));
    outputs.put("next c", a);
    Graph repeated = body.build(outputs);
    var builder = new GraphBuilder();
    Node x = builder.input("x", DType.F32, 4);
    Node y = builder.input("y", DType.F32, 4);
    Node one = builder.add(new Loop(repeated, "a", 5, 0, 0), x, y);
    Node two = builder.add(new Loop(repeated, "c", 5, 0, 1), x, y);
    Graph after = Optimizer.optimize(builder.build(Map.of("both", Ops.add(one, two))),
        OptimizationLevel.BASIC).graph();
    Verifier.verify(after);
    List<Loop> loops = after.nodes().stream().map(Node::op)
        .filter(Loop.class::isInstance).map(Loop.class::cast).toList();
    assertEquals(2, loops.size());
    assertSame(loops.getFirst().body(), loops.getLast().body());
    assertTrue(loops.getFirst().body().nodes().stream().noneMatch(n -> n.op() == Unary.NEG));
  }

  @Test
  void longChainsAreNeitherSlowNorDeep() {
    Graph chain = graph(x -> {
      Node node = x;
      for (int i = 0; i < 100_000; i++) {
        node = i % 2 == 0 ? Ops.add(node, Ops.scalar(node, 0)) : Ops.sin(node);
      }
      return node;
    });
    for (Strategy strategy : List.of(new Strategy.Exhaustive(), new Strategy.OnePass(),
        new Strategy.BottomUp(), new Strategy.TopDown(), new Strategy.Prioritized(),
        new Strategy.FixedPoint(3))) {
      var rewriter = new Rewriter(Optimizer.rules(OptimizationLevel.AGGRESSIVE), strategy);
      long begin = System.nanoTime();
      Rewritten result = rewriter.rewrite(chain);
      double seconds = (System.nanoTime() - begin) * 1e-9;
      assertEquals(50_001, result.graph().nodes().size());
      // A quadratic pass would take minutes; a quiet machine takes half a second.
      assertTrue(seconds < 20, strategy + " took " + seconds + " s");
    }
  }
}
