package org.tensorlogic.cli;

import java.util.Locale;
import org.tensorlogic.engine.Engine;
import org.tensorlogic.engine.EngineConfig;
import org.tensorlogic.error.Code;
import org.tensorlogic.error.Diagnostic;
import org.tensorlogic.error.KernelException;
import org.tensorlogic.memory.NumaStrategy;
import org.tensorlogic.plan.Schedule;
import org.tensorlogic.rewrite.OptimizationLevel;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options that say how an engine is set up. */
final class EngineOptions {

  /** The kernel providers that can be asked for. */
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
      description = "reference: plain Java kernels only; native: native kernels, which must be "
          + "there, and the reference for what they lack; default: like native, but without native "
          + "kernels the reference does all.")
  private Provider provider;

  @Mixin
  private TuningFolder tuning;

  @Option(names = "--numa", paramLabel = "STRATEGY", defaultValue = "none",
      description = "Where threads and memory lie on a machine of several memory nodes: none, the "
          + "default: as the system has it; local_preferred: threads stay on a node; local_strict: "
          + "memory too; interleave: memory on all nodes in turns.")
  private NumaStrategy numa;

  @Option(names = "--schedule", paramLabel = "NAME", defaultValue = "sequential",
      description = "In which order steps run: sequential, the default: one after the other as "
          + "the program has them; min_memory: in an order that needs less memory, where there is "
          + "one; max_parallelism: side by side whatever can; balanced: no more of them than "
          + "threads; cost_based: only where threads gain by it. Results are the same bits.")
  private Schedule schedule;

  @Option(names = "--optimization", paramLabel = "LEVEL", defaultValue = "moderate",
      description = "How much programs are changed before they run: none; basic: clean-up; "
          + "moderate, the default: sums may add in another order; aggressive: equal up to "
          + "rounding, for finite numbers.")
  private OptimizationLevel optimization;

  @Option(names = "--einsum-bytes-max", paramLabel = "BYTES",
      description = "The most memory that an einsum may hold at one time on the way to its result; "
          + "orders of contraction that need more are not taken; default: no limit.")
  private Long einsumBytesMax;

  /** Starts an engine, which the caller closes. */
  Engine start() {
    if (threads != null && (threads < 1 || threads > 4096)) {
      throw new ParameterException(spec.commandLine(),
          "--threads " + threads + " is outside 1 to 4096");
    }
    if (einsumBytesMax != null && einsumBytesMax < 0) {
      throw new ParameterException(spec.commandLine(),
          "--einsum-bytes-max " + einsumBytesMax + " is negative");
    }
    var config = EngineConfig.defaults().withOptimization(optimization).withNuma(numa)
        .withSchedule(schedule);
    config = einsumBytesMax == null ? config : config.withEinsumBytesMax(einsumBytesMax);
    config = tuning.of(threads == null ? config : config.withThreads(threads));
    if (provider == Provider.REFERENCE) {
      return Engine.create(config.withProvider(provider.toString()));
    }
    Engine engine = Engine.create(config);
    if (provider == Provider.NATIVE) {
      requireNative(engine);
    }
    return engine;
  }

  private static void requireNative(Engine engine) {
    var found = engine.capabilities().providers().keySet();
    if (!found.contains(Provider.NATIVE.toString())) {
      engine.close();
      throw new KernelException(Diagnostic.error(Code.KERNEL,
          "--provider native: there is no native provider; found are %s", found)
          .hint("build the native library for this machine, or use --provider reference"));
    }
  }
}
