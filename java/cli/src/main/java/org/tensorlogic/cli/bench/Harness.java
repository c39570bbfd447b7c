package org.tensorlogic.cli.bench;

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
   * Times a workload with fresh results and with results in memory that is given.
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
      try (var bound = compiled.bind(named(compiled, inputs), Map.of("result", result))) {
        return List.of(fresh, timed(threads, workload, OURS + ":out", costs, bound::run));
      }
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

  private static Map<String, Tensor> named(Compiled compiled, Tensor[] inputs) {
    var named = new LinkedHashMap<String, Tensor>();
    for (String name : compiled.graph().inputs().keySet()) {
      named.put(name, inputs[named.size()]);
    }
    return named;
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
