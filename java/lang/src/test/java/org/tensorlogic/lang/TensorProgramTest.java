package org.tensorlogic.lang;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorlogic.engine.Engine;
import org.tensorlogic.error.ProgramException;

/** Files, settings, parameters, single queries, and the texts about a program. */
class TensorProgramTest {
  @TempDir Path folder;

  private List<Answer> run(String text, Map<String, String> settings, long seed) {
    var options = new ProgramOptions(settings, seed, 100, 1e-6);
    try (Engine engine = Programs.engine()) {
      return TensorProgram.parse("p.tl", text, folder, options).run(engine);
    }
  }

  private double[] values(String text, Map<String, String> settings, long seed) {
    return ((Answer.Values) run(text, settings, seed).getFirst()).values();
  }

  @Test
  void whatIsWrittenCanBeReadAgain() throws IOException {
    run("A[0,1] = 2.5\nA[1,0] = -1\nR(Bob, Ann)\nR(Ann, Cid)\n\"a.npy\" = A\n\"a.tsv\" = A\n"
        + "\"r.tsv\" = R\n", Map.of(), 0);
    assertThat(values("B = \"a.npy\"\nB?", Map.of(), 0)).containsExactly(0, 2.5, -1, 0);
    assertThat(values("B = \"a.tsv\"\nB?", Map.of(), 0)).containsExactly(0, 2.5, -1, 0);
    assertThat(((Answer.Bindings) run("S = \"r.tsv\"\nS(x, y)?", Map.of(), 0).getFirst())
        .bindings()).containsExactly(List.of("Ann", "Cid"), List.of("Bob", "Ann"));
    assertThat(Files.exists(folder.resolve("a.npy"))).isTrue();
  }

  @Test
  void textBecomesPositionsAndTokens() throws IOException {
    Files.writeString(folder.resolve("t.txt"), "to be or\nnot to be");
    assertThat(((Answer.Bindings) run("M = \"t.txt\"\nM(p, \"to\")?", Map.of(), 0).getFirst())
        .bindings()).containsExactly(List.of("0"), List.of("4"));
  }

  @Test
  void settingsReplaceScalarsAndExtents() {
    String text = "T = 3\nT = 4\ndomain i = 2\nY[i] = T + i\nY?\n";
    assertThat(values(text, Map.of(), 0)).containsExactly(7, 8);
    assertThat(values(text, Map.of("T", "0.5", "i", "3"), 0)).containsExactly(0.5, 1.5, 2.5);
  }

  @Test
  void anUnknownSettingIsAnErrorWithASuggestion() {
    assertThatThrownBy(() -> run("Temperature = 3\n", Map.of("Temperatur", "1"), 0))
        .isInstanceOf(ProgramException.class)
        .hasMessageContaining("nothing named 'Temperatur'")
        .hasMessageContaining("did you mean 'Temperature'?");
    assertThatThrownBy(() -> run("T = 3\n", Map.of("T", "warm"), 0))
        .hasMessageContaining("cannot be set to 'warm'");
    assertThatThrownBy(() -> run("domain i = 3\n", Map.of("i", "-1"), 0))
        .hasMessageContaining("cannot be set to '-1'");
  }

  @Test
  void parametersStartFromTheirDistribution() {
    String normal = "domain i = 1000\nparam W[i] ~ normal(2, 0.5)\nW?\n";
    double[] first = values(normal, Map.of(), 1);
    assertThat(first).isEqualTo(values(normal, Map.of(), 1));
    assertThat(first).isNotEqualTo(values(normal, Map.of(), 2));
    double mean = Arrays.stream(first).average().orElseThrow();
    double variance = Arrays.stream(first).map(x -> (x - mean) * (x - mean)).sum() / 1000;
    assertThat(mean).isBetween(1.95, 2.05);
    assertThat(Math.sqrt(variance)).isBetween(0.45, 0.55);
    assertThat(Arrays.stream(
        values("domain i = 500\nparam W[i] ~ uniform(3, 4)\nW?\n", Map.of(), 1)))
        .allMatch(x -> x >= 3 && x < 4);
    assertThat(values("domain i = 3\nparam W[i] ~ ones\nW?\n", Map.of(), 1))
        .containsExactly(1, 1, 1);
    assertThat(values("domain i = 3\nparam W[i] ~ zeros\nW?\n", Map.of(), 1))
        .containsExactly(0, 0, 0);
    double[] glorot =
        values("domain i = 30\ndomain j = 24\nparam W[i,j] ~ glorot\nW?\n", Map.of(), 1);
    double bound = Math.sqrt(6.0 / 54);
    assertThat(Arrays.stream(glorot)).allMatch(x -> Math.abs(x) <= bound);
    assertThat(Arrays.stream(glorot).max().orElseThrow()).isGreaterThan(0.9 * bound);
  }

  @Test
  void aQueryCanBeAskedFromOutside() {
    TensorProgram program = Programs.parse("P(Ann, Bob)\nP(Bob, Cid)\nP(x, y)?\n");
    try (Engine engine = Programs.engine()) {
      assertThat(program.run(engine, "P(x, Cid)"))
          .containsExactly(
              new Answer.Bindings("P(x, Cid)", List.of("x"), List.of(List.of("Bob"))));
      assertThat(program.run(engine, "P(Ann, Nobody)?"))
          .containsExactly(new Answer.Truth("P(Ann, Nobody)", false));
    }
  }

  @Test
  void onlyWhatAQueryNeedsIsComputed() {
    TensorProgram program =
        Programs.parse("B[0] = 1\nX[i] = 2 * X[i] + B[i]\nY[i] = 3 * B[i]\nY?\n");
    try (Engine engine = Programs.engine()) {
      assertThat(((Answer.Values) program.run(engine).getFirst()).values()).containsExactly(3);
    }
  }

  @Test
  void plansAndDescriptions() {
    TensorProgram program = Programs.parse("""
        E(0, 1)
        P(x, y) <- E(x, y)
        P(x, z) <- P(x, y), E(y, z)
        N(x, y) <- E(x, _), E(_, y), not P(x, y)
        N(x, y)?
        """);
    assertThat(program.describe())
        .contains("E : bool[", "1 facts")
        .contains("P (recursive, to its fixpoint), stratum 0, 2 equations")
        .contains("N, stratum 1, 1 equation\n");
    try (Engine engine = Programs.engine()) {
      assertThat(program.explain(engine)).contains("repeat", "FLOP", "workspace", "p.tl:3");
    }
  }

  @Test
  void warningsNameThePlace() {
    assertThat(Programs.parse("P(x) <- Qq(x)\nP(x)?\n").warnings())
        .singleElement()
        .asString()
        .contains("p.tl:1", "Qq is never defined");
  }
}
