package org.tensorlogic.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.tensorlogic.engine.Engine;
import org.tensorlogic.engine.EngineConfig;
import org.tensorlogic.ir.Domain;
import org.tensorlogic.ir.Graph;
import org.tensorlogic.memory.Tensor;
import org.tensorlogic.rewrite.OptimizationLevel;
import org.tensorlogic.testkit.RandomTensors;

/** Engines for tests. */
final class Engines {

  private Engines() {}

  /**
   * Starts an engine of two threads: {@code reference} with plain kernels only, {@code native} with
   * native kernels first. Without a native provider the latter fails the test.
   */
  static Engine of(String provider) {
    return of(provider, 2);
  }

  /** Starts an engine with a number of threads. */
  static Engine of(String provider, int threads) {
    return of(provider, EngineConfig.defaults().withThreads(threads));
  }

  /** Starts an engine of one thread with a level of optimisation. */
  static Engine of(String provider, OptimizationLevel level) {
    return of(provider, level, 1);
  }

  /** Starts an engine with a level of optimisation and a number of threads. */
  static Engine of(String provider, OptimizationLevel level, int threads) {
    return of(provider, EngineConfig.defaults().withThreads(threads).withOptimization(level));
  }

  private static Engine of(String provider, EngineConfig setup) {
    EngineConfig config = setup.withMemoryBytesMax(2L << 30);
    if (provider.equals("reference")) {
      return Engine.create(config.withProvider(provider));
    }
    Engine engine = Engine.create(config);
    assertThat(engine.capabilities().providers())
        .as("the native provider is missing: build the native library").containsKey(provider);
    return engine;
  }

  /** Runs a graph on random inputs in [-2, 2] and returns the elements of its outputs in turn. */
  static double[] runOnRandom(Graph graph, Engine engine, long seed) {
    var random = new RandomTensors(seed);
    var inputs = new LinkedHashMap<String, Tensor>();
    graph.inputs().forEach((label, node) ->
        inputs.put(label, random.tensor(engine, node.type(), new Domain(-2, 2))));
    Map<String, Tensor> results = Map.of();
    try {
      results = engine.run(graph, inputs);
      return results.values().stream().flatMapToDouble(result ->
          Arrays.stream(result.toDoubles())).toArray();
    } finally {
      results.values().forEach(Tensor::close);
      inputs.values().forEach(Tensor::close);
    }
  }
}
