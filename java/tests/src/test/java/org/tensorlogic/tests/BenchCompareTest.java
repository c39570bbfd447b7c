package org.tensorlogic.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorlogic.cli.Main;
import org.xml.sax.InputSource;

/** {@code tl bench compare}: verdicts, statistics, forms of files, reports. */
class BenchCompareTest {

  /** Eleven samples, one of them far out. */
  private static final double[] ELEVEN = {11, 10, 12, 13, 14, 15, 16, 17, 18, 19, 40};

  @TempDir
  private Path folder;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int compare(Object... words) {
    out.getBuffer().setLength(0);
    err.getBuffer().setLength(0);
    return Main.execute(new PrintWriter(out), new PrintWriter(err),
        Stream.concat(Stream.of("bench", "compare"), Stream.of(words).map(Object::toString))
            .toArray(String[]::new));
  }

  private Path file(String name, String... records) throws IOException {
    return Files.writeString(folder.resolve(name), "[" + String.join(",", records) + "]");
  }

  private static String record(String workload, double... milliseconds) {
    return "{\"workload\": \"%s\", \"peer\": \"tensorlogic\", \"threads\": 2, \"samples_s\": [%s]}"
        .formatted(workload, text(Arrays.stream(milliseconds).map(x -> x * 1e-3).toArray()));
  }

  private static String text(double... values) {
    return Arrays.stream(values).mapToObj(Double::toString).collect(Collectors.joining(", "));
  }

  /** So many samples around a value, none equal to one of another value. */
  private static double[] around(double value, int count) {
    return IntStream.range(0, count).mapToDouble(i -> value + (i - count / 2) * 1e-3).toArray();
  }

  /** The cells of the first line that begins with a word. */
  private static List<String> cells(String text, String first) {
    String line = text.lines().filter(any -> any.startsWith(first + " ")).findFirst().orElse("");
    return List.of(line.split(" {2,}"));
  }

  private String verdict(String workload) {
    return cells(out.toString(), workload).getLast();
  }

  @Test
  void onlyCertainDifferencesBeyondTheThresholdFail() throws IOException {
    Path old = file("old.json", record("a", around(10, 20)), record("b", around(10, 20)),
        record("c", around(10, 20)), record("d", 8, 12, 9, 11, 10), record("e", around(10, 3)));
    Path now = file("now.json", record("a", around(10.6, 20)), record("b", around(9.4, 20)),
        record("c", around(10.4, 20)), record("d", 10.5, 14, 9.5, 12.5, 11.5),
        record("e", around(20, 3)));
    assertThat(compare(old, now)).isEqualTo(1);
    assertThat(Stream.of("a", "b", "c", "d", "e").map(this::verdict)).containsExactly("slower",
        "faster", "no difference", "no difference", "too few samples");
    assertThat(out.toString()).endsWith("1 slower, 1 faster, 2 no difference, 1 too few samples; "
        + "a difference is more than 5.0 % of the median with p below 0.01\n");
    assertThat(compare(old, now, "--threshold", "7%")).isZero();
    assertThat(verdict("a")).isEqualTo("no difference");
    assertThat(compare(old, now, "--threshold", "3.5")).isEqualTo(1);
    assertThat(verdict("c")).isEqualTo("slower");
    assertThat(compare(old, now, "--seconds-min", "0.0105")).isEqualTo(1);
    assertThat(verdict("b")).isEqualTo("too short to judge");
    assertThat(compare(old, now, "--seconds-min", "0.03")).isZero();
  }

  /** Both deviate by 1.5811, of which 1.5 are 0.95; p is SciPy's exact one. */
  @Test
  void differencesHaveARatioAProbabilityAndAnEffect() throws IOException {
    Path old = file("old.json", record("a", 1, 2, 3, 4, 5));
    compare(old, file("now.json", record("a", 2.5, 3.5, 4.5, 5.5, 6.5)));
    assertThat(cells(out.toString(), "a")).containsExactly("a", "tensorlogic", "2", "3.000 ms",
        "4.500 ms", "1.500", "0.22", "0.95", "no difference");
    compare(old, file("now.json", record("a", 6, 7, 8, 9, 10)));
    assertThat(cells(out.toString(), "a").subList(5, 9)).containsExactly("2.667", "0.0079", "3.16",
        "slower");
  }

  /** The figures are those of NumPy 2 and, for the interval, of SciPy's binomial distribution. */
  @Test
  void reportsDescribeTheSamples() throws IOException {
    Path now = file("now.json", record("eleven", ELEVEN), record("many",
        IntStream.rangeClosed(1, 101).asDoubleStream().toArray()), record("one", 5));
    Path report = folder.resolve("report.txt");
    assertThat(compare(now, now, "--report", report)).isZero();
    String text = Files.readString(report);
    String statistics = text.substring(text.indexOf("outliers"));
    assertThat(cells(statistics, "eleven")).containsExactly("eleven", "tensorlogic", "2", "11",
        "16.82 ms", "15.00 ms", "11.00 ms", "19.00 ms", "8.208 ms", "48.8 %", "10.00 ms",
        "10.50 ms", "12.50 ms", "17.50 ms", "29.50 ms", "37.90 ms", "40.00 ms", "1");
    assertThat(cells(statistics, "many").subList(5, 8)).containsExactly("51.00 ms", "41.00 ms",
        "61.00 ms");
    assertThat(cells(statistics, "one").subList(3, 10)).containsExactly("1", "5.000 ms",
        "5.000 ms", "5.000 ms", "5.000 ms", "0.000 us", "0.0 %");
  }

