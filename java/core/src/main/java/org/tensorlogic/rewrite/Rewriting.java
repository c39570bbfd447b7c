package org.tensorlogic.rewrite;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.IntPredicate;
import org.tensorlogic.error.Code;
import org.tensorlogic.error.Diagnostic;
import org.tensorlogic.error.GraphException;
import org.tensorlogic.ir.Graph;
import org.tensorlogic.ir.Loop;
import org.tensorlogic.ir.Node;
import org.tensorlogic.ir.Op;

/** One rewriting of one graph and the bodies of its loops. */
final class Rewriting {

  private static final IntPredicate ALL = priority -> true;

  private final Function<Op, List<Rule>> rulesFor;
  private final List<Integer> priorities;
  private final Strategy strategy;
  private final long firingsPerNodeMax;
  private final Map<Graph, Graph> bodies = new HashMap<>();
  private final List<Firing> trace = new ArrayList<>();
  private final TreeMap<String, Integer> counts = new TreeMap<>();
  private long firingsLeft;
  private int iterations;
  private int nodesBefore;
  private int nodesAfter;
  private boolean settled = true;

  Rewriting(Function<Op, List<Rule>> rulesFor, List<Integer> priorities, Strategy strategy,
      long firingsPerNodeMax) {
    this.rulesFor = rulesFor;
    this.priorities = priorities;
    this.strategy = strategy;
    this.firingsPerNodeMax = firingsPerNodeMax;
  }

  Rewritten rewrite(Graph graph) {
    Graph result = rewriteAll(graph);
    return new Rewritten(result, new Statistics(counts, iterations, nodesBefore, nodesAfter, 0,
        settled), trace);
  }

  private Graph rewriteAll(Graph graph) {
    Graph source = withRewrittenBodies(graph);
    firingsLeft = Math.max(1000, graph.nodes().size() * firingsPerNodeMax);
    int firings = trace.size();
    Graph result = switch (strategy) {
      case Strategy.OnePass _ -> pass(source, ALL, false);
      case Strategy.BottomUp _ -> pass(source, ALL, true);
      case Strategy.TopDown _ -> topDown(source);
      case Strategy.Exhaustive _ -> exhaustive(source);
      case Strategy.Prioritized _ -> prioritized(source);
      case Strategy.FixedPoint(int iterationsMax) -> fixedPoint(source, iterationsMax);
    };
    result = trace.size() == firings ? source : Rebuild.dense(result);
    nodesBefore += graph.nodes().size();
    nodesAfter += result.nodes().size();
    return result;
  }

  /** Loop nodes of one body keep one body. */
  private Graph withRewrittenBodies(Graph graph) {
    boolean changed = false;
    for (Node node : graph.nodes()) {
      if (node.op() instanceof Loop loop) {
        Graph body = bodies.get(loop.body());
        if (body == null) {
          body = rewriteAll(loop.body());
          bodies.put(loop.body(), body);
        }
        changed |= body != loop.body();
      }
    }
    if (!changed) {
      return graph;
    }
    var rebuild = new Rebuild(graph);
    for (Node node : graph.nodes()) {
      rebuild.place(node, node.op() instanceof Loop(Graph body, String label, long iterationsMax,
          double tolerance, int state) ? rebuild.node(node,
          new Loop(bodies.get(body), label, iterationsMax, tolerance, state), node.operands())
          : rebuild.copy(node));
    }
    return rebuild.graph();
  }

  /** Returns what the first rule that applies makes of a node, or null where none does. */
  private Node fire(Node node, IntPredicate allowed, Uses uses) {
    for (Rule rule : rulesFor.apply(node.op())) {
      if (!allowed.test(rule.priority())) {
        continue;
      }
      node.builder().at(node.origin());
      Node after = Match.replace(rule, node, uses::of);
      if (after != null && after != node) {
        if (firingsLeft == 0) {
          settled = false;
          return null;
        }
        requireType(rule, node, after);
        firingsLeft--;
        counts.merge(rule.name(), 1, Integer::sum);
        trace.add(new Firing(rule, node, after));
        uses.move(node, after);
        return after;
      }
    }
    return null;
  }

  private static void requireType(Rule rule, Node before, Node after) {
    if (!after.type().equals(before.type())) {
      throw new GraphException(Diagnostic.error(Code.GRAPH,
          "rule %s (%s): the replacement %s has another type than %s", rule.name(),
          rule.meaning(), after, before).at(before.origin())
          .hint("return null where the rule does not apply"));
    }
  }

