package org.tensorlogic.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorlogic.cli.Main;
import org.tensorlogic.engine.Engine;
import org.tensorlogic.engine.EngineConfig;
import org.tensorlogic.engine.Tuning;
import org.tensorlogic.engine.Version;
import org.tensorlogic.error.KernelException;
import org.tensorlogic.ir.Graph;
import org.tensorlogic.ir.GraphBuilder;
import org.tensorlogic.ir.Ops;
import org.tensorlogic.kernel.Choice;
import org.tensorlogic.plan.KernelRegistry;
import org.tensorlogic.tuning.Effort;
import org.tensorlogic.tuning.Finding;
import org.tensorlogic.tuning.TuningFile;
import org.tensorlogic.tuning.TuningTable;
import org.tensorlogic.type.DType;

/** A table of measured choices changes which kernel runs, how it is explained, and nothing else. */
class TuningTest {

  @TempDir
  private Path folder;

  private TuningFile file;

  @BeforeEach
  void prepare() {
    file = new TuningFile(folder, Version.TEXT);
  }

  /** Takes in all cells the candidate that is not the default. */
  private void takeTheOthers() {
    var findings = new ArrayList<Finding>();
    for (Choice choice : KernelRegistry.load(null).choices()) {
      for (String cell : choice.cells()) {
        String other = choice.candidates().stream()
            .filter(candidate -> !candidate.equals(choice.byDefault(cell))).findFirst()
            .orElseThrow();
        findings.add(new Finding(choice.name(), cell, other, 0.5, 0));
      }
    }
    assertThat(findings).as("the native library is missing").hasSize(180);
    file.write(new TuningTable(file.host(), findings.size(), findings));
  }

  private Engine engine(int threads) {
    return Engine.create(EngineConfig.defaults().withThreads(threads).withTuningFolder(folder));
  }

  private static Graph product(long extent) {
    var builder = new GraphBuilder();
    return builder.build(Ops.matmul(builder.input("a", DType.F32, extent, extent),
        builder.input("b", DType.F32, extent, extent)));
  }

  private static String explained(Engine engine, long extent) {
    return engine.explain(product(extent)).lines().filter(line -> line.contains("contract"))
        .findFirst().orElseThrow();
  }

  @Test
  void aTableChangesTheKernelAndIsNamed() {
    double[] expected;
    String before;
    try (var engine = engine(2)) {
      before = explained(engine, 100);
      assertThat(before).doesNotContain("tuning");
      assertThat(engine.capabilities().tuning())
          .isEqualTo("defaults; tl tune measures this machine");
      expected = Engines.runOnRandom(product(100), engine, 5);
    }
    takeTheOthers();
    try (var engine = engine(2)) {
      assertThat(explained(engine, 100))
          .contains("by native (openblas by tuning, as for 64x64x64)")
          .doesNotContain(before.strip().split(" +")[1] + " ");
      assertThat(engine.capabilities().tuning())
          .isEqualTo("180 of 180 cells are not the default, by " + file.path());
      assertThat(engine.capabilities().summary()).contains("\ntuning: 180 of 180 cells");
      double[] found = Engines.runOnRandom(product(100), engine, 5);
      for (int i = 0; i < found.length; i++) {
        // Both sum 100 products of at most 2 x 2 in f32, in different orders.
        assertThat(found[i]).isCloseTo(expected[i], within(100 * 400 * Math.pow(2, -24)));
      }
    }
    try (var engine = Engine.create(EngineConfig.defaults().withTuningFolder(null))) {
      assertThat(explained(engine, 100)).doesNotContain("tuning");
      assertThat(engine.capabilities().tuning()).isEqualTo("off");
    }
  }

  @Test
  void underOneTableBitsDoNotDependOnThreads() {
    takeTheOthers();
    for (long extent : new long[] {70, 300, 700}) {
      double[] expected = null;
      for (int threads : new int[] {1, 2, 3, 8}) {
        try (var engine = engine(threads)) {
          double[] found = Engines.runOnRandom(product(extent), engine, 5);
          expected = expected == null ? found : expected;
          assertThat(found).as("%d with %d threads", extent, threads).isEqualTo(expected);
        }
      }
    }
  }

  @Test
  void aDamagedTableOnlyLeavesANote() throws IOException {
    takeTheOthers();
    Files.writeString(file.path(), "format: 1\n");
    try (var engine = engine(1)) {
      assertThat(engine.capabilities().tuning()).isEqualTo("defaults; ignored " + file.path()
          + ": it does not tell cpu: run tl tune again, or tl tune --reset");
      assertThat(explained(engine, 100)).doesNotContain("tuning");
    }
  }

  /** Measures real kernels until the second cell is done. */
  @Test
  void whatIsCancelledWritesNothing() {
    var told = new ArrayList<String>();
    assertThatThrownBy(() -> Tuning.run(
        EngineConfig.defaults().withThreads(2).withTuningFolder(folder), Effort.QUICK,
        (done, cells, what, _) -> {
          told.add(done + " of " + cells + " " + what.split("_")[0]);
          if (done == 2) {
            Thread.currentThread().interrupt();
          }
        })).isInstanceOf(KernelException.class)
        .hasMessageContaining("the run was cancelled");
    assertThat(told).containsExactly("1 of 180 product", "2 of 180 product");
    assertThat(folder).isEmptyDirectory();
  }

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int tune(String... options) {
    var words = new ArrayList<>(List.of("tune", "--tuning", folder.toString()));
    words.addAll(List.of(options));
    out.getBuffer().setLength(0);
    return Main.execute(new PrintWriter(out), new PrintWriter(err),
        words.toArray(String[]::new));
  }

  @Test
  void theCommandShowsAndForgets() throws IOException {
    assertThat(tune("--show")).isZero();
    assertThat(out).hasToString("defaults: there is no " + file.path() + "\n");
    takeTheOthers();
    assertThat(tune("--show")).isZero();
    assertThat(out.toString()).startsWith("180 of 180 cells take another candidate than the "
        + "default\n").contains(" 64x64x64: openblas saves 50 % (p 0.0e+00)\n");
    Files.writeString(file.path(), "nonsense");
    assertThat(tune("--show")).isEqualTo(1);
    assertThat(err.toString()).contains("line 1 is not \"name: value\"").contains("hint: ");
    assertThat(tune("--reset")).isZero();
    assertThat(out).hasToString("deleted " + file.path() + "\n");
    assertThat(tune("--reset")).isZero();
    assertThat(out).hasToString("there was no " + file.path() + "\n");
  }

  @Test
  void theCommandRefusesWhatMakesNoSense() {
    assertThat(tune("--show", "--reset")).isEqualTo(2);
    assertThat(Main.execute(new PrintWriter(out), new PrintWriter(err), "tune", "--tuning",
        "off")).isEqualTo(2);
  }
}
