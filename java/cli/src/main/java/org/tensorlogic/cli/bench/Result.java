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
 * @param neighbours threads of this process that kept a processor busy each, on purpose
 */
record Result(Workload workload, String peer, int threads, double compileSeconds,
    double firstSeconds, double error, boolean correct, Stopwatch.Timing timing, double others,
    double stolen, int neighbours) {

  Key key() {
    return new Key(workload.name(), peer, threads);
  }

  Samples samples() {
    return timing.samples();
  }

  void write(JsonGenerator json) throws IOException {
    json.writeStartObject();
    json.writeStringField("workload", workload.name());
    json.writeStringField("peer", peer);
    json.writeNumberField("threads", threads);
    json.writeNumberField("median_s", samples().median());
    json.writeNumberField("min_s", samples().min());
    json.writeNumberField("max_s", samples().max());
    json.writeNumberField("repeats", samples().count());
    json.writeNumberField("calls_per_repeat", timing.callsPerSample());
    json.writeStringField("unit", workload.unit());
    json.writeNumberField("rate", workload.rate(samples().median()));
    json.writeNumberField("best_rate", workload.rate(samples().min()));
    json.writeNumberField("compile_s", compileSeconds);
    json.writeNumberField("first_s", firstSeconds);
    json.writeNumberField("error", error);
    json.writeBooleanField("correct", correct);
    json.writeNumberField("other_cpu", rounded(others));
    json.writeNumberField("steal_cpu", rounded(stolen));
    json.writeNumberField("neighbours", neighbours);
    writeStatistics(json);
    json.writeArrayFieldStart(Records.SAMPLES);
    for (double sample : samples().taken()) {
      json.writeNumber((float) sample); // seven digits are more than the clock has
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  /** What the peers' records do not have, in seconds but for cv and outliers. */
  private void writeStatistics(JsonGenerator json) throws IOException {
    json.writeObjectFieldStart("statistics");
    json.writeNumberField("mean", samples().mean());
    json.writeNumberField("deviation", samples().deviation());
    json.writeNumberField("cv", samples().variation());
    for (int percent : new int[] {5, 25, 75, 95, 99}) {
      json.writeNumberField("p" + percent, samples().percentile(percent));
    }
    Samples.Interval interval = samples().medianInterval();
    json.writeNumberField("median_low", interval.low());
    json.writeNumberField("median_high", interval.high());
    json.writeNumberField("outliers", samples().outliers());
    json.writeEndObject();
  }

  private static double rounded(double cores) {
    return Math.round(cores * 100) / 100.0;
  }

  /** Prints a row of the table that {@link #HEADER} begins. */
  String row() {
    return String.format(Locale.ROOT,
        "%-22s %-16s %7d %12s %12s %10.4g %-8s %10s %8.1e %-7s %5.2f",
        workload.name(), peer, threads, Table.time(samples().median()), Table.time(samples().min()),
        workload.rate(samples().median()), workload.unit(), Table.time(compileSeconds), error,
        correct ? "" : "WRONG", others);
  }

  /** The titles over the rows. */
  static final String HEADER = String.format(
      "%-22s %-16s %7s %12s %12s %10s %-8s %10s %8s %-7s %5s", "workload", "peer", "threads",
      "median", "min", "rate", "", "compile", "error", "", "others");
}