  @Test
  void htmlReportsNeedNoOtherFile() throws Exception {
    Path old = file("old.json", record("<a> & b", around(10, 20)));
    Path now = file("now.json", record("<a> & b", around(12, 20)), record("new", ELEVEN));
    Path report = folder.resolve("report.html");
    assertThat(compare(old, now, "--report", report)).isEqualTo(1);
    assertThat(out.toString()).contains("not measured before: new by tensorlogic, threads 2\n");
    String html = Files.readString(report);
    assertThat(html).startsWith("<!DOCTYPE html>").doesNotContain("http").doesNotContain("src=");
    var page = DocumentBuilderFactory.newDefaultInstance().newDocumentBuilder()
        .parse(new InputSource(new StringReader(html)));
    assertThat(page.getElementsByTagName("table").getLength()).isEqualTo(2);
    assertThat(page.getElementsByTagName("svg").getLength()).isEqualTo(2);
    assertThat(page.getElementsByTagName("td").item(0).getTextContent()).isEqualTo("<a> & b");
    assertThat(html).contains("<td class=\"slower\">slower</td>");
    String points = page.getElementsByTagName("polyline").item(0).getAttributes()
        .getNamedItem("points").getTextContent();
    assertThat(points.split(" ")).hasSize(20);
  }

  private static String jmh(String benchmark, String mode, String unit, String params,
      double... scores) {
    return """
        {"benchmark": "org.x.%s", "mode": "%s", "threads": 1, %s
         "primaryMetric": {"scoreUnit": "%s", "rawData": [[%s], [%s]]}}""".formatted(benchmark,
        mode, params, unit, text(Arrays.copyOf(scores, 3)),
        text(Arrays.copyOfRange(scores, 3, scores.length)));
  }

  /** Forks are joined, rates turned into seconds, and files of the build are read as JMH's are. */
  @Test
  void readsResultsOfJmh() throws IOException {
    double[] micros = {100, 110, 120, 130, 140, 150};
    double[] rates = DoubleStream.of(micros).map(x -> 1e3 / x / 2).toArray(); // a millisecond
    Path old = file("old.json", jmh("Matmul.run", "avgt", "us/op",
        "\"params\": {\"threads\": \"2\", \"extent\": \"64\"},", micros));
    Path now = folder.resolve("now.json");
    Files.writeString(now, "{\"commit\": \"x\", \"results\": [" + jmh("Matmul.run", "thrpt",
        "ops/ms", "\"params\": {\"threads\": \"2\", \"extent\": \"64\"},", rates) + "]}");
    assertThat(compare(old, now)).isEqualTo(1);
    assertThat(cells(out.toString(), "Matmul.run{extent=64}")).startsWith("Matmul.run{extent=64}",
        "jmh", "2", "125.0 us", "250.0 us", "2.000").endsWith("slower");
    Path histogram = file("sample.json", jmh("Matmul.run", "sample", "us", "", micros));
    assertThat(compare(histogram, now)).isEqualTo(1);
    assertThat(err.toString()).contains("no samples of Matmul.run by jmh").contains("-bm avgt");
  }

  @Test
  void filesThatCannotBeComparedSaySo() throws IOException {
    Path good = file("good.json", record("a", ELEVEN));
    Path medians = Files.writeString(folder.resolve("medians.json"), "{\"ours\": [{\"workload\": "
        + "\"a\", \"peer\": \"tensorlogic\", \"threads\": 1, \"median_s\": 1}], \"peers\": []}");
    Path broken = Files.writeString(folder.resolve("broken.json"), "[{");
    refused("there are no samples of a by tensorlogic, threads 1", "tl bench --json", medians,
        good);
    refused("cannot read", "tl bench --json", good, broken);
    refused("cannot read", "tl bench --json", good, folder.resolve("missing.json"));
    refused("it holds no records", "JMH", good, file("empty.json"));
    refused("a record has no \"workload\"", "JMH", good, file("other.json", "{}"));
    refused("sample 1 of a by tensorlogic, threads 2 is 0.0", "measure again", good,
        file("zero.json", record("a", 1, 0)));
    refused("has nothing in common", "the same workloads", good,
        file("others.json", record("b", ELEVEN)));
    refused("cannot write", "a folder that exists", good, good, "--report",
        folder.resolve("missing").resolve("report.txt"));
    assertThat(compare(good)).isEqualTo(2);
    assertThat(compare(good, good, "--threshold", "-1")).isEqualTo(2);
    assertThat(compare(good, good, "--seconds-min", "-1")).isEqualTo(2);
  }

  private void refused(String what, String hint, Object... words) {
    assertThat(compare(words)).isEqualTo(1);
    assertThat(err.toString()).startsWith("error E010: bench: ").contains(what).contains("hint: ")
        .contains(hint).doesNotContain("Exception");
  }
}
