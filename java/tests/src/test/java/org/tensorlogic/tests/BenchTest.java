package org.tensorlogic.tests;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorlogic.cli.Main;

/** {@code tl bench}: results are checked before they are timed, records have the peers' form. */
class BenchTest {

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int bench(String... options) {
    var words = new String[options.length + 1];
    words[0] = "bench";
    System.arraycopy(options, 0, words, 1, options.length);
    return Main.execute(new PrintWriter(out), new PrintWriter(err), words);
  }

  @Test
  void recordsHaveThePeersForm(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("records.json");
    int code = bench("--workloads", "small_graph,ew_chain_10k", "--threads", "1", "--json",
        file.toString());
    assertThat(code).as(err.toString()).isZero();
    assertThat(out.toString()).contains("small_graph").doesNotContain("WRONG");
    JsonNode records = new ObjectMapper().readTree(file.toFile());
    assertThat(records).hasSize(4); // each with fresh results and with results in given memory
    for (JsonNode record : records) {
      var fields = new HashSet<String>();
      record.fieldNames().forEachRemaining(fields::add);
      assertThat(fields).containsAll(Set.of("workload", "peer", "threads", "median_s", "min_s",
          "max_s", "repeats", "calls_per_repeat", "unit", "rate", "best_rate", "compile_s",
          "first_s", "error", "correct", "other_cpu", "steal_cpu"));
      assertThat(record.get("repeats").asInt()).isBetween(7, 101)
          .isEqualTo(record.get("samples_s").size());
      assertThat(record.get("min_s").asDouble()).isPositive()
          .isLessThanOrEqualTo(record.get("median_s").asDouble());
    }
  }

  @Test
  void wrongResultsWouldBeSeenWithoutTiming() {
    assertThat(bench("--check", "--threads", "2", "--workloads",
        "closure_dense,mlp_loss_fwd,mlp_loss_vjp,small_graph")).as(out.toString()).isZero();
    assertThat(out.toString()).contains("closure_dense right within 0.0e+00\n")
        .containsPattern("mlp_loss_vjp right within \\d.\\de-0[789]\n");
  }

  @Test
  void thoroughRunsTakeMoreSamples(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("records.json");
    assertThat(bench("--thorough", "--workloads", "ew_chain_10k", "--threads", "1", "--json",
        file.toString())).as(err.toString()).isZero();
    assertThat(new ObjectMapper().readTree(file.toFile()).findValuesAsText("repeats"))
        .containsOnly("200");
  }

  /** The earlier file says that all took a hundredth, or a hundred times, of what it did. */
  @Test
  void regressionsFail(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("records.json");
    String[] words = {"--quick", "--workloads", "ew_chain_10k", "--threads", "1", "--json",
        file.toString(), "--statistics"};
    assertThat(bench(words)).as(err.toString()).isZero();
    // Two graphs are alike, of which the second is bound: one is compiled and planned.
    assertThat(out.toString()).contains("outliers").containsPattern("\n1 threads: shared tiles 0, "
        + ".*; 0 sleeps\n  memory: [1-9]\\d* bytes in use at most, [1-9].* held, \\d+ in "
        + "constants; [1-9].*\n  compiled: 1 graphs in .*, 9 nodes -> \\d; 1 plans in ");
    for (double factor : new double[] {0.01, 100}) {
      JsonNode records = new ObjectMapper().readTree(file.toFile());
      for (JsonNode record : records) {
        assertThat(record.get("samples_s")).hasSize(20);
        ArrayNode samples = ((ObjectNode) record).putArray("samples_s");
        for (int i = 0; i < 20; i++) {
          samples.add(record.get("median_s").asDouble() * factor * (1 + i * 1e-3));
        }
      }
      Path old = Files.writeString(folder.resolve("old.json"), records.toString());
      out.getBuffer().setLength(0);
      int code = bench("--quick", "--workloads", "ew_chain_10k", "--threads", "1", "--baseline",
          old.toString());
      assertThat(code).as(err.toString()).isEqualTo(factor < 1 ? 1 : 0);
      assertThat(out.toString()).contains(factor < 1 ? "2 slower; " : "2 faster; ");
    }
  }

  @Test
  void neighboursAreBusyWhileTiming(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("records.json");
    var seen = new AtomicBoolean();
    var done = new AtomicBoolean();
    Thread observer = Thread.ofPlatform().start(() -> {
      while (!done.get()) {
        if (neighbours() == 2) {
          seen.set(true);
        }
        LockSupport.parkNanos(1_000_000);
      }
    });
    assertThat(bench("--quick", "--workloads", "small_graph", "--threads", "1", "--neighbours",
        "2", "--json", file.toString())).as(err.toString()).isZero();
    done.set(true);
    observer.join();
    assertThat(seen).isTrue();
    await(() -> neighbours() == 0);
    assertThat(new ObjectMapper().readTree(file.toFile()).findValuesAsText("neighbours"))
        .containsOnly("2");
  }

  private static long neighbours() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith("neighbour-")).count();
  }

  private static void await(BooleanSupplier condition) {
    long end = System.nanoTime() + 20_000_000_000L;
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).isLessThan(end);
      LockSupport.parkNanos(1_000_000);
    }
  }

  /** Where a peer's model holds its weights, so does one of ours. */
  @Test
  void modelsHoldTheirParameters(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("records.json");
    int code = bench("--workloads", "mlp_infer_b256", "--threads", "1", "--json", file.toString());
    assertThat(code).as(err.toString()).isZero();
    JsonNode records = new ObjectMapper().readTree(file.toFile());
    assertThat(records.findValuesAsText("peer")).containsExactly("tensorlogic", "tensorlogic:out",
        "tensorlogic:constant");
    assertThat(records.findValuesAsText("correct")).containsOnly("true");
  }

  /** All graphs are built and planned; what runs on plain Java would make a poor figure. */
  @Test
  void everyWorkloadRunsOnNativeKernels() {
    assertThat(bench("--explain", "--threads", "1")).as(err.toString()).isZero();
    assertThat(out.toString()).contains("softmax_4096").contains("fused_rows_f32")
        .doesNotContain("by reference");
  }

  @Test
  void wrongUseIsToldApart() {
    assertThat(bench("--workloads", "matmul_3")).isEqualTo(2);
    assertThat(err.toString()).contains("no workload \"matmul_3\"").contains("--list");
    assertThat(bench("--threads", "0")).isEqualTo(2);
    assertThat(bench("--neighbours", "-1")).isEqualTo(2);
    assertThat(bench("--threshold", "much")).isEqualTo(2);
    assertThat(bench("--quick", "--thorough")).isEqualTo(2);
    assertThat(err.toString()).contains("--neighbours -1 is outside 0 to ")
        .contains("--threshold much is no number of percent").contains("exclude each other");
  }
}
