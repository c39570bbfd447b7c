package org.tensorlogic.tests;

import static org.assertj.core.api.Assertions.assertThat;

import org.tensorlogic.engine.Engine;
import org.tensorlogic.engine.EngineConfig;
import org.tensorlogic.rewrite.OptimizationLevel;

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
    return of(provider, EngineConfig.defaults().withThreads(1).withOptimization(level));
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
}
