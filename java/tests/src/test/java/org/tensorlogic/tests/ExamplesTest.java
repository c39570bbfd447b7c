package org.tensorlogic.tests;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.tensorlogic.cli.Main;

/** Every program of examples/ gives the results that were worked out without the engine. */
class ExamplesTest {

  private static final ObjectMapper MAPPER = new ObjectMapper();

  static List<String> programs() throws IOException {
    try (var files = Files.list(Project.file("examples"))) {
      return files.map(Path::getFileName).map(Path::toString)
          .filter(name -> name.endsWith(".tl")).map(name -> name.replace(".tl", "")).sorted()
          .toList();
    }
  }

  @Test
  void everyProgramHasAStatedResult() throws IOException {
    for (String program : programs()) {
      assertThat(expected(program)).exists();
    }
  }

  private static Path expected(String program) {
    return Project.file("java/tests/src/test/data/examples/" + program + ".expected.json");
  }

  @ParameterizedTest
  @MethodSource("programs")
  void givesTheStatedResult(String program) throws IOException {
    var out = new StringWriter();
    var err = new StringWriter();
    int code = Main.execute(new PrintWriter(out), new PrintWriter(err), "run", "--json",
        Project.file("examples/" + program + ".tl").toString());
    assertThat(code).as(err.toString()).isZero();
    JsonNode came = MAPPER.readTree(out.toString()).get("queries");
    JsonNode stated = MAPPER.readTree(expected(program).toFile()).get("queries");
    assertThat(came).hasSameSizeAs(stated);
    for (int i = 0; i < stated.size(); i++) {
      compare(stated.get(i), came.get(i));
    }
  }

  private static void compare(JsonNode stated, JsonNode came) {
    String query = stated.get("query").textValue();
    if (!stated.has("values")) {
      assertThat(came).as(query).isEqualTo(stated);
      return;
    }
    for (String field : List.of("query", "dtype", "shape")) {
      assertThat(came.get(field)).as(query + " " + field).isEqualTo(stated.get(field));
    }
    JsonNode values = stated.get("values");
    assertThat(came.get("values").size()).as(query).isEqualTo(values.size());
    for (int i = 0; i < values.size(); i++) {
      assertThat(agree(values.get(i), came.get("values").get(i)))
          .as("%s, value %d: %s is stated, %s came", query, i, values.get(i),
              came.get("values").get(i)).isTrue();
    }
  }

  private static boolean agree(JsonNode stated, JsonNode came) {
    if (stated.isTextual()) {
      return came.equals(stated);
    }
    double e = stated.doubleValue();
    boolean exact = Math.abs(e) >= 2 && e == Math.rint(e);
    return came.isNumber()
        && Math.abs(came.doubleValue() - e) <= (exact ? 0 : 1e-6 + 1e-5 * Math.abs(e));
  }
}
