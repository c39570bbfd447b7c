package org.tensorlogic.tests;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
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
      assertThat(record.get("repeats").asInt()).isGreaterThanOrEqualTo(7);
      assertThat(record.get("min_s").asDouble()).isPositive()
          .isLessThanOrEqualTo(record.get("median_s").asDouble());
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
  }
}
