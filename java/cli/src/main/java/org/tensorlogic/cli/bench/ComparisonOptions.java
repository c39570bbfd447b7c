package org.tensorlogic.cli.bench;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.tensorlogic.error.Code;
import org.tensorlogic.error.Diagnostic;
import org.tensorlogic.error.FileException;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options that say how two measurements are compared and where that is written. */
final class ComparisonOptions {

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Option(names = "--threshold", paramLabel = "PERCENT", defaultValue = "5%",
      description = "Medians closer than that are no difference, however certain; default: 5%%.")
  private String threshold;

  @Option(names = "--seconds-min", paramLabel = "S", defaultValue = "0",
      description = "Do not judge what takes less than so many seconds in both; default: 0.")
  private double secondsMin;

  @Option(names = "--report", paramLabel = "FILE",
      description = "Also write all statistics to a file: HTML where its name ends in .html, "
          + "else text.")
  private Path report;

  /** Refuses values that mean nothing; call it before anything is measured. */
  Comparison.Terms terms() {
    String number = threshold.endsWith("%") ? threshold.substring(0, threshold.length() - 1)
        : threshold;
    if (!number.matches("\\d{1,6}(\\.\\d+)?")) {
      throw new ParameterException(spec.commandLine(),
          "--threshold " + threshold + " is no number of percent, such as 5% or 2.5");
    }
    if (!(secondsMin >= 0)) {
      throw new ParameterException(spec.commandLine(),
          "--seconds-min " + secondsMin + " is negative or no number");
    }
    return new Comparison.Terms(Double.parseDouble(number) / 100, secondsMin);
  }

  /**
   * Prints what became of each measurement and writes the report, if one is wanted.
   *
   * @param old the earlier measurement and its name
   * @return whether nothing is slower
   * @throws FileException when the two have nothing in common
   */
  boolean compare(String name, Map<Key, Samples> old, Map<Key, Samples> now, PrintWriter out) {
    Comparison.Terms terms = terms();
    List<Comparison> compared = Comparison.of(old, now, terms);
    if (compared.isEmpty()) {
      throw new FileException(Diagnostic.error(Code.FILE_FORMAT, "bench: %s has nothing in common "
          + "with what it is compared with: it has %s but that has %s", name, first(old),
          first(now)).hint("compare the same workloads with the same number of threads"));
    }
    out.print(Table.comparison(compared).text());
    missing(old, now, "not measured again", out);
    missing(now, old, "not measured before", out);
    out.println(Report.summary(compared, terms));
    write(now, compared);
    return compared.stream().noneMatch(row -> row.verdict() == Comparison.Verdict.SLOWER);
  }

  /** Writes the report of a measurement, if one is wanted. */
  void write(Map<Key, Samples> measured, List<Comparison> compared) {
    if (report != null) {
      new Report(measured, compared).write(report);
    }
  }

  private static void missing(Map<Key, Samples> some, Map<Key, Samples> others, String what,
      PrintWriter out) {
    var left = new LinkedHashMap<>(some);
    left.keySet().removeAll(others.keySet());
    if (!left.isEmpty()) {
      out.println(what + ": " + first(left));
    }
  }

  private static String first(Map<Key, Samples> measured) {
    return measured.keySet().stream().map(Key::toString).findFirst().orElse("nothing")
        + (measured.size() > 1 ? " and %d more".formatted(measured.size() - 1) : "");
  }
}
