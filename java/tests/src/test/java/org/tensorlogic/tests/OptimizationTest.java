package org.tensorlogic.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.tensorlogic.engine.Engine;
import org.tensorlogic.ir.Binary;
import org.tensorlogic.ir.Domain;
import org.tensorlogic.ir.Graph;
import org.tensorlogic.ir.GraphBuilder;
import org.tensorlogic.ir.Node;
import org.tensorlogic.ir.Ops;
import org.tensorlogic.ir.Reduction;
import org.tensorlogic.ir.Unary;
import org.tensorlogic.ir.Verifier;
import org.tensorlogic.memory.Scope;
import org.tensorlogic.memory.Tensor;
import org.tensorlogic.rewrite.Exactness;
import org.tensorlogic.rewrite.OptimizationLevel;
import org.tensorlogic.rewrite.Optimizer;
import org.tensorlogic.rewrite.Pattern;
import org.tensorlogic.rewrite.Rewriter;
import org.tensorlogic.rewrite.Rewritten;
import org.tensorlogic.rewrite.Rule;
import org.tensorlogic.rewrite.Strategy;
import org.tensorlogic.testkit.RandomTensors;
import org.tensorlogic.testkit.Tolerance;
import org.tensorlogic.type.DType;
import org.tensorlogic.type.Shape;

/**
 * The levels of optimisation differ in what they do and agree in the results: on random graphs of
 * f64 and f32 that are full of what rules look for. {@code -Doptimization.seconds} sets for how
 * long the random graphs are run, {@code -Doptimization.seed} the first of the 2,000 seeds.
 */
class OptimizationTest {

  private static final int GRAPHS = 2000;
  private static final int EXTENT = 9;
  private static final int NODES = 24;

  @Test
  void levelsAgreeOnRandomGraphs() {
    long end = System.nanoTime() + Long.getLong("optimization.seconds", 8) * 1_000_000_000L;
    int first = Integer.getInteger("optimization.seed", 0);
    var engines = new EnumMap<OptimizationLevel, Engine>(OptimizationLevel.class);
    try (Engine written = Engines.of("reference", OptimizationLevel.NONE);
        Engine basic = Engines.of("reference", OptimizationLevel.BASIC)) {
      for (OptimizationLevel level : OptimizationLevel.values()) {
        engines.put(level, Engines.of("native", level));
      }
      int seed = first;
      while (seed < first + GRAPHS && System.nanoTime() < end) {
        for (DType dtype : List.of(DType.F64, DType.F32)) {
          Graph graph = graph(new RandomTensors(seed), dtype);
          bitsStay(seed, graph, written, basic);
          compare(seed, graph, dtype, engines);
        }
        seed++;
      }
      System.out.println("levels agree on " + (seed - first) + " random graphs of each dtype");
    } finally {
      engines.values().forEach(Engine::close);
    }
  }

  /** Reference kernels walk elements in their order, wherever they lie in memory. */
  private static void bitsStay(int seed, Graph graph, Engine written, Engine basic) {
    Rewritten optimised = Optimizer.optimize(graph, OptimizationLevel.BASIC);
    assertThat(optimised.trace()).extracting(firing -> firing.rule().exactness())
        .allMatch(Exactness.EXACT::equals);
    Map<String, double[]> came = run(graph, basic, seed);
    run(graph, written, seed).forEach((name, values) -> assertThat(came.get(name))
        .as("seed %d %s of\n%sthat became\n%s", seed, name, graph, optimised.graph())
        .containsExactly(values));
  }

  private static void compare(int seed, Graph graph, DType dtype,
      Map<OptimizationLevel, Engine> engines) {
    // All values lie within 1; each node adds roundings of a sum over at most two axes.
    long terms = graph.inputs().get("x0").shape().count();
    Tolerance tolerance = Tolerance.ofSum(dtype, terms, 2, 4).plus(
        new Tolerance(0, dtype.unitRoundoff() * 256 * NODES * terms));
    Map<String, double[]> expected = run(graph, engines.get(OptimizationLevel.NONE), seed);
    engines.forEach((level, engine) -> {
      Rewritten optimised = Optimizer.optimize(graph, level);
      Verifier.verify(optimised.graph());
      assertThat(optimised.statistics().settled()).as("seed %d", seed).isTrue();
      Map<String, double[]> came = run(graph, engine, seed);
      expected.forEach((name, values) -> tolerance.check("seed " + seed + " " + name + " at "
          + level + " of\n" + graph + "that became\n" + optimised.graph(), values,
          came.get(name)));
    });
  }

  private static Map<String, double[]> run(Graph graph, Engine engine, long seed) {
    var random = new RandomTensors(seed);
    var results = new LinkedHashMap<String, double[]>();
    try (var scope = new Scope()) {
      var inputs = new LinkedHashMap<String, Tensor>();
      graph.inputs().forEach((name, node) ->
          inputs.put(name, scope.own(random.tensor(engine, node.type(), new Domain(0.25, 1)))));
      engine.run(graph, inputs).forEach((name, tensor) ->
          results.put(name, scope.own(tensor).toDoubles()));
    }
    return results;
  }

