package org.tensorlogic.cli;

import java.util.Locale;
import org.tensorlogic.engine.Engine;
import org.tensorlogic.engine.EngineConfig;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options that say how an engine is set up. */
final class EngineOptions {

  /** The kernel providers that can be asked for alone. */
  enum Provider {
    NATIVE, REFERENCE;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Option(names = "--threads", paramLabel = "N",
      description = "Work with N threads, 1 to 4096; default: one for each processor. "
          + "Results are the same bits for any number.")
  private Integer threads;

  @Option(names = "--provider", paramLabel = "NAME",
      description = "Use only the kernels of one provider: ${COMPLETION-CANDIDATES}; "
          + "default: native ones, and the reference where there is none.")
  private Provider provider;

  /** Starts an engine, which the caller closes. */
  Engine start() {
    if (threads != null && (threads < 1 || threads > 4096)) {
      throw new ParameterException(spec.commandLine(),
          "--threads " + threads + " is outside 1 to 4096");
    }
    var config = EngineConfig.defaults();
    config = threads == null ? config : config.withThreads(threads);
    return Engine.create(provider == null ? config : config.withProvider(provider.toString()));
  }
}
