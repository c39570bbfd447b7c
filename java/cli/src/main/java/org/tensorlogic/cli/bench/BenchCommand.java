package org.tensorlogic.cli.bench;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.tensorlogic.engine.Engine;
import org.tensorlogic.engine.EngineConfig;
import org.tensorlogic.error.Code;
import org.tensorlogic.error.Diagnostic;
import org.tensorlogic.error.FileException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code tl bench}: times the workloads that speed claims are made on. */
@Command(mixinStandardHelpOptions = true,
    description = "Times workloads on this machine. Inputs are generated, results are checked "
        + "against golden figures first, and a wrong one is marked WRONG. Each workload is timed "
        + "with fresh results (tensorlogic), with results in memory that is given "
        + "(tensorlogic:out) and, where it has parameters, as a model that holds them "
        + "(tensorlogic:constant).",
    footer = {"", "Example: tl bench --workloads matmul_256,softmax_4096 --threads 1,2"})
public final class BenchCommand implements Callable<Integer> {

  private static final int THREADS_MAX = 4096;

  @Spec
  private CommandSpec spec;

  @Option(names = "--workloads", split = ",", paramLabel = "NAME",
      description = "Which to time; default: all.")
  private List<String> chosen = List.of();

  @Option(names = "--threads", split = ",", paramLabel = "N",
      description = "With how many threads, one after the other; default: 1,2.")
  private List<Integer> threads = List.of(1, 2);

  @Option(names = "--json", paramLabel = "FILE",
      description = "Also write the records to a file.")
  private Path json;

  @Option(names = "--list", description = "Print the names and time nothing.")
  private boolean list;

  @Option(names = "--explain", description = "Print the plans and time nothing.")
  private boolean explain;

  @Option(names = "--growth", description = "Print how time grows with work instead: products, "
      + "functions and sums from 2^10 to 2^24 elements, and plans to 100,000 nodes.")
  private boolean growth;

  /** Made by the command line's parser. */
  public BenchCommand() {}

  @Override
  public Integer call() {
    var harness = new Harness();
    PrintWriter out = spec.commandLine().getOut();
    requireKnown(harness.names());
    List<String> names = chosen.isEmpty() ? harness.names() : chosen;
    if (list) {
      names.forEach(out::println);
      return 0;
    }
    var results = new ArrayList<Result>();
    for (int count : threads) {
      try (var engine = Engine.create(EngineConfig.defaults().withThreads(count))) {
        if (explain) {
          names.forEach(name -> out.println(name + "\n" + harness.explain(engine, name)));
        } else if (growth) {
          new Growth(engine, out).print();
        } else {
          time(harness, engine, names, results, out);
        }
      }
    }
    return results.stream().allMatch(Result::correct) ? 0 : 1;
  }

  private void requireKnown(List<String> names) {
    for (String name : chosen) {
      if (!names.contains(name)) {
        throw new ParameterException(spec.commandLine(), "there is no workload \"" + name
            + "\"; tl bench --list names them all");
      }
    }
    for (int count : threads) {
      if (count < 1 || count > THREADS_MAX) {
        throw new ParameterException(spec.commandLine(),
            "--threads " + count + " is outside 1 to " + THREADS_MAX);
      }
    }
  }

  private void time(Harness harness, Engine engine, List<String> names, List<Result> results,
      PrintWriter out) {
    if (results.isEmpty()) {
      out.println(Result.HEADER);
    }
    for (String name : names) {
      for (Result result : harness.run(engine, name)) {
        results.add(result);
        out.println(result.row());
        out.flush();
      }
      engine.trim();
      if (json != null) {
        write(results);
      }
    }
  }

  /** The whole file after every workload, so that a run that is cut short keeps what it had. */
  private void write(List<Result> results) {
    try (JsonGenerator generator = new JsonFactory().createGenerator(Files.newBufferedWriter(json))
        .setPrettyPrinter(new DefaultPrettyPrinter())) {
      generator.writeStartArray();
      for (Result result : results) {
        result.write(generator);
      }
      generator.writeEndArray();
    } catch (IOException problem) {
      throw new FileException(Diagnostic.error(Code.FILE_FORMAT, "bench: cannot write %s: %s",
          json, problem).hint("name a file in a folder that exists and may be written"), problem);
    }
  }
}