  private static Graph graph(RandomTensors random, DType dtype) {
    var builder = new GraphBuilder();
    var nodes = new ArrayList<Node>();
    long extent = random.between(1, EXTENT);
    for (int i = 0; i < 3; i++) {
      nodes.add(builder.input("x" + i, dtype, extent, extent));
    }
    while (nodes.size() < 3 + random.between(2, NODES)) {
      nodes.add(next(random, nodes, extent));
    }
    var outputs = new LinkedHashMap<String, Node>();
    outputs.put("last", nodes.getLast());
    outputs.put("middle", nodes.get(nodes.size() / 2));
    return builder.build(outputs);
  }

  private static Node pick(RandomTensors random, List<Node> nodes) {
    return nodes.get(random.between(Math.max(0, nodes.size() - 5), nodes.size() - 1));
  }

  /**
   * A square matrix made of earlier ones, its elements within -1 and 1. Functions that jump are of
   * f64 or of inputs: roundings of f32 would often enough lead to the other side.
   */
  private static Node next(RandomTensors random, List<Node> nodes, long extent) {
    Node a = pick(random, nodes);
    Node b = pick(random, nodes);
    Node c = pick(random, nodes);
    Node half = Ops.scalar(a, 0.5);
    Node mean = Ops.scalar(a, 1.0 / extent);
    Shape square = a.shape();
    return switch (random.between(0, 15)) {
      case 0 -> Ops.unary(List.of(Unary.NEG, Unary.ABS, Unary.SIN, Unary.TANH, Unary.SQUARE,
          Unary.RELU, Unary.FLOOR).get(random.between(0, a.dtype() == DType.F64 ? 6 : 5)), a);
      case 1 -> Ops.mul(a, b);
      case 2 -> Ops.mul(half, Ops.add(a, b));
      case 3 -> Ops.mul(half, Ops.sub(a, Ops.neg(b)));
      case 4 -> Ops.binary(List.of(Binary.MIN, Binary.MAX).get(random.between(0, 1)), a, b);
      case 5 -> Ops.permute(a, List.of(1, 0));
      case 6 -> Ops.mul(mean, Ops.einsum("ij,kj->ik", a, b));
      case 7 -> Ops.mul(Ops.mul(mean, mean), Ops.einsum("ij,jk,kl->il", a, b, c));
      case 8 -> unit(random, a);
      case 9 -> Ops.mul(mean, Ops.broadcast(Ops.sum(a, random.between(0, 1)), square,
          List.of(random.between(0, 1))));
      case 10 -> Ops.mul(mean, Ops.sum(Ops.mul(
          Ops.broadcast(a, Shape.of(extent, extent, extent), List.of(0, 1)),
          Ops.broadcast(b, Shape.of(extent, extent, extent), List.of(1, 2))), 1));
      case 11 -> Ops.select(a.dtype() == DType.F64 ? logic(random, a, b, c)
          : logic(random, nodes.get(0), nodes.get(1), nodes.get(2)), a, b);
      case 12 -> Ops.broadcast(Ops.reduce(Reduction.MAX, Ops.sin(Ops.broadcast(a,
          Shape.of(2, extent, extent), List.of(2, 1))), List.of(0, 2)), square, List.of(1));
      case 13 -> Ops.reverse(Ops.mul(Ops.slice(Ops.concat(0, List.of(a, b)), 0, extent / 2,
          extent, 1), c), random.between(0, 1));
      case 14 -> Ops.reshape(Ops.tanh(Ops.reshape(Ops.permute(a, List.of(1, 0)),
          Shape.of(extent * extent))), square);
      default -> Ops.einsum("ij,jk->ik", Ops.identity(a, extent), Ops.einsum("ii,ij->ij", a, b));
    };
  }

  /** Numbers that do nothing, or nothing but a sign or a power. */
  private static Node unit(RandomTensors random, Node a) {
    return switch (random.between(0, 7)) {
      case 0 -> Ops.add(a, Ops.scalar(a, 0));
      case 1 -> Ops.mul(a, Ops.scalar(a, 1));
      case 2 -> Ops.neg(Ops.neg(a));
      case 3 -> Ops.div(a, Ops.scalar(a, 2));
      case 4 -> Ops.pow(Ops.abs(a), Ops.scalar(a, random.between(1, 4)));
      case 5 -> Ops.sub(a, a);
      case 6 -> Ops.sqrt(Ops.square(a));
      default -> Ops.mul(Ops.sub(Ops.scalar(a, 1), Ops.scalar(a, 0.5)), Ops.div(a,
          Ops.scalar(a, 3)));
    };
  }

