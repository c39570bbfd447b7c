package org.tensorlogic.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code tl check}: reads a program and says what it defines, without running it. */
@Command(mixinStandardHelpOptions = true,
    description = "Checks a program and prints its names with their types, the order in which they "
        + "are computed, its recursions and strata; runs nothing.")
final class CheckCommand implements Callable<Integer> {

  @Spec
  private CommandSpec spec;

  @Mixin
  private ProgramArguments program;

  @Override
  public Integer call() {
    spec.commandLine().getOut().println(program.load().describe().stripTrailing());
    return 0;
  }
}
