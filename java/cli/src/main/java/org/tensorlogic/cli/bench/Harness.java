package org.tensorlogic.cli.bench;

import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.tensorlogic.engine.Compiled;
import org.tensorlogic.engine.Engine;
import org.tensorlogic.engine.EngineConfig;
import org.tensorlogic.error.Code;
import org.tensorlogic.error.Diagnostic;
import org.tensorlogic.error.KernelException;
import org.tensorlogic.ir.Graph;
import org.tensorlogic.memory.Scope;
import org.tensorlogic.memory.Tensor;
import org.tensorlogic.plan.Schedule;
import org.tensorlogic.type.DType;

/** Runs workloads on an engine: checks inputs and results, then times. */
final class Harness {

  private static final String OURS = "tensorlogic";

  private final Workloads workloads = new Workloads();
  private final Golden golden = new Golden();
  private final Rules rules;
  private final int neighbours;

  /** Reads the figures that results are checked with; so many neighbours are busy meanwhile. */
  Harness(Rules rules, int neighbours) {
    this.rules = rules;
    this.neighbours = neighbours;
  }

  /** Returns the names of all workloads in their order. */
  List<String> names() {
    return workloads.all().stream().map(Workload::name).toList();
  }

  /** Returns the plan of a workload, as {@code explain} prints it. */
  String explain(Engine engine, String name) {
    return engine.compile(workloads.of(name).graph()).explain();
  }

  /** Runs a workload once; returns how far its result is off, or NaN where that is too far. */
  double check(Engine engine, String name) {
    Workload workload = workloads.of(name);
    try (var scope = new Scope()) {
      Map<String, Tensor> inputs = inputs(engine, workload, scope);
      Map<String, Tensor> outputs = engine.run(workload.graph(), inputs);
      outputs.values().forEach(scope::own);
      double error = error(name, outputs);
      return golden.result(name).accepts(error) ? error : Double.NaN;
    }
  }

  /**
   * Times a workload with fresh results, with results in memory that is given and, where it has
   * parameters, as a model that holds them as constants.
   *
   * @throws KernelException when the generated inputs are not those that the figures are of
   */
  List<Result> run(Engine engine, String name) {
    Workload workload = workloads.of(name);
    try (var scope = new Scope()) {
      Map<String, Tensor> inputs = inputs(engine, workload, scope);
      long begin = System.nanoTime();
      Compiled compiled = engine.compile(workload.graph());
      Map<String, Tensor> outputs = compiled.run(inputs);
      double first = Stopwatch.seconds(begin);
      outputs.values().forEach(scope::own);
      int threads = engine.capabilities().threads();
      var costs = new Costs(compileSeconds(workload, threads), first, error(name, outputs));
      Stopwatch.settle();
      Result fresh = timed(threads, workload, OURS, costs, call(compiled, inputs));
      var results = new ArrayList<>(List.of(fresh));
      results.add(bound(engine, workload, OURS + ":out", workload.graph(), inputs, outputs,
          costs));
      if (!workload.parameters().isEmpty()) {
        results.add(bound(engine, workload, OURS + ":constant", workload.model(inputs), inputs,
            outputs, costs));
      }
      return results;
    }
  }

  /** As users write it: in order where there is one result, by name where there are several. */
  private static Runnable call(Compiled compiled, Map<String, Tensor> inputs) {
    var inOrder = inputs.values().toArray(Tensor[]::new);
    return compiled.graph().outputs().size() == 1 ? () -> compiled.run(inOrder).close()
        : () -> compiled.run(inputs).values().forEach(Tensor::close);
  }

  private double error(String name, Map<String, Tensor> outputs) {
    return golden.result(name).error(outputs.get(Workload.RESULT).toFloats());
  }

  /** Times a graph that reads some of the inputs and writes to memory that is given. */
  private Result bound(Engine engine, Workload workload, String peer, Graph graph,
      Map<String, Tensor> inputs, Map<String, Tensor> outputs, Costs costs) {
    var given = new LinkedHashMap<>(inputs);
    given.keySet().retainAll(graph.inputs().keySet());
    try (var bound = engine.compile(graph).bind(given, outputs)) {
      bound.run();
      return timed(engine.capabilities().threads(), workload, peer, new Costs(
          costs.compileSeconds, costs.firstSeconds, error(workload.name(), outputs)), bound::run);
    }
  }

  /** What both ways to run a workload share. */
  private record Costs(double compileSeconds, double firstSeconds, double error) {}

  /** Starts an engine that keeps no compiled graph, so that compiling can be timed. */
  static Engine forgetful(int threads, Schedule schedule) {
    return Engine.create(EngineConfig.defaults().withThreads(threads).withSchedule(schedule)
        .withCompiledBytesMax(0));
  }

  /** The median of compiling and planning from nothing. */
  private double compileSeconds(Workload workload, int threads) {
    try (var engine = forgetful(threads, Schedule.SEQUENTIAL)) {
      return Stopwatch.time(Rules.PEERS, () -> engine.compile(workload.graph()).program(),
          rules.compileWarmSeconds).samples().median();
    }
  }

  /** Makes the inputs in their order. */
  private Map<String, Tensor> inputs(Engine engine, Workload workload, Scope scope) {
    var inputs = new LinkedHashMap<String, Tensor>();
    for (Workload.Input input : workload.inputs()) {
      Tensor tensor = scope.own(input.tensor(engine));
      double[] first = golden.input(workload.name(), input.name()).first();
      double[] came = first(tensor, first.length);
      if (!Arrays.equals(first, came)) {
        throw new KernelException(Diagnostic.error(Code.NODE_EXECUTION,
            "bench %s: input %s begins with %s but %s is required", workload.name(), input.name(),
            Arrays.toString(came), Arrays.toString(first))
            .hint("this program and its golden figures are of different versions"));
      }
      inputs.put(input.name(), tensor);
    }
    return inputs;
  }

  private static double[] first(Tensor tensor, int count) {
    return tensor.access(memory -> IntStream.range(0, count).mapToDouble(i ->
        tensor.type().dtype() == DType.I64 ? memory.getAtIndex(ValueLayout.JAVA_LONG, i)
            : memory.getAtIndex(ValueLayout.JAVA_FLOAT, i)).toArray());
  }

  private Result timed(int threads, Workload workload, String peer, Costs costs, Runnable call) {
    try (var _ = new Neighbours(neighbours)) {
      var load = new MachineLoad();
      Stopwatch.Timing timing = Stopwatch.time(rules, call);
      return new Result(workload, peer, threads, costs.compileSeconds, costs.firstSeconds,
          costs.error, golden.result(workload.name()).accepts(costs.error), timing, load.others(),
          load.stolen(), neighbours);
    }
  }
}
