package org.tensorlogic.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.tensorlogic.engine.Engine;
import org.tensorlogic.error.Origin;
import org.tensorlogic.ir.Domain;
import org.tensorlogic.ir.Graph;
import org.tensorlogic.ir.GraphBuilder;
import org.tensorlogic.ir.Node;
import org.tensorlogic.ir.Verifier;
import org.tensorlogic.memory.Scope;
import org.tensorlogic.memory.Tensor;
import org.tensorlogic.rewrite.Exactness;
import org.tensorlogic.rewrite.OptimizationLevel;
import org.tensorlogic.rewrite.Optimizer;
import org.tensorlogic.rewrite.Rewriter;
import org.tensorlogic.rewrite.Rewritten;
import org.tensorlogic.rewrite.Rule;
import org.tensorlogic.rewrite.Strategy;
import org.tensorlogic.testkit.RandomTensors;
import org.tensorlogic.testkit.Tolerance;
import org.tensorlogic.type.DType;

/** Every built-in rule: what it makes of a graph, and that the results stay. */
class RewriteRulesTest {

  private static final String GOLDEN =
      "java/tests/src/test/resources/org/tensorlogic/tests/rewrites.txt";

  private static Graph before(String rule) {
    var builder = new GraphBuilder().at(Origin.UNKNOWN);
    return builder.build(RewriteCases.all().get(rule).apply(builder));
  }

  private static Rewritten rewritten(Rule rule, Graph before) {
    return new Rewriter(List.of(rule), new Strategy.Exhaustive()).rewrite(before);
  }

  /** The page of all rules: name and meaning, the graph before, the graph after. */
  static String page() {
    return Optimizer.rules().stream().map(rule -> {
      Graph before = before(rule.name());
      return "== " + rule.name() + ": " + rule.meaning() + "\n" + before + "->\n"
          + rewritten(rule, before).graph();
    }).collect(Collectors.joining("\n"));
  }

  @Test
  void everyRuleHasOneCase() {
    assertThat(RewriteCases.all().keySet()).containsExactlyInAnyOrderElementsOf(
        Optimizer.rules().stream().map(Rule::name).toList());
  }

  @TestFactory
  Stream<DynamicTest> beforeAndAfter() {
    Map<String, String> expected = sections(Project.read(GOLDEN));
    Map<String, String> came = sections(page());
    assertThat(came.keySet()).isEqualTo(expected.keySet());
    return came.keySet().stream().map(title -> DynamicTest.dynamicTest(title, () ->
        assertThat(came.get(title)).isEqualTo(expected.get(title))));
  }

  private static Map<String, String> sections(String page) {
    var sections = new LinkedHashMap<String, String>();
    for (String section : page.split("(?m)^== ")) {
      if (!section.isBlank()) {
        sections.put(section.lines().findFirst().orElseThrow(), section.strip());
      }
    }
    return sections;
  }

  @TestFactory
  Stream<DynamicTest> resultsStay() {
    return Optimizer.rules().stream().map(rule -> DynamicTest.dynamicTest(rule.name(), () -> {
      Graph before = before(rule.name());
      Rewritten after = rewritten(rule, before);
      assertThat(after.statistics().firings()).containsKey(rule.name());
      assertThat(after.statistics().settled()).isTrue();
      Verifier.verify(after.graph());
      for (String provider : List.of("reference", "native")) {
        try (Engine engine = Engines.of(provider, OptimizationLevel.NONE)) {
          for (int seed = 0; seed < 5; seed++) {
            double[] expected = run(engine, before, seed);
            tolerance(rule, before).check(rule + " on " + provider + ", seed " + seed, expected,
                run(engine, after.graph(), seed));
          }
        }
      }
    }));
  }

  /** NaN, infinities, both zeros, smallest numbers and, where rules are exact, largest ones. */
  @TestFactory
  Stream<DynamicTest> exactRulesKeepSpecialNumbers() {
    return Optimizer.rules().stream()
        .filter(rule -> rule.exactness() != Exactness.ASSUMES_FINITE)
        .map(rule -> DynamicTest.dynamicTest(rule.name(), () -> {
          Graph before = before(rule.name());
          Graph after = rewritten(rule, before).graph();
          for (String provider : List.of("reference", "native")) {
            try (Engine engine = Engines.of(provider, OptimizationLevel.NONE)) {
              boolean exact = rule.exactness() == Exactness.EXACT;
              double largest = exact ? Float.MAX_VALUE : 3;
              for (int shift = 0; shift < SPECIAL.length; shift++) {
                double[] expected = special(engine, before, shift, largest);
                double[] came = special(engine, after, shift, largest);
                if (exact) {
                  assertThat(came).as("%s on %s", rule, provider).containsExactly(expected);
                } else {
                  tolerance(rule, before).check(rule + " on " + provider, expected, came);
                }
              }
            }
          }
        }));
  }

  private static final double[] SPECIAL = {Double.NaN, Double.POSITIVE_INFINITY,
      Double.NEGATIVE_INFINITY, 0.0, -0.0, Float.MIN_VALUE, Float.MAX_VALUE, 1, -1, 2.5, -0.5};

  private static double[] special(Engine engine, Graph graph, int shift,
      double largest) {
    try (var scope = new Scope()) {
      var inputs = new LinkedHashMap<String, Tensor>();
      int step = 1;
      for (Map.Entry<String, Node> input : graph.inputs().entrySet()) {
        var values = new double[(int) input.getValue().shape().count()];
        for (int i = 0; i < values.length; i++) {
          double value = SPECIAL[(i + step * shift) % SPECIAL.length];
          values[i] = value == Float.MAX_VALUE ? largest : value;
          // Integers and truth values have no special ones: a NaN would be one.
          values[i] = input.getValue().dtype().isFloating() ? values[i] : i * step % 3 - 1;
          values[i] = input.getValue().dtype() == DType.BOOL ? (i / step) % 2 : values[i];
        }
        step++;
        inputs.put(input.getKey(), scope.own(RandomTensors.place(engine,
            input.getValue().type(), values)));
      }
      return scope.own(engine.run(graph, inputs).get("result")).toDoubles();
    }
  }

  /** Sums of up to 60 terms, each of up to three numbers of up to 4. */
  private static Tolerance tolerance(Rule rule, Graph graph) {
    DType dtype = graph.outputs().get("result").dtype();
    return rule.exactness() == Exactness.EXACT || !dtype.isFloating() ? Tolerance.EXACT
        : Tolerance.ofSum(dtype, 60, 3, 64).plus(Tolerance.ofPointwise(dtype));
  }

  private static double[] run(Engine engine, Graph graph, long seed) {
    var random = new RandomTensors(seed);
    try (var scope = new Scope()) {
      var inputs = new LinkedHashMap<String, Tensor>();
      for (Map.Entry<String, Node> input : graph.inputs().entrySet()) {
        Domain domain = input.getKey().equals("p") ? Domain.POSITIVE : Domain.REAL;
        inputs.put(input.getKey(), scope.own(random.tensor(engine, input.getValue().type(),
            domain)));
      }
      return scope.own(engine.run(graph, inputs).get("result")).toDoubles();
    }
  }
}
