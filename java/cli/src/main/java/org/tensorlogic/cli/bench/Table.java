package org.tensorlogic.cli.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Titles over rows of cells; the first two columns are names, the others numbers or verdicts. */
final class Table {

  private static final int NAMES = 2;

  private final List<String> titles;
  private final List<List<String>> rows = new ArrayList<>();

  private Table(String... titles) {
    this.titles = List.of(titles);
  }

  /** Describes samples, a row for each measurement. */
  static Table statistics(Map<Key, Samples> measured) {
    var table = new Table("workload", "peer", "threads", "samples", "mean", "median", "95 % from",
        "to", "deviation", "cv", "min", "p5", "p25", "p75", "p95", "p99", "max", "outliers");
    measured.forEach((key, x) -> {
      Samples.Interval interval = x.medianInterval();
      table.rows.add(List.of(key.workload(), key.peer(), "" + key.threads(), "" + x.count(),
          time(x.mean()), time(x.median()), time(interval.low()), time(interval.high()),
          time(x.deviation()), percent(x.variation()), time(x.min()), time(x.percentile(5)),
          time(x.percentile(25)), time(x.percentile(75)), time(x.percentile(95)),
          time(x.percentile(99)), time(x.max()), "" + x.outliers()));
    });
    return table;
  }

  /** Shows what became of each measurement. */
  static Table comparison(List<Comparison> compared) {
    var table = new Table("workload", "peer", "threads", "before", "after", "ratio", "p",
        "Cohen's d", "verdict");
    for (Comparison row : compared) {
      table.rows.add(List.of(row.key().workload(), row.key().peer(), "" + row.key().threads(),
          time(row.before().median()), time(row.after().median()),
          String.format(Locale.ROOT, "%.3f", row.ratio()),
          String.format(Locale.ROOT, "%.2g", row.probability()),
          String.format(Locale.ROOT, "%.2f", row.effect()), row.verdict().text));
    }
    return table;
  }

  /** Returns seconds in the unit that suits them. */
  static String time(double seconds) {
    double scale = seconds < 1e-3 ? 1e6 : seconds < 1 ? 1e3 : 1;
    return String.format(Locale.ROOT, "%.4g %s", seconds * scale,
        seconds < 1e-3 ? "us" : seconds < 1 ? "ms" : "s");
  }

  private static String percent(double part) {
    return String.format(Locale.ROOT, "%.1f %%", part * 100);
  }

  /** Returns lines whose columns stand below each other. */
  String text() {
    int[] widths = IntStream.range(0, titles.size()).map(column -> Math.max(
        titles.get(column).length(), rows.stream().mapToInt(row -> row.get(column).length())
            .max().orElse(0))).toArray();
    var text = new StringBuilder(line(titles, widths));
    rows.forEach(row -> text.append(line(row, widths)));
    return text.toString();
  }

  private static String line(List<String> cells, int... widths) {
    return IntStream.range(0, widths.length).mapToObj(column -> {
      String gap = " ".repeat(widths[column] - cells.get(column).length());
      return column < NAMES ? cells.get(column) + gap : gap + cells.get(column);
    }).collect(Collectors.joining("  ")).stripTrailing() + "\n";
  }

  /** Returns the table in HTML; a drawing stands at the end of each row, if there are any. */
  String html(List<String> drawings) {
    var html = new StringBuilder("<table>\n<tr>");
    titles.forEach(title -> html.append("<th>").append(escaped(title)).append("</th>"));
    html.append("</tr>\n");
    for (int i = 0; i < rows.size(); i++) {
      html.append("<tr>");
      rows.get(i).forEach(cell -> html.append(marked(cell) ? "<td class=\"" + cell + "\">" : "<td>")
          .append(escaped(cell)).append("</td>"));
      if (!drawings.isEmpty()) {
        html.append("<td>").append(drawings.get(i)).append("</td>");
      }
      html.append("</tr>\n");
    }
    return html.append("</table>\n").toString();
  }

  private static boolean marked(String cell) {
    return cell.equals(Comparison.Verdict.SLOWER.text)
        || cell.equals(Comparison.Verdict.FASTER.text);
  }

  /** Returns text that HTML shows as it is. */
  static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        .replace("\"", "&quot;");
  }
}
