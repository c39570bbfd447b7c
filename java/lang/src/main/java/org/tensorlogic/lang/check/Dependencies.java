package org.tensorlogic.lang.check;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.tensorlogic.lang.syntax.Problems;
import org.tensorlogic.lang.syntax.Span;

/** Which names read which, the groups that read each other, and whether negation is stratified. */
final class Dependencies {
  private record Edge(String to, boolean negated, boolean state, Span span) {}

  private final Map<String, List<Edge>> edges = new LinkedHashMap<>();
  private List<List<String>> components;

  void name(String name) {
    edges.computeIfAbsent(name, _ -> new ArrayList<>());
  }

  void reads(String name, Reading reading) {
    boolean state = reading.state().isPresent();
    edges
        .computeIfAbsent(name, _ -> new ArrayList<>())
        .add(new Edge(reading.name(), reading.negated(), state, reading.span()));
  }

  Map<String, Set<String>> reads() {
    Map<String, Set<String>> reads = new LinkedHashMap<>();
    edges.forEach(
        (name, list) -> {
          Set<String> targets = new LinkedHashSet<>();
          list.forEach(edge -> targets.add(edge.to()));
          reads.put(name, Collections.unmodifiableSet(targets));
        });
    return reads;
  }

  /** Whether the names of a component are evaluated together more than once. */
  boolean isRecursive(List<String> component) {
    return component.size() > 1
        || edges.get(component.getFirst()).stream()
            .anyMatch(edge -> edge.to().equals(component.getFirst()));
  }

  /** Whether a component reads itself other than through states of a scan. */
  boolean isRecursiveWithinStep(List<String> component) {
    return component.stream()
        .flatMap(name -> edges.get(name).stream())
        .anyMatch(edge -> !edge.state() && component.contains(edge.to()));
  }

  /**
   * The strongly connected components, each after those that it reads; names within one in the
   * order of their first occurrence. Tarjan (1972), with a stack of its own so that depth does not
   * matter.
   */
  List<List<String>> components() {
    if (components == null) {
      components = new Tarjan(edges.keySet()).run();
    }
    return components;
  }

  private final class Tarjan {
    private final List<String> names;
    private final Map<String, Integer> numbers = new HashMap<>();
    private final int[] order;
    private final int[] low;
    private final int[] nextEdge;
    private final boolean[] open;
    private final Deque<Integer> path = new ArrayDeque<>();
    private final Deque<Integer> calls = new ArrayDeque<>();
    private final List<List<String>> found = new ArrayList<>();
    private int visited;

    Tarjan(Collection<String> all) {
      names = List.copyOf(all);
      for (String name : names) {
        numbers.put(name, numbers.size());
      }
      order = new int[names.size()];
      low = new int[names.size()];
      nextEdge = new int[names.size()];
      open = new boolean[names.size()];
      Arrays.fill(order, -1);
    }

    List<List<String>> run() {
      for (int start = 0; start < names.size(); start++) {
        if (order[start] < 0) {
          visit(start);
          while (!calls.isEmpty()) {
            step(calls.peek());
          }
        }
      }
      return found;
    }

    private void visit(int node) {
      order[node] = visited;
      low[node] = visited++;
      open[node] = true;
      path.push(node);
      calls.push(node);
    }

    private void step(int node) {
      List<Edge> targets = edges.get(names.get(node));
      if (nextEdge[node] < targets.size()) {
        Integer target = numbers.get(targets.get(nextEdge[node]++).to());
        if (target != null && order[target] < 0) {
          visit(target);
        } else if (target != null && open[target]) {
          low[node] = Math.min(low[node], order[target]);
        }
        return;
      }
      calls.pop();
      if (!calls.isEmpty()) {
        low[calls.peek()] = Math.min(low[calls.peek()], low[node]);
      }
      if (low[node] == order[node]) {
        close(node);
      }
    }

    private void close(int root) {
      List<Integer> members = new ArrayList<>();
      int member;
      do {
        member = path.pop();
        open[member] = false;
        members.add(member);
      } while (member != root);
      found.add(members.stream().sorted().map(names::get).toList());
    }
  }

  /** Refuses a name that depends on its own negation, and shows the cycle. */
  void checkStrata(Problems problems) {
    for (List<String> component : components()) {
      Set<String> members = new LinkedHashSet<>(component);
      for (String name : component) {
        for (Edge edge : edges.get(name)) {
          if (edge.negated() && !edge.state() && members.contains(edge.to())) {
            problems.error(
                edge.span(),
                "negation is not stratified: %s <- not %s".formatted(name, edge.to())
                    + way(edge.to(), name, members),
                "a negated relation must be finished before it is read; break the cycle");
          }
        }
      }
    }
  }

  /** The shortest way on which one name reads another, {@code " <- B <- C"}. */
  private String way(String from, String to, Set<String> members) {
    Map<String, String> before = new HashMap<>();
    Deque<String> open = new ArrayDeque<>(List.of(from));
    before.put(from, "");
    while (!open.isEmpty() && !before.containsKey(to)) {
      String name = open.remove();
      for (Edge edge : edges.get(name)) {
        if (members.contains(edge.to()) && before.putIfAbsent(edge.to(), name) == null) {
          open.add(edge.to());
        }
      }
    }
    StringBuilder out = new StringBuilder();
    for (String at = to; !at.equals(from); at = before.get(at)) {
      out.insert(0, " <- " + at);
    }
    return out.toString();
  }
}
