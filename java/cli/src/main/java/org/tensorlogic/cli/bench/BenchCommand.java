package org.tensorlogic.cli.bench;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.tensorlogic.engine.Engine;
import org.tensorlogic.engine.EngineConfig;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code tl bench}: times the workloads that speed claims are made on. */
@Command(mixinStandardHelpOptions = true, subcommands = CompareCommand.class,
    description = "Times workloads on this machine. Inputs are generated, results are checked "
        + "against golden figures first, and a wrong one is marked WRONG. Each workload is timed "
        + "with fresh results (tensorlogic), with results in memory that is given "
        + "(tensorlogic:out) and, where it has parameters, as a model that holds them "
        + "(tensorlogic:constant).",
    footer = {"", "Example: tl bench --workloads matmul_256,softmax_4096 --threads 1,2",
        "The exit code is 1 when a result is wrong or, with --baseline, when anything is slower."})
public final class BenchCommand implements Callable<Integer> {

  private static final int THREADS_MAX = 4096;
  private static final int NEIGHBOURS_MAX = 256;

  @Spec
  private CommandSpec spec;

  @Option(names = "--workloads", split = ",", paramLabel = "NAME",
      description = "Which to time; default: all.")
  private List<String> chosen = List.of();

  @Option(names = "--threads", split = ",", paramLabel = "N",
      description = "With how many threads, one after the other; default: 1,2.")
  private List<Integer> threads = List.of(1, 2);

  @Option(names = "--json", paramLabel = "FILE",
      description = "Also write the records to a file, samples included.")
  private Path json;

  @Option(names = "--quick", description = "Take 3 samples to warm up and 20 that count, instead "
      + "of 7 to 101 in a second as the peers do.")
  private boolean quick;

  @Option(names = "--thorough", description = "Take 20 samples to warm up and 200 that count.")
  private boolean thorough;

  @Option(names = "--statistics", description = "Also print mean, deviation, percentiles, the "
      + "95 %% interval of the median, outliers beyond 1.5 ranges of the middle half, and what "
      + "the threads, the memory and the compiler of the engine did.")
  private boolean statistics;

  @Option(names = "--baseline", paramLabel = "OLD",
      description = "Say of each workload whether it is faster or slower than in this file of "
          + "--json.")
  private Path baseline;

  @Mixin
  private ComparisonOptions comparison;

  @Option(names = "--neighbours", paramLabel = "N", defaultValue = "0",
      description = "Keep N processors busy with threads of no use while timing; default: 0.")
  private int neighbours;

  @Option(names = "--list", description = "Print the names and time nothing.")
  private boolean list;

  @Option(names = "--explain", description = "Print the plans and time nothing.")
  private boolean explain;

  @Option(names = "--check", description = "Check the results and time nothing.")
  private boolean check;

  @Option(names = "--growth", description = "Print how time grows with work instead: products, "
      + "functions and sums from 2^10 to 2^24 elements, and plans to 100,000 nodes under every "
      + "schedule.")
  private boolean growth;

  /** Made by the command line's parser. */
  public BenchCommand() {}

  @Override
  public Integer call() {
    require(!(quick && thorough), "--quick and --thorough exclude each other");
    require(neighbours >= 0 && neighbours <= NEIGHBOURS_MAX,
        "--neighbours " + neighbours + " is outside 0 to " + NEIGHBOURS_MAX);
    comparison.terms();
    Map<Key, Samples> old = baseline == null ? Map.of() : Records.read(baseline);
    var harness = new Harness(quick ? Rules.QUICK : thorough ? Rules.THOROUGH : Rules.PEERS,
        neighbours);
    PrintWriter out = spec.commandLine().getOut();
    requireKnown(harness.names());
    List<String> names = chosen.isEmpty() ? harness.names() : chosen;
    if (list) {
      names.forEach(out::println);
      return 0;
    }
    var results = new ArrayList<Result>();
    var uses = new ArrayList<EngineUse>();
    boolean right = true;
    for (int count : threads) {
      try (var engine = Engine.create(EngineConfig.defaults().withThreads(count))) {
        if (explain) {
          names.forEach(name -> out.println(name + "\n" + harness.explain(engine, name)));
        } else if (growth) {
          new Growth(engine, out).print();
        } else if (check) {
          right &= check(harness, engine, names, out);
        } else {
          time(harness, engine, names, results, out);
          uses.add(EngineUse.of(engine));
        }
      }
    }
    right &= results.stream().allMatch(Result::correct);
    return (results.isEmpty() || describe(results, uses, old, out)) && right ? 0 : 1;
  }

  private void require(boolean condition, String message) {
    if (!condition) {
      throw new ParameterException(spec.commandLine(), message);
    }
  }

  private void requireKnown(List<String> names) {
    for (String name : chosen) {
      require(names.contains(name), "there is no workload \"" + name
          + "\"; tl bench --list names them all");
    }
    for (int count : threads) {
      require(count >= 1 && count <= THREADS_MAX,
          "--threads " + count + " is outside 1 to " + THREADS_MAX);
    }
  }

  /** Prints how far each result is off; returns whether none is too far. */
  private static boolean check(Harness harness, Engine engine, List<String> names,
      PrintWriter out) {
    boolean right = true;
    for (String name : names) {
      double error = harness.check(engine, name);
      right &= !Double.isNaN(error);
      out.println(Double.isNaN(error) ? name + " WRONG"
          : String.format(Locale.ROOT, "%s right within %.1e", name, error));
      engine.trim();
    }
    return right;
  }

  /** Prints and writes what was asked for besides; returns whether nothing became slower. */
  private boolean describe(List<Result> results, List<EngineUse> uses, Map<Key, Samples> old,
      PrintWriter out) {
    var measured = new LinkedHashMap<Key, Samples>();
    results.forEach(result -> measured.put(result.key(), result.samples()));
    if (statistics) {
      out.print("\n" + Table.statistics(measured).text() + "\n");
      uses.forEach(use -> out.print(use.text()));
    }
    if (baseline == null) {
      comparison.write(measured, List.of());
      return true;
    }
    out.println();
    return comparison.compare(baseline.toString(), old, measured, out);
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
      throw Records.unwritable(json, problem);
    }
  }
}
