package org.tensorlogic.tests;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorlogic.cli.Main;
import org.tensorlogic.engine.Version;
import org.tensorlogic.io.Npy;
import org.tensorlogic.type.DType;
import org.tensorlogic.type.TensorType;

/** The command line: exit codes, what goes to which stream, and the form of the results. */
class CliTest {

  @TempDir
  private Path folder;

  private record Outcome(int code, String out, String err) {}

  private static Outcome tl(Object... words) {
    var out = new StringWriter();
    var err = new StringWriter();
    int code = Main.execute(new PrintWriter(out), new PrintWriter(err),
        Stream.of(words).map(Object::toString).toArray(String[]::new));
    return new Outcome(code, out.toString(), err.toString());
  }

  static Stream<List<String>> wrongUses() {
    return Stream.of(List.of(), List.of("dance"), List.of("run"),
        List.of("run", "a.tl", "--threads", "0"), List.of("run", "a.tl", "--set", "x"),
        List.of("run", "a.tl", "--provider", "abacus"),
        List.of("run", "a.tl", "--tolerance", "-1"),
        List.of("run", "a.tl", "--einsum-bytes-max", "-1"),
        List.of("run", "a.tl", "--schedule", "fastest"),
        List.of("einsum", "ij->ji", "a.npy"), List.of("einsum", "-o", "b.npy"),
        List.of("einsum", "i->", "a.npy", "-o", "b.npy", "--semiring", "min-max"),
        List.of("explain", "--einsum", "i->"), List.of("profile"),
        List.of("profile", "a.tl", "--runs", "0"),
        List.of("explain", "--einsum", "i->", "--shapes", "two"));
  }

  @ParameterizedTest
  @MethodSource("wrongUses")
  void wrongUseIsExitCodeTwo(List<String> words) {
    Outcome outcome = tl(words.toArray());
    assertThat(outcome.code()).isEqualTo(2);
    assertThat(outcome.out()).isEmpty();
    assertThat(outcome.err()).startsWith("error: ").contains("usage: tl");
  }

  @Test
  void einsumsStayWithinTheBytesGiven() {
    Object[] words = {"explain", "--einsum", "ij,jk,kl->il", "--shapes", "2,2", "2,2", "2,2",
        "--einsum-bytes-max", "15"};
    Outcome refused = tl(words);
    assertThat(refused.code()).isEqualTo(1);
    assertThat(refused.err()).contains("a limit of 16 bytes allows that order");
    words[words.length - 1] = "16";
    assertThat(tl(words).code()).isZero();
  }

  /** Two products that do not depend on each other, and a third one. */
  @Test
  void schedulesSayWhatRunsSideBySide() {
    Object[] words = {"explain", "--einsum", "ij,jk,kl,lm->im", "--shapes", "2,64", "64,2", "2,64",
        "64,2", "--schedule", "sequential"};
    assertThat(tl(words).out()).contains("3 steps, ");
    words[words.length - 1] = "max_parallelism";
    assertThat(tl(words).out()).contains("3 steps in 2 stages, ");
    words[words.length - 1] = "fastest";
    assertThat(tl(words).err()).contains("--schedule", "MAX_PARALLELISM", "fastest");
  }

  @Test
  void failuresAreExitCodeOneWithoutStackTrace() throws Exception {
    var program = Files.writeString(folder.resolve("bad.tl"), "Parent(Alice\n");
    for (Outcome outcome : new Outcome[] {tl("run", program), tl("check", program),
        tl("run", folder.resolve("missing.tl")),
        tl("einsum", "i->i", folder.resolve("missing.npy"), "-o", folder.resolve("b.npy")),
        tl("einsum", "i->j", folder.resolve("missing.npy"), "-o", folder.resolve("b.npy"))}) {
      assertThat(outcome.code()).isEqualTo(1);
      assertThat(outcome.out()).isEmpty();
      assertThat(outcome.err()).startsWith("error E").contains("hint: ")
          .doesNotContain("\tat ").doesNotContain("Exception");
    }
  }

  @Test
  void versionAndHelp() {
    assertThat(tl("--version")).isEqualTo(new Outcome(0, "tensorlogic " + Version.TEXT + "\n", ""));
    for (String command : new String[] {"run", "check", "explain", "profile", "einsum", "tune",
        "info"}) {
      Outcome help = tl(command, "--help");
      assertThat(help.code()).isZero();
      assertThat(help.out()).startsWith("Usage: tl " + command).contains("--help");
      assertThat(tl("--help").out()).contains("\n  " + command);
    }
  }

