package org.tensorlogic.engine;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.tensorlogic.error.Requirement;
import org.tensorlogic.exec.GraphRunner;
import org.tensorlogic.ir.Graph;
import org.tensorlogic.memory.Tensor;
import org.tensorlogic.plan.Program;
import org.tensorlogic.type.Layout;

/**
 * A graph that is ready to run on tensors of an engine. Lives as long as its engine. Safe for any
 * number of threads.
 */
public final class Compiled {

  private final GraphRunner runner;

  Compiled(GraphRunner runner) {
    this.runner = runner;
  }

  /** Returns the graph that was compiled. */
  public Graph graph() {
    return runner.graph();
  }

  /** Runs a graph of one output on its inputs in order; the result belongs to the caller. */
  public Tensor run(Tensor... inputs) {
    int count = graph().outputs().size();
    Requirement.requireArgument(count == 1,
        "run: the graph has %d outputs %s; run it on named inputs", count,
        graph().outputs().keySet());
    return runner.run(List.of(inputs)).getFirst();
  }

  /** Runs the graph on named inputs and returns its named outputs, owned by the caller. */
  public Map<String, Tensor> run(Map<String, Tensor> inputs) {
    Requirement.requireArgument(inputs.keySet().equals(graph().inputs().keySet()),
        "run: inputs %s are required but %s came", graph().inputs().keySet(), inputs.keySet());
    var ordered = graph().inputs().keySet().stream().map(inputs::get).toList();
    List<Tensor> results = runner.run(ordered);
    var named = new LinkedHashMap<String, Tensor>();
    new ArrayList<>(graph().outputs().keySet()).forEach(
        name -> named.put(name, results.get(named.size())));
    return named;
  }

  /** Gives the memory kept for later runs back to the engine. */
  void trim() {
    runner.trim();
  }

  /** Returns the program for contiguous inputs of the graph's own, known extents. */
  public Program program() {
    return runner.program(graph().inputs().values().stream()
        .map(input -> Layout.contiguous(input.shape().extents())).toList());
  }

  /** Returns the program for inputs of these layouts in order. */
  public Program program(List<Layout> inputs) {
    return runner.program(inputs);
  }
}
