package org.tensorlogic.rewrite;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.tensorlogic.ir.Blocked;
import org.tensorlogic.ir.Fused;
import org.tensorlogic.ir.Graph;
import org.tensorlogic.ir.Loop;
import org.tensorlogic.ir.Node;
import org.tensorlogic.ir.Op;

/** Changes a graph into one that runs faster, by the passes of a level. */
public final class Optimizer {

  /** One step of optimisation, from graph to graph. */
  @FunctionalInterface
  private interface Pass {
    Rewritten apply(Graph graph);
  }

  /* Fusion comes last: no rule looks into a fused region. Blocking comes just before it, since a
   * fused region is not cut. */
  private static final List<Rule> RULES = Stream.of(AlgebraRules.COMMON, ConstantRules.FOLDING,
      AlgebraRules.UNITS, AlgebraRules.SIGNS, AlgebraRules.IDEMPOTENT, AlgebraRules.POWERS,
      AlgebraRules.CONSTANTS, ScaleRules.RULES, Law.rules(Logic.BOOLEAN), LogicRules.CHOICES,
      LogicRules.COMPARISONS, LogicRules.CONVERSIONS, MovementRules.CHAINS, MovementRules.WORK,
      MovementRules.REDUCTIONS, EinsumRules.RULES).flatMap(List::stream).toList();
  private static final Map<OptimizationLevel, Pass> SIMPLIFIED =
      Arrays.stream(OptimizationLevel.values()).collect(Collectors.toUnmodifiableMap(
          level -> level, level -> simplified(level, Long.MAX_VALUE)));
  private static final Pass BLOCKING =
      graph -> counted("blocking", graph, Blocking.apply(graph), op -> op instanceof Blocked);
  private static final Pass FUSION =
      graph -> counted("fusion", graph, Fusion.apply(graph), op -> op instanceof Fused);

  private Optimizer() {}

  private static List<Pass> passes(OptimizationLevel level, long einsumBytesMax) {
    Pass simplified = einsumBytesMax == Long.MAX_VALUE ? SIMPLIFIED.get(level)
        : simplified(level, einsumBytesMax);
    return switch (level) {
      case NONE -> List.of();
      case BASIC -> List.of(simplified);
      case MODERATE, AGGRESSIVE -> List.of(simplified, BLOCKING, FUSION);
    };
  }

  private static Pass simplified(OptimizationLevel level, long einsumBytesMax) {
    List<Rule> rules = rules(level);
    return new Rewriter(einsumBytesMax == Long.MAX_VALUE ? rules : rules.stream()
        .map(rule -> EinsumRules.within(rule, einsumBytesMax)).toList(),
        new Strategy.Exhaustive())::rewrite;
  }

  private static Rewritten counted(String pass, Graph before, Graph after,
      Predicate<Op> isMade) {
    var firings = new TreeMap<String, Integer>();
    int made = count(after, isMade);
    if (made > 0) {
      firings.put(pass, made);
    }
    return new Rewritten(after, new Statistics(firings, 1, nodeCount(before),
        nodeCount(after), 0, true), List.of());
  }

  /** Counts nodes, those of blocked regions too, and those of loops' bodies once for each body. */
  private static int count(Graph graph, Predicate<Op> counted) {
    var bodies = new HashSet<Graph>();
    int count = 0;
    for (Node node : graph.nodes()) {
      count += counted.test(node.op()) ? 1 : 0;
      if (node.op() instanceof Loop loop && bodies.add(loop.body())) {
        count += count(loop.body(), counted);
      }
      if (node.op() instanceof Blocked blocked) {
        count += count(blocked.body(), counted);
      }
    }
    return count;
  }

  /**
   * Counts the nodes of a graph as statistics and {@code explain} do: those of blocked regions too,
   * those of loops' bodies once for each body, and a fused region as one.
   */
  public static int nodeCount(Graph graph) {
    return count(graph, op -> true);
  }

  /** Returns all built-in rules, in the order in which they are tried. */
  public static List<Rule> rules() {
    return RULES;
  }

  /** Returns the built-in rules of a level, those of the levels below included. */
  public static List<Rule> rules(OptimizationLevel level) {
    return RULES.stream().filter(rule -> rule.level().compareTo(level) <= 0).toList();
  }

  /** Optimises a legal graph; at level NONE it is the graph given. */
  public static Rewritten optimize(Graph graph, OptimizationLevel level) {
    return optimize(graph, level, Long.MAX_VALUE);
  }

  /**
   * Optimises likewise where an einsum may hold only so many bytes of intermediates at one time:
   * no rule makes an einsum whose order of fewest FLOPs needs more, so that a graph within the
   * limit stays within it. Extents that are not known yet count as too large.
   */
  public static Rewritten optimize(Graph graph, OptimizationLevel level, long einsumBytesMax) {
    Graph current = graph;
    Statistics statistics = Statistics.unchanged(nodeCount(graph));
    var trace = new ArrayList<Firing>();
    for (Pass pass : passes(level, einsumBytesMax)) {
      Rewritten result = pass.apply(current);
      current = result.graph();
      statistics = statistics.then(result.statistics());
      trace.addAll(result.trace());
    }
    return new Rewritten(current, statistics, trace);
  }
}