  private static Node logic(RandomTensors random, Node a, Node b, Node c) {
    Node x = Ops.gt(a, b);
    Node y = Ops.eq(b, c);
    return switch (random.between(0, 5)) {
      case 0 -> Ops.and(Ops.not(x), Ops.not(y));
      case 1 -> Ops.or(x, Ops.and(Ops.not(x), y));
      case 2 -> Ops.and(x, Ops.not(x));
      case 3 -> Ops.or(Ops.and(x, y), Ops.and(x, Ops.gt(c, a)));
      case 4 -> Ops.not(Ops.or(y, y));
      default -> Ops.and(x, Ops.or(x, y));
    };
  }

  @Test
  void eachLevelDoesMoreThanTheOneBefore() {
    var builder = new GraphBuilder();
    Node x = builder.input("x", DType.F32, 8, 8);
    Node y = builder.input("y", DType.F32, 8, 8);
    Node product = Ops.sum(Ops.mul(Ops.broadcast(x, Shape.of(8, 8, 8), List.of(0, 1)),
        Ops.broadcast(y, Shape.of(8, 8, 8), List.of(1, 2))), 1);
    Graph graph = builder.build(Ops.exp(Ops.log(Ops.abs(Ops.neg(Ops.neg(product))))));
    var steps = new EnumMap<OptimizationLevel, String>(OptimizationLevel.class);
    for (OptimizationLevel level : OptimizationLevel.values()) {
      try (Engine engine = Engines.of("native", level)) {
        steps.put(level, engine.compile(graph).program().steps().stream()
            .map(step -> step.node().op().function()).reduce((a, b) -> a + " " + b).orElse(""));
      }
    }
    assertThat(steps).isEqualTo(Map.of(
        OptimizationLevel.NONE, "mul reduce_sum neg neg abs log exp",
        OptimizationLevel.BASIC, "mul reduce_sum abs log exp",
        OptimizationLevel.MODERATE, "fused", // each in one step with the product before it
        OptimizationLevel.AGGRESSIVE, "abs"));
  }

  @Test
  void explainShowsTheRulesThatFired() {
    var builder = new GraphBuilder();
    Node x = builder.input("x", DType.F32, 8);
    try (Engine engine = Engines.of("native", OptimizationLevel.MODERATE)) {
      assertThat(engine.explain(builder.build(Ops.exp(Ops.neg(Ops.neg(x)))))).startsWith(
          "optimised: 4 nodes -> 2, 1 rewrites: neg-neg 1\n"
          + "  neg-neg: %2 = neg %1 : f32[8] -> %0 = input x : f32[8]  # OptimizationTest.java:");
    }
  }

  @Test
  void operandsInEitherOrderAreOneStepWhereTheyCommute() {
    var builder = new GraphBuilder();
    Node x = builder.input("x", DType.F32, 8);
    Node y = builder.input("y", DType.F32, 8);
    Node one = Ops.mul(Ops.add(x, y), x);
    Node other = Ops.mul(x, Ops.add(y, x));
    Graph graph = builder.build(Map.of("result",
        Ops.mul(Ops.sub(one, y), Ops.sub(y, other))));
    try (Engine engine = Engines.of("native", OptimizationLevel.BASIC)) {
      assertThat(engine.explain(graph)).startsWith(
          "optimised: 9 nodes -> 7, 2 rewrites: merge-commuted 2\n"
          + "  merge-commuted: %4 = add %1 %0 : f32[8] -> %2 = add %0 %1 : f32[8]  # Optim");
      assertThat(engine.compile(graph).program().steps()).extracting(step ->
          step.node().op().function()).containsExactly("add", "mul", "sub", "sub", "mul");
    }
    try (Engine engine = Engines.of("native", OptimizationLevel.NONE)) {
      assertThat(engine.compile(graph).program().steps()).hasSize(7);
    }
  }

  @Test
  void aWrongRuleIsCaughtByRunningBothGraphs() {
    var builder = new GraphBuilder();
    Graph graph = builder.build(Ops.sin(builder.input("x", DType.F32, 8)));
    Rule wrong = Rule.of("wrong", "sin(x) -> cos(x)", OptimizationLevel.BASIC, Exactness.EXACT,
        Pattern.unary(Unary.SIN,
            Pattern.variable("x")), match -> Ops.cos(match.get("x")));
    try (Engine engine = Engines.of("reference", OptimizationLevel.NONE)) {
      Rewritten result = new Rewriter(List.of(wrong), new Strategy.Exhaustive())
          .withCheck((before, after) -> Arrays.equals(run(before, engine, 7).get("result"),
              run(after, engine, 7).get("result"))).rewrite(graph);
      assertThat(result.graph()).isSameAs(graph);
      assertThat(result.statistics().verificationFailures()).isEqualTo(1);
    }
  }
}
