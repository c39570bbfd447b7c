package org.tensorlogic.cli;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.tensorlogic.lang.ProgramOptions;
import org.tensorlogic.lang.TensorProgram;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** A program's file and the options that it is loaded with. */
final class ProgramArguments {

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Parameters(paramLabel = "FILE", arity = "0..1", description = "The program, a .tl file.")
  private Path file;

  @Option(names = "--set", paramLabel = "NAME=VALUE",
      description = "Give a scalar of the program or the extent of a domain another value; "
          + "may be repeated.")
  private Map<String, String> settings = new LinkedHashMap<>();

  @Option(names = "--seed", paramLabel = "N",
      description = "The seed of the program's random tensors.")
  private Long seed;

  @Option(names = "--max-iterations", paramLabel = "N",
      description = "Fail when a recursion has not settled after N iterations.")
  private Long iterationsMax;

  @Option(names = "--tolerance", paramLabel = "X",
      description = "The largest change of a number that counts as settled.")
  private Double tolerance;

  /** Returns the program's file; a command without one is wrong usage. */
  Path file() {
    require(file != null, "FILE is missing");
    return file;
  }

  /** Returns whether a file was given. */
  boolean isPresent() {
    return file != null;
  }

  /** Reads and checks the program and prints its warnings. */
  TensorProgram load() {
    require(iterationsMax == null || iterationsMax >= 1, "--max-iterations must be 1 or more");
    require(tolerance == null || tolerance >= 0, "--tolerance must be 0 or more");
    var usual = ProgramOptions.defaults();
    var program = TensorProgram.load(file(), new ProgramOptions(settings,
        seed == null ? usual.seed() : seed,
        iterationsMax == null ? usual.iterationsMax() : iterationsMax,
        tolerance == null ? usual.tolerance() : tolerance));
    program.warnings().forEach(
        warning -> spec.commandLine().getErr().println("warning: " + warning));
    return program;
  }

  private void require(boolean condition, String message) {
    if (!condition) {
      throw new ParameterException(spec.commandLine(), message);
    }
  }
}
