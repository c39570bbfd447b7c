package org.tensorlogic.cli.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.DoubleStream;
import org.tensorlogic.error.Code;
import org.tensorlogic.error.Diagnostic;
import org.tensorlogic.error.FileException;

/**
 * Reads the samples of a file of {@code tl bench --json}, or of one that JMH or {@code ci/bench}
 * wrote.
 */
final class Records {

  /** The field of our records that holds the seconds of each sample. */
  static final String SAMPLES = "samples_s";

  private static final Map<String, Double> SECONDS = Map.of("ns", 1e-9, "us", 1e-6, "ms", 1e-3,
      "s", 1.0, "min", 60.0, "hr", 3600.0, "day", 86400.0);

  private final Path file;
  private final Map<Key, double[]> samples = new LinkedHashMap<>();

  private Records(Path file) {
    this.file = file;
  }

  /**
   * Returns the samples by what was timed, in the order of the file; several records of the same
   * are one.
   *
   * @throws FileException when the file cannot be read, or holds no samples
   */
  static Map<Key, Samples> read(Path file) {
    var records = new Records(file);
    JsonNode document;
    try {
      document = new JsonMapper().readTree(file.toFile());
    } catch (IOException problem) {
      throw new FileException(Diagnostic.error(Code.FILE_FORMAT, "bench: cannot read %s: %s", file,
          problem.getMessage().lines().findFirst().orElse(""))
          .hint("name a file that tl bench --json or JMH wrote"), problem);
    }
    records.list(document).forEach(records::add);
    var found = new LinkedHashMap<Key, Samples>();
    records.samples.forEach((key, values) -> found.put(key, new Samples(values)));
    return found;
  }

  /** Returns what to throw where a file of results cannot be written. */
  static FileException unwritable(Path file, IOException problem) {
    String reason = problem instanceof FileSystemException known ? known.getReason()
        : problem.getMessage();
    return new FileException(Diagnostic.error(Code.FILE_FORMAT, "bench: cannot write %s%s", file,
        reason == null ? "" : ": " + reason)
        .hint("name a file in a folder that exists and may be written"), problem);
  }

  /** The records are the document, or its part of ci/bench, or of ci/compare. */
  private JsonNode list(JsonNode document) {
    JsonNode list = document.isArray() ? document
        : document.path(document.has("ours") ? "ours" : "results");
    if (list.isEmpty()) {
      throw problem("it holds no records", "name a file that tl bench --json or JMH wrote");
    }
    return list;
  }

  private void add(JsonNode row) {
    if (row.has("benchmark")) {
      addJmh(row);
    } else {
      var key = new Key(text(row, "workload"), text(row, "peer"), row.path("threads").asInt());
      if (row.path(SAMPLES).isEmpty()) {
        throw problem("there are no samples of " + key, "measure again with tl bench --json: "
            + "medians alone do not tell a difference from chance");
      }
      add(key, numbers(row.path(SAMPLES), key));
    }
  }

  /** An iteration of JMH is a sample; parameters are part of the name, but for threads. */
  private void addJmh(JsonNode row) {
    String name = text(row, "benchmark");
    String method = name.substring(name.lastIndexOf('.', name.lastIndexOf('.') - 1) + 1);
    var parameters = new TreeMap<String, String>();
    row.path("params").properties().forEach(
        parameter -> parameters.put(parameter.getKey(), parameter.getValue().asText()));
    String threads = parameters.remove("threads");
    var key = new Key(parameters.isEmpty() ? method : method + parameters, "jmh",
        threads == null || !threads.matches("\\d{1,9}") ? row.path("threads").asInt()
            : Integer.parseInt(threads));
    JsonNode metric = row.path("primaryMetric");
    String[] unit = metric.path("scoreUnit").asText().split("/");
    boolean rate = unit[0].equals("ops");
    Double seconds = unit.length == 2 ? SECONDS.get(rate ? unit[1] : unit[0]) : null;
    if (seconds == null || metric.path("rawData").isEmpty()) {
      throw problem("there are no samples of " + key, "run JMH with -bm avgt, thrpt or ss and "
          + "-rf json: other modes keep histograms only");
    }
    for (JsonNode fork : metric.path("rawData")) {
      add(key, DoubleStream.of(numbers(fork, key))
          .map(score -> rate ? seconds / score : seconds * score).toArray());
    }
  }

  private double[] numbers(JsonNode list, Key key) {
    var numbers = new double[list.size()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = list.get(i).isNumber() ? list.get(i).asDouble() : Double.NaN;
      if (!(numbers[i] > 0) || numbers[i] == Double.POSITIVE_INFINITY) {
        throw problem("sample " + i + " of " + key + " is " + list.get(i) + ", not a time above 0",
            "measure again");
      }
    }
    return numbers;
  }

  private void add(Key key, double... more) {
    samples.merge(key, more, (before, after) ->
        DoubleStream.concat(DoubleStream.of(before), DoubleStream.of(after)).toArray());
  }

  private String text(JsonNode row, String field) {
    if (!row.path(field).isTextual()) {
      throw problem("a record has no \"" + field + "\"",
          "name a file that tl bench --json or JMH wrote");
    }
    return row.get(field).textValue();
  }

  private FileException problem(String what, String hint) {
    return new FileException(Diagnostic.error(Code.FILE_FORMAT, "bench: %s: %s", file, what)
        .hint("%s", hint));
  }
}
