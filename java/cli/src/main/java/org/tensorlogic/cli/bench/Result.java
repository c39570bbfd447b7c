package org.tensorlogic.cli.bench;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.Locale;

/**
 * One line of the table; the JSON record has the form of the peers' records.
 *
 * @param workload what was timed
 * @param peer {@code tensorlogic}, {@code tensorlogic:out} where results go to memory given, or
 *     {@code tensorlogic:constant} where a model also holds its parameters
 * @param threads how many worked
 * @param compileSeconds from building the graph to its plan, when the compiler is warm
 * @param firstSeconds the first call, planning included
 * @param error the worst deviation relative to the largest element
 * @param correct whether it is within the tolerance
 * @param timing the samples
 * @param others the cores that other processes kept busy
 * @param stolen the cores that the hypervisor took
 */
record Result(Workload workload, String peer, int threads, double compileSeconds,
    double firstSeconds, double error, boolean correct, Stopwatch.Timing timing, double others,
    double stolen) {

  void write(JsonGenerator json) throws IOException {
    json.writeStartObject();
    json.writeStringField("workload", workload.name());
    json.writeStringField("peer", peer);
    json.writeNumberField("threads", threads);
    json.writeNumberField("median_s", timing.median());
    json.writeNumberField("min_s", timing.min());
    json.writeNumberField("max_s", timing.max());
    json.writeNumberField("repeats", timing.samples());
    json.writeNumberField("calls_per_repeat", timing.callsPerSample());
    json.writeStringField("unit", workload.unit());
    json.writeNumberField("rate", workload.rate(timing.median()));
    json.writeNumberField("best_rate", workload.rate(timing.min()));
    json.writeNumberField("compile_s", compileSeconds);
    json.writeNumberField("first_s", firstSeconds);
    json.writeNumberField("error", error);
    json.writeBooleanField("correct", correct);
    json.writeNumberField("other_cpu", rounded(others));
    json.writeNumberField("steal_cpu", rounded(stolen));
    json.writeEndObject();
  }

  private static double rounded(double cores) {
    return Math.round(cores * 100) / 100.0;
  }

  /** Prints a row of the table that {@link #HEADER} begins. */
  String row() {
    return String.format(Locale.ROOT,
        "%-22s %-16s %7d %12s %12s %10.4g %-8s %10s %8.1e %-7s %5.2f",
        workload.name(), peer, threads, time(timing.median()), time(timing.min()),
        workload.rate(timing.median()), workload.unit(), time(compileSeconds), error,
        correct ? "" : "WRONG", others);
  }

  /** The titles over the rows. */
  static final String HEADER = String.format(
      "%-22s %-16s %7s %12s %12s %10s %-8s %10s %8s %-7s %5s", "workload", "peer", "threads",
      "median", "min", "rate", "", "compile", "error", "", "others");

  private static String time(double seconds) {
    double scale = seconds < 1e-3 ? 1e6 : seconds < 1 ? 1e3 : 1;
    return String.format(Locale.ROOT, "%.4g %s", seconds * scale,
        seconds < 1e-3 ? "us" : seconds < 1 ? "ms" : "s");
  }
}
