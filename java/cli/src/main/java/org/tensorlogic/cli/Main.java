package org.tensorlogic.cli;

import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.tensorlogic.cli.bench.BenchCommand;
import org.tensorlogic.engine.Version;
import org.tensorlogic.error.Diagnostic;
import org.tensorlogic.error.Severity;
import org.tensorlogic.error.TensorLogicException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command line's entry: chooses the subcommand and turns problems into messages and codes. */
@Command(name = "tl", mixinStandardHelpOptions = true, versionProvider = Main.Text.class,
    description = "Runs tensor logic programs and einsums.", synopsisSubcommandLabel = "COMMAND",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {"0:done", "1:failed; the reason is on standard error", "2:wrong usage"},
    commandListHeading = "%nCommands:%n", optionListHeading = "%nOptions:%n",
    footer = {"", "tl COMMAND --help tells more of a command."})
public final class Main implements Runnable {

  private static final Map<String, Supplier<Callable<Integer>>> COMMANDS = commands();

  @Spec
  private CommandSpec spec;

  /** Made by {@link #execute} and by the command line's parser. */
  public Main() {}

  /** Runs the command and ends the process with its exit code. */
  public static void main(String[] arguments) {
    var out = new PrintWriter(System.out);
    var err = new PrintWriter(System.err, true);
    int code = execute(out, err, arguments);
    out.flush();
    System.exit(code == 0 && out.checkError() ? 1 : code);
  }

  /**
   * Runs a command inside this process.
   *
   * @param out where results go
   * @param err where problems, warnings and progress go
   * @param arguments the words after {@code tl}
   * @return the exit code
   */
  public static int execute(PrintWriter out, PrintWriter err, String... arguments) {
    var line = new CommandLine(new Main());
    chosen(arguments).forEach(name -> line.addSubcommand(name, COMMANDS.get(name).get()));
    line.setOut(out).setErr(err)
        .setCaseInsensitiveEnumValuesAllowed(true).setUsageHelpAutoWidth(false)
        .setExecutionExceptionHandler((problem, command, parsed) -> report(problem, err));
    line.setParameterExceptionHandler((problem, words) -> usage(problem, err));
    try {
      return line.execute(arguments);
    } catch (StackOverflowError | OutOfMemoryError limit) {
      err.println("error: the virtual machine is out of "
          + (limit instanceof OutOfMemoryError ? "memory" : "stack") + ": " + limit.getMessage()
          + "; hint: use smaller data, or nest less deeply");
      return CommandLine.ExitCode.SOFTWARE;
    } finally {
      out.flush();
      err.flush();
    }
  }

  private static Map<String, Supplier<Callable<Integer>>> commands() {
    var commands = new LinkedHashMap<String, Supplier<Callable<Integer>>>();
    commands.put("run", RunCommand::new);
    commands.put("check", CheckCommand::new);
    commands.put("explain", ExplainCommand::new);
    commands.put("profile", ProfileCommand::new);
    commands.put("einsum", EinsumCommand::new);
    commands.put("bench", BenchCommand::new);
    commands.put("tune", TuneCommand::new);
    commands.put("info", InfoCommand::new);
    return commands;
  }

  /** The parser reads the options of a command by reflection, which takes longer than to run it. */
  private static Set<String> chosen(String... arguments) {
    return arguments.length > 0 && COMMANDS.containsKey(arguments[0]) ? Set.of(arguments[0])
        : COMMANDS.keySet();
  }

  private static int usage(ParameterException problem, PrintWriter err) {
    String name = problem.getCommandLine().getCommandSpec().qualifiedName();
    err.println("error: " + problem.getMessage());
    err.println("usage: " + problem.getCommandLine().getHelp().synopsis(0).strip());
    err.println("hint: " + name + " --help tells more");
    return CommandLine.ExitCode.USAGE;
  }

  private static int report(Exception problem, PrintWriter err) {
    if (problem instanceof TensorLogicException known) {
      known.diagnostics().forEach(diagnostic -> err.println(line(diagnostic)));
    } else {
      err.println("error: this is a fault of tl itself: " + problem
          + "; hint: report it with the command and its files");
    }
    return CommandLine.ExitCode.SOFTWARE;
  }

  private static String line(Diagnostic diagnostic) {
    String kind = diagnostic.severity() == Severity.WARNING ? "warning" : "error";
    return kind + " " + diagnostic.code().text() + ": " + diagnostic.format();
  }

  /** Without a command there is nothing to do. */
  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "a command is missing");
  }

  /** The text of {@code --version}. */
  static final class Text implements IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {"tensorlogic " + Version.TEXT};
    }
  }
}
