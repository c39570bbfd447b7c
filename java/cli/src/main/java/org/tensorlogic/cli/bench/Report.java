package org.tensorlogic.cli.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.tensorlogic.engine.Version;
import org.tensorlogic.tuning.RankTest;

/**
 * Statistics of a measurement and what became of an earlier one, as text or as one HTML file that
 * needs no other.
 *
 * @param measured what was measured
 * @param compared what came of an earlier measurement; empty without one
 */
record Report(Map<Key, Samples> measured, List<Comparison> compared) {

  private static final int WIDTH = 160;
  private static final int HEIGHT = 24;
  private static final String STYLE = """
      body { font: 14px sans-serif; margin: 2em; color: #222; background: #fff }
      table { border-collapse: collapse }
      td, th { padding: 2px 8px; text-align: right; white-space: nowrap }
      td:nth-child(-n+2), th:nth-child(-n+2) { text-align: left }
      tr:nth-child(even) { background: #f3f3f3 }
      .slower { color: #b00020; font-weight: bold }
      .faster { color: #006b3c; font-weight: bold }
      polyline { fill: none; stroke: #36c }
      line { stroke: #999 }
      """;

  /** Writes HTML where the file's name ends in {@code .html}, text otherwise. */
  void write(Path file) {
    try {
      Files.writeString(file, file.toString().endsWith(".html") ? html() : text());
    } catch (IOException problem) {
      throw Records.unwritable(file, problem);
    }
  }

  /** Returns the comparison, if there is one, then the statistics. */
  String text() {
    return (compared.isEmpty() ? "" : Table.comparison(compared).text() + "\n")
        + Table.statistics(measured).text() + "\n" + machine() + "\n";
  }

  private String html() {
    List<String> drawings = measured.values().stream().map(Report::drawing).toList();
    return "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n"
        + "<title>tl bench</title>\n<style>\n" + STYLE + "</style>\n</head>\n<body>\n"
        + (compared.isEmpty() ? "" : "<h1>Before and after</h1>\n"
            + Table.comparison(compared).html(List.of()))
        + "<h1>Statistics</h1>\n<p>" + Table.escaped(machine()) + ". Drawings show the samples in "
        + "the order in which they were taken, between the least and the largest, beside the "
        + "median.</p>\n" + Table.statistics(measured).html(drawings) + "</body>\n</html>\n";
  }

  /** A machine that drifts or has a slow mode shows here, in no number. */
  private static String drawing(Samples samples) {
    double[] taken = samples.taken();
    double range = Math.max(samples.max() - samples.min(), Double.MIN_NORMAL);
    var points = new StringBuilder();
    for (int i = 0; i < taken.length; i++) {
      points.append(String.format(Locale.ROOT, "%.1f,%.1f ",
          WIDTH * (i + 0.5) / taken.length, HEIGHT * (samples.max() - taken[i]) / range));
    }
    double median = HEIGHT * (samples.max() - samples.median()) / range;
    return String.format(Locale.ROOT, "<svg width=\"%d\" height=\"%d\"><line x1=\"0\" x2=\"%d\" "
        + "y1=\"%.1f\" y2=\"%.1f\"/><polyline points=\"%s\"/></svg>", WIDTH, HEIGHT, WIDTH, median,
        median, points.toString().strip());
  }

  private static String machine() {
    return "tensorlogic %s, Java %s, %s %s, %d processors".formatted(Version.TEXT,
        Runtime.version(), System.getProperty("os.name"), System.getProperty("os.arch"),
        Runtime.getRuntime().availableProcessors());
  }

  /** Returns how many rows came to each verdict, a line. */
  static String summary(List<Comparison> compared, Comparison.Terms terms) {
    var counts = compared.stream().collect(
        Collectors.groupingBy(Comparison::verdict, Collectors.counting()));
    String verdicts = Arrays.stream(Comparison.Verdict.values()).filter(counts::containsKey)
        .map(verdict -> counts.get(verdict) + " " + verdict.text)
        .collect(Collectors.joining(", "));
    return verdicts + "; a difference is more than %s %% of the median with p below %s"
        .formatted((float) (terms.threshold() * 100), RankTest.PROBABILITY_MAX);
  }
}
