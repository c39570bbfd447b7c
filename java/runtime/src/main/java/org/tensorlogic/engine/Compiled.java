package org.tensorlogic.engine;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.tensorlogic.error.Requirement;
import org.tensorlogic.exec.Bound;
import org.tensorlogic.exec.GraphRunner;
import org.tensorlogic.ir.Graph;
import org.tensorlogic.ir.Node;
import org.tensorlogic.memory.Tensor;
import org.tensorlogic.plan.Program;
import org.tensorlogic.rewrite.Rewritten;
import org.tensorlogic.type.Layout;

/**
 * A graph that is ready to run on tensors of an engine. Lives as long as its engine. Safe for any
 * number of threads.
 */
public final class Compiled {

  private final Graph graph;
  private final GraphRunner runner;

  Compiled(Graph graph, GraphRunner runner) {
    this.graph = graph;
    this.runner = runner;
  }

  /** Returns the graph that was compiled. */
  public Graph graph() {
    return graph;
  }

  /** Returns the graph that runs in its place unless it is hot, with the rules that made it. */
  public Rewritten optimised() {
    return runner.optimised();
  }

  /** Runs a graph of one output on its inputs in order; the result belongs to the caller. */
  public Tensor run(Tensor... inputs) {
    int count = graph().outputs().size();
    Requirement.requireArgument(count == 1, () -> "run it on named inputs",
        "run: the graph has %d outputs %s", count, graph().outputs().keySet());
    return runner.run(inputs)[0];
  }

  /** Runs a graph of one output and keeps no memory for a next run. */
  Tensor runOnce(Tensor... inputs) {
    return runner.runOnce(inputs)[0];
  }

  /** Runs on named inputs and keeps no memory for a next run. */
  Map<String, Tensor> runOnce(Map<String, Tensor> inputs) {
    return named(runner.runOnce(ordered("run", "inputs", graph().inputs(), inputs)));
  }

  /** Runs the graph on named inputs and returns its named outputs, owned by the caller. */
  public Map<String, Tensor> run(Map<String, Tensor> inputs) {
    return named(runner.run(ordered("run", "inputs", graph().inputs(), inputs)));
  }

  private Map<String, Tensor> named(Tensor[] results) {
    var named = new LinkedHashMap<String, Tensor>();
    for (String name : graph().outputs().keySet()) {
      named.put(name, results[named.size()]);
    }
    return named;
  }

  /**
   * Binds inputs in order to new outputs, for many runs on the same memory. The outputs belong to
   * what this returns and are closed with it.
   */
  public Bound bind(Tensor... inputs) {
    return runner.bind(List.of(inputs), List.of());
  }

  /**
   * Binds named inputs and outputs, for many runs on the same memory. All tensors stay the
   * caller's; an output is row-major without gaps and shares memory with no other tensor.
   */
  public Bound bind(Map<String, Tensor> inputs, Map<String, Tensor> outputs) {
    return runner.bind(List.of(ordered("bind", "inputs", graph().inputs(), inputs)),
        List.of(ordered("bind", "outputs", graph().outputs(), outputs)));
  }

  private static Tensor[] ordered(String verb, String what, Map<String, Node> names,
      Map<String, Tensor> tensors) {
    Requirement.requireArgument(tensors.keySet().equals(names.keySet()),
        () -> "give one tensor for each of these names and for no other",
        "%s: %s %s are required but %s came", verb, what, names.keySet(), tensors.keySet());
    return names.keySet().stream().map(tensors::get).toArray(Tensor[]::new);
  }

  /**
   * Returns how the graph is computed as text, its extents being known: the rewrites that changed
   * it, then its program with kernels, reasons, FLOPs, bytes.
   */
  public String explain() {
    return explain(knownLayouts());
  }

  /** Returns likewise how inputs of these layouts in order are computed at this moment. */
  public String explain(List<Layout> inputs) {
    return runner.explain(inputs);
  }

  /**
   * Returns why each plan was made or dropped, one line for each, the last ones of many: a plan
   * serves all inputs of the same layouts.
   */
  public List<String> plans() {
    return runner.plans();
  }

  /** Returns the program for contiguous inputs of the graph's own, known extents. */
  public Program program() {
    return runner.program(knownLayouts());
  }

  private List<Layout> knownLayouts() {
    return graph().inputs().values().stream()
        .map(input -> Layout.contiguous(input.shape().extents())).toList();
  }

  /** Returns the program for inputs of these layouts in order. */
  public Program program(List<Layout> inputs) {
    return runner.program(inputs);
  }
}
