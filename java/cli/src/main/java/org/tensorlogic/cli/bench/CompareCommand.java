package org.tensorlogic.cli.bench;

import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code tl bench compare}: two files of measurements. */
@Command(name = "compare", mixinStandardHelpOptions = true,
    description = "Compares two measurements and says of each workload whether it became faster "
        + "or slower. Files are those of tl bench --json, of ci/bench, or of JMH with -rf json. "
        + "The exit code is 1 when anything is slower.",
    footer = {"", "Example: tl bench compare before.json after.json --threshold 10%%"})
final class CompareCommand implements Callable<Integer> {

  @Spec
  private CommandSpec spec;

  @Parameters(index = "0", paramLabel = "OLD", description = "The earlier measurement.")
  private Path old;

  @Parameters(index = "1", paramLabel = "NEW", description = "The later one.")
  private Path now;

  @Mixin
  private ComparisonOptions against;

  @Override
  public Integer call() {
    against.terms();
    Map<Key, Samples> before = Records.read(old);
    return against.compare(old.toString(), before, Records.read(now),
        spec.commandLine().getOut()) ? 0 : 1;
  }
}
