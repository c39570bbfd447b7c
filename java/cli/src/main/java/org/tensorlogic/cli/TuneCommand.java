package org.tensorlogic.cli;

import java.io.PrintWriter;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.tensorlogic.engine.EngineConfig;
import org.tensorlogic.engine.Tuning;
import org.tensorlogic.engine.Version;
import org.tensorlogic.tuning.Effort;
import org.tensorlogic.tuning.Finding;
import org.tensorlogic.tuning.TuningFile;
import org.tensorlogic.tuning.TuningTable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code tl tune}: finds out which kernels are faster here than the default ones. */
@Command(mixinStandardHelpOptions = true,
    description = "Measures on this machine which kernel is fastest for products of many shapes, "
        + "with one thread and with all. Where another than the default one is faster for certain, "
        + "by 5 %% and more, later runs take it; tl explain says so. Leave the machine alone "
        + "meanwhile. Ctrl-C stops at any time and changes nothing.",
    footer = {"", "Example: tl tune --quick"})
final class TuneCommand implements Callable<Integer> {

  @Spec
  private CommandSpec spec;

  @Mixin
  private TuningFolder folder;

  @Option(names = "--quick", description = "Take a fifth of the samples: less certain of small "
      + "gains.")
  private boolean quick;

  @Option(names = "--show", description = "Print what was found, and measure nothing.")
  private boolean show;

  @Option(names = "--reset", description = "Forget what was found: go back to the defaults.")
  private boolean reset;

  private volatile String state = "";

  @Override
  public Integer call() {
    if (Stream.of(quick, show, reset).filter(chosen -> chosen).count() > 1) {
      throw new ParameterException(spec.commandLine(), "--quick, --show and --reset exclude each "
          + "other");
    }
    EngineConfig config = folder.of(EngineConfig.defaults());
    if (config.tuningFolder() == null) {
      throw new ParameterException(spec.commandLine(), "--tuning off keeps nothing; name a folder");
    }
    PrintWriter out = spec.commandLine().getOut();
    var file = new TuningFile(config.tuningFolder(), Version.TEXT);
    if (show) {
      out.println(file.read().map(table -> table.summary() + file.path())
          .orElse("defaults: there is no " + file.path()));
    } else if (reset) {
      out.println((file.delete() ? "deleted " : "there was no ") + file.path());
    } else {
      measure(config, out);
      out.println("written to " + file.path());
    }
    return 0;
  }

  private void measure(EngineConfig config, PrintWriter out) {
    try (var _ = Progress.of(() -> "tune: " + state, spec.commandLine().getErr())) {
      TuningTable table = Tuning.run(config, quick ? Effort.QUICK : Effort.FULL,
          this::measured);
      out.print(table.summary());
    }
  }

  private void measured(int done, int cells, String what, Optional<Finding> finding) {
    state = "%d of %d cells".formatted(done, cells);
  }
}
