package org.tensorlogic.rewrite;

import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import org.tensorlogic.error.Requirement;
import org.tensorlogic.ir.Graph;
import org.tensorlogic.ir.Op;

/**
 * Applies rules to graphs. Inputs and outputs keep their names and order, nodes keep the places
 * that they were built from, what is not used any more vanishes, and bodies of loops are rewritten
 * too. The time is near-linear in the nodes and the firings, whatever the depth of the graph. Rules
 * that never come to rest are stopped after a number of firings; the graph is then as right as any,
 * and the statistics say that it is not settled. Immutable, safe for any number of threads.
 */
public final class Rewriter {

  /** Says whether a rewritten graph computes what the first one does, by running both, say. */
  @FunctionalInterface
  public interface Check {
    /** The check that takes everything. */
    Check NONE = (before, after) -> true;

    /** Returns whether both graphs give the same results. */
    boolean agrees(Graph before, Graph after);
  }

  private final List<Rule> rules;
  private final List<Integer> priorities;
  private final Strategy strategy;
  private final Check check;
  private final long firingsPerNodeMax;
  /** The rules that may match an op: an enumerated function, or any op of a class. */
  private final ConcurrentHashMap<Object, List<Rule>> index = new ConcurrentHashMap<>();

  /** Makes a rewriter; among rules of one priority those listed first go first. */
  public Rewriter(List<Rule> rules, Strategy strategy) {
    this(sorted(rules), strategy, Check.NONE, 16);
  }

  private Rewriter(List<Rule> rules, Strategy strategy, Check check, long firingsPerNodeMax) {
    this.rules = rules;
    this.priorities = rules.stream().map(Rule::priority).distinct().toList();
    this.strategy = strategy;
    this.check = check;
    this.firingsPerNodeMax = firingsPerNodeMax;
  }

  private static List<Rule> sorted(List<Rule> rules) {
    return rules.stream().sorted(Comparator.comparingInt(Rule::priority).reversed()).toList();
  }

  /** Returns this rewriter with a check; a graph that it refuses is given up for the first one. */
  public Rewriter withCheck(Check other) {
    return new Rewriter(rules, strategy, other, firingsPerNodeMax);
  }

  /** Returns this rewriter with another bound of firings, for each node of the graph. */
  public Rewriter withFiringsPerNodeMax(long count) {
    Requirement.requireArgument(count >= 1, () -> "take 1 or more",
        "firingsPerNodeMax %d is below 1", count);
    return new Rewriter(rules, strategy, check, count);
  }

  /** Returns the rules in the order in which they are tried. */
  public List<Rule> rules() {
    return rules;
  }

  /** Rewrites a graph; where no rule fires, it is the graph given. */
  public Rewritten rewrite(Graph graph) {
    var run = new Rewriting(this::rulesFor, priorities, strategy, firingsPerNodeMax);
    Rewritten result = run.rewrite(graph);
    if (result.graph() != graph && !check.agrees(graph, result.graph())) {
      Statistics counts = result.statistics();
      return new Rewritten(graph, new Statistics(counts.firings(), counts.iterations(),
          counts.nodesBefore(), counts.nodesBefore(), 1, counts.settled()), result.trace());
    }
    return result;
  }

  private List<Rule> rulesFor(Op op) {
    Object key = op instanceof Enum<?> ? op : op.getClass();
    List<Rule> known = index.get(key);
    return known != null ? known : index.computeIfAbsent(key,
        _ -> rules.stream().filter(rule -> rule.pattern().mayMatch(op)).toList());
  }
}
