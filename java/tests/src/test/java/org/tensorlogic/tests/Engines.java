package org.tensorlogic.tests;

import static org.assertj.core.api.Assertions.assertThat;

import org.tensorlogic.engine.Engine;
import org.tensorlogic.engine.EngineConfig;

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
    var config = EngineConfig.defaults().withThreads(threads).withMemoryBytesMax(2L << 30);
    if (provider.equals("reference")) {
      return Engine.create(config.withProvider(provider));
    }
    Engine engine = Engine.create(config);
    assertThat(engine.capabilities().providers())
        .as("the native provider is missing: build the native library").containsKey(provider);
    return engine;
  }
}