  @Test
  void infoNamesTheProviders() throws Exception {
    JsonNode info = new ObjectMapper().readTree(tl("info", "--json").out());
    assertThat(info.get("providers").has("reference")).isTrue();
    assertThat(info.get("version").textValue()).isEqualTo(Version.TEXT);
    assertThat(tl("info", "--threads", "3").out()).contains("threads: 3\n").contains("caches: L1 ")
        .contains("numa: none\n");
    assertThat(tl("info", "--numa", "interleave").out()).containsPattern(
        "numa: interleave( over \\d+ nodes|, without effect: there is one memory node)\n");
  }

  @Test
  void explainPrintsTheOrderOfContractions() {
    Outcome outcome = tl("explain", "--einsum", "ij,jk,k->i", "--shapes", "64,32", "32,16", "16");
    assertThat(outcome.code()).isZero();
    assertThat(outcome.out()).contains("5120 FLOP");
  }

  @Test
  void profileTimesTheStepsOfAProgram() throws Exception {
    Path program = Project.file("examples/shortest_paths.tl");
    JsonNode profile = new ObjectMapper().readTree(
        tl("profile", program, "--runs", 3, "--json").out());
    assertThat(profile.get("count").intValue()).isEqualTo(3);
    assertThat(profile.get("steps")).isNotEmpty().allSatisfy(step -> {
      assertThat(step.get("nanos").longValue()).isPositive();
      assertThat(step.get("share").doubleValue()).isBetween(0.0, 1.0);
    });
    assertThat(profile.get("steps").findValues("body")).anyMatch(body -> !body.isEmpty());
    Outcome table = tl("profile", program, "--runs", 3);
    assertThat(table.code()).isZero();
    assertThat(table.out()).startsWith("3 runs, median ").contains("GFLOP/s", "repeat",
        "# " + program);
    Outcome silent = tl("profile", Files.writeString(folder.resolve("silent.tl"), "P(A)\n"));
    assertThat(silent.code()).isEqualTo(1);
    assertThat(silent.err()).contains("asks for nothing", "add a query");
  }

  private Path file(String name, TensorType type, MemorySegment elements) {
    Path file = folder.resolve(name);
    Npy.write(file, type, elements);
    return file;
  }

  @ParameterizedTest
  @ValueSource(strings = {"reference", "native"})
  void einsumReadsAndWritesFiles(String provider) {
    Path a = file("a.npy", TensorType.of(DType.F32, 2, 2),
        MemorySegment.ofArray(new float[] {1, 0, 3, 4}));
    Path c = folder.resolve("c.npy");
    Outcome outcome = tl("einsum", "ij,jk", a, a, "-o", c, "--provider", provider);
    assertThat(outcome).isEqualTo(new Outcome(0, "", ""));
    holds(c, TensorType.of(DType.F32, 2, 2), 1, 0, 15, 16);
    tl("einsum", "ij,jk", a, a, "-o", c, "--provider", provider, "--semiring", "max-plus");
    holds(c, TensorType.of(DType.F32, 2, 2), 3, 4, 7, 8);
    tl("einsum", "ij,jk", a, a, "-o", c, "--provider", provider, "--semiring", "or-and");
    holds(c, TensorType.of(DType.F32, 2, 2), 1, 0, 1, 1);
  }

  private static void holds(Path file, TensorType type, float... elements) {
    try (Arena arena = Arena.ofConfined()) {
      var array = Npy.read(file, arena);
      assertThat(array.type()).isEqualTo(type);
      assertThat(array.elements().toArray(ValueLayout.JAVA_FLOAT)).containsExactly(elements);
    }
  }

  @Test
  void runPrintsOneObjectOrReadableTables() throws Exception {
    Path program = Project.file("examples/ancestor.tl");
    JsonNode json = new ObjectMapper().readTree(tl("run", program, "--json").out());
    assertThat(json.fieldNames()).toIterable().containsExactly("queries", "millis");
    assertThat(json.get("millis").isIntegralNumber()).isTrue();
    Outcome readable = tl("run", program);
    assertThat(readable.code()).isZero();
    assertThat(readable.err()).isEmpty();
    assertThat(readable.out()).contains("Ancestor(Grace, Erin)").contains(": true\n")
        .contains("\n  Alice\n");
    Outcome one = tl("run", program, "--json", "--query", "Ancestor(Carol, x)");
    assertThat(one.out()).startsWith("{\"queries\":[{\"query\":\"Ancestor(Carol, x)\","
        + "\"variables\":[\"x\"],\"bindings\":[[\"Carol\"],[\"Dan\"],[\"Erin\"],[\"Frank\"]]}]");
  }
}
