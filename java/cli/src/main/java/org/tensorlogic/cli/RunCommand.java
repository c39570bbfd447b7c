package org.tensorlogic.cli;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import org.tensorlogic.engine.Engine;
import org.tensorlogic.lang.Answer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code tl run}: runs a program and prints the answers to its queries. */
@Command(mixinStandardHelpOptions = true,
    description = "Runs a program and prints the answers to its queries.",
    footer = {"", "Example: tl run examples/ancestor.tl --json"})
final class RunCommand implements Callable<Integer> {

  @Spec
  private CommandSpec spec;

  @Mixin
  private ProgramArguments program;

  @Mixin
  private EngineOptions engineOptions;

  @Option(names = "--json", description = "Print one JSON object with all answers.")
  private boolean json;

  @Option(names = "--query", paramLabel = "TEXT",
      description = "Answer this query, such as \"Ancestor(x, Bob)\", instead of the program's.")
  private String query;

  @Override
  public Integer call() throws IOException {
    long beginNanos = System.nanoTime();
    var out = spec.commandLine().getOut();
    List<Answer> answers;
    try (var _ = Progress.of("running " + program.file(), spec.commandLine().getErr());
        Engine engine = engineOptions.start()) {
      var loaded = program.load();
      answers = query == null ? loaded.run(engine) : loaded.run(engine, query);
    }
    if (json) {
      AnswerJson.write(out, answers, (System.nanoTime() - beginNanos) / 1_000_000);
    } else {
      answers.forEach(answer -> out.println(AnswerText.of(answer)));
    }
    return 0;
  }
}
