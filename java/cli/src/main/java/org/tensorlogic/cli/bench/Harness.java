package org.tensorlogic.cli.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.tensorlogic.engine.Compiled;
import org.tensorlogic.engine.Engine;
import org.tensorlogic.engine.EngineConfig;
import org.tensorlogic.error.Code;
import org.tensorlogic.error.Diagnostic;
import org.tensorlogic.error.KernelException;
import org.tensorlogic.ir.Graph;
import org.tensorlogic.memory.Scope;
import org.tensorlogic.memory.Tensor;

/** Runs workloads on an engine: checks inputs and results, then times. */
final class Harness {

  private static final String OURS = "tensorlogic";

  /** Compiling is a hundred times as much Java as a run, for the virtual machine to learn. */
  private static final double COMPILE_WARM_SECONDS = 2;

  private final Workloads workloads = new Workloads();
  private final Golden golden = new Golden();

  /** Reads the figures that results are checked with. */
  Harness() {}

  /** Returns the names of all workloads in their order. */
  List<String> names() {
    return workloads.all().stream().map(Workload::name).toList();
  }

  /** Returns the plan of a workload, as {@code explain} prints it. */
  String explain(Engine engine, String name) {
    return engine.compile(workloads.of(name).graph()).explain();
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
      Tensor[] inputs = workload.tensors(engine, scope);
      check(workload, inputs);
      long begin = System.nanoTime();
      Compiled compiled = engine.compile(workload.graph());
      Tensor result = scope.own(compiled.run(inputs));
      double first = Stopwatch.seconds(begin);
      double error = golden.result(name).error(result.toFloats());
      int threads = engine.capabilities().threads();
      var costs = new Costs(compileSeconds(workload, threads), first, error);
      Result fresh = timed(threads, workload, OURS, costs, () -> compiled.run(inputs).close());
      var results = new ArrayList<>(List.of(fresh));
      results.add(bound(engine, workload, OURS + ":out", workload.graph(), inputs, result, costs));
      if (!workload.parameters().isEmpty()) {
        results.add(bound(engine, workload, OURS + ":constant", workload.model(inputs), inputs,
            result, costs));
      }
      return results;
    }
  }

  /** Times a graph that reads some of the inputs and writes to memory that is given. */
  private Result bound(Engine engine, Workload workload, String peer, Graph graph, Tensor[] inputs,
      Tensor result, Costs costs) {
    var given = new LinkedHashMap<String, Tensor>();
    for (int i = 0; i < inputs.length; i++) {
      String name = workload.inputs().get(i).name();
      if (graph.inputs().containsKey(name)) {
        given.put(name, inputs[i]);
      }
    }
    try (var bound = engine.compile(graph).bind(given, Map.of("result", result))) {
      bound.run();
      double error = golden.result(workload.name()).error(result.toFloats());
      return timed(engine.capabilities().threads(), workload, peer,
          new Costs(costs.compileSeconds, costs.firstSeconds, error), bound::run);
    }
  }

  /** What both ways to run a workload share. */
  private record Costs(double compileSeconds, double firstSeconds, double error) {}

  /** Starts an engine that keeps no compiled graph, so that compiling can be timed. */
  static Engine forgetful(int threads) {
    return Engine.create(EngineConfig.defaults().withThreads(threads).withCompiledBytesMax(0));
  }

  /** The median of compiling and planning from nothing. */
  private static double compileSeconds(Workload workload, int threads) {
    try (var engine = forgetful(threads)) {
      return Stopwatch.time(() -> engine.compile(workload.graph()).program(),
          COMPILE_WARM_SECONDS).median();
    }
  }

  private void check(Workload workload, Tensor[] inputs) {
    for (int i = 0; i < inputs.length; i++) {
      String input = workload.inputs().get(i).name();
      double[] first = golden.input(workload.name(), input).first();
      var came = new double[first.length];
      var generator = new Generator(workload.inputs().get(i).tag());
      for (int element = 0; element < first.length; element++) {
        came[element] = generator.uniform(element, workload.inputs().get(i).scale());
      }
      if (!Arrays.equals(first, came)) {
        throw new KernelException(Diagnostic.error(Code.NODE_EXECUTION,
            "bench %s: input %s begins with %s but %s is required", workload.name(), input,
            Arrays.toString(came), Arrays.toString(first))
            .hint("this program and its golden figures are of different versions"));
      }
    }
  }

  private Result timed(int threads, Workload workload, String peer, Costs costs, Runnable call) {
    var load = new MachineLoad();
    Stopwatch.Timing timing = Stopwatch.time(call);
    return new Result(workload, peer, threads, costs.compileSeconds, costs.firstSeconds,
        costs.error, golden.result(workload.name()).accepts(costs.error), timing, load.others(),
        load.stolen());
  }
}