  private Graph pass(Graph source, IntPredicate allowed, boolean again) {
    iterations++;
    var rebuild = new Rebuild(source);
    var uses = new Uses();
    Map<Node, Integer> counted = Uses.count(source);
    for (Node node : source.nodes()) {
      Node current = rebuild.copy(node);
      uses.add(current, counted.get(node));
      for (Node next = fire(current, allowed, uses); next != null;
          next = again ? fire(current, allowed, uses) : null) {
        current = next;
      }
      rebuild.place(node, current);
    }
    return rebuild.graph();
  }

  private Graph fixedPoint(Graph source, int iterationsMax) {
    Graph current = source;
    for (int i = 0; i < iterationsMax; i++) {
      int firings = trace.size();
      current = pass(current, ALL, false);
      if (trace.size() == firings) {
        return current;
      }
    }
    int firings = trace.size();
    settled &= firings == 0 || !wouldFire(current);
    return current;
  }

  private boolean wouldFire(Graph graph) {
    Graph copy = Rebuild.dense(graph);
    var uses = new Uses();
    Uses.count(copy).forEach(uses::add);
    return copy.nodes().stream().anyMatch(node -> rulesFor.apply(node.op()).stream()
        .map(rule -> Match.replace(rule, node, uses::of))
        .anyMatch(after -> after != null && after != node));
  }

  private Graph prioritized(Graph source) {
    Graph current = source;
    int index = 0;
    while (index < priorities.size()) {
      int priority = priorities.get(index);
      int firings = trace.size();
      current = pass(current, other -> other == priority, false);
      index = trace.size() > firings ? 0 : index + 1;
    }
    return current;
  }

  private Graph exhaustive(Graph source) {
    iterations++;
    var rebuild = new Rebuild(source);
    var uses = new Uses();
    var settling = new Settling(uses);
    Map<Node, Integer> counted = Uses.count(source);
    for (Node node : source.nodes()) {
      Node copy = rebuild.copy(node);
      uses.add(copy, counted.get(node));
      rebuild.place(node, settling.settle(copy));
    }
    return rebuild.graph();
  }

  /* A node is settled when its operands are and no rule matches it. The stack holds the nodes that
   * wait for their operands or for what they became; a rule that leads back to a waiting node goes
   * round in circles or wraps its own match, which then stays as it is. */
  private final class Settling {
    private final Uses uses;
    private final Map<Node, Node> settledAs = new HashMap<>();
    private final Map<Node, Node> became = new HashMap<>();
    private final HashSet<Node> waiting = new HashSet<>();
    private final ArrayDeque<Node> stack = new ArrayDeque<>();

    Settling(Uses uses) {
      this.uses = uses;
    }

    Node settle(Node root) {
      stack.push(root);
      while (!stack.isEmpty()) {
        Node node = stack.peek();
        if (settledAs.containsKey(node)) {
          stack.pop();
        } else if (waiting.add(node) || !became.containsKey(node)) {
          advance(node);
        } else {
          finish(node, settledAs.getOrDefault(became.get(node), node));
        }
      }
      return settledAs.get(root);
    }

    private void advance(Node node) {
      boolean ready = true;
      for (Node operand : node.operands()) {
        if (!settledAs.containsKey(operand) && !waiting.contains(operand)) {
          stack.push(operand);
          ready = false;
        }
      }
      if (ready) {
        Node next = rebuilt(node);
        next = next != node ? next : fire(node, ALL, uses);
        if (next == null) {
          finish(node, node);
        } else if (settledAs.containsKey(next)) {
          finish(node, settledAs.get(next));
        } else if (waiting.contains(next)) {
          settled = false;
          finish(node, node);
        } else {
          became.put(node, next);
          stack.push(next);
        }
      }
    }

    private Node rebuilt(Node node) {
      var operands = new ArrayList<Node>();
      for (Node operand : node.operands()) {
        operands.add(settledAs.getOrDefault(operand, operand));
      }
      if (operands.equals(node.operands())) {
        return node;
      }
      Node next = node.builder().copy(node, operands);
      uses.move(node, next);
      return next;
    }

    private void finish(Node node, Node as) {
      settledAs.put(node, as);
      waiting.remove(node);
      stack.pop();
    }
  }

  private Graph topDown(Graph source) {
    iterations++;
    Graph copy = Rebuild.dense(source);
    var uses = new Uses();
    Uses.count(copy).forEach(uses::add);
    var became = new HashMap<Node, Node>();
    var stack = new ArrayDeque<Node>(copy.outputs().values());
    while (!stack.isEmpty()) {
      Node node = stack.pop();
      if (!became.containsKey(node)) {
        Node current = node;
        for (Node next = fire(node, ALL, uses); next != null; next = fire(current, ALL, uses)) {
          current = next;
        }
        became.put(node, current);
        current.operands().forEach(stack::push);
      }
    }
    return Rebuild.through(copy, became);
  }
}
