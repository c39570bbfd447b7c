package org.tensorlogic.lang;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.tensorlogic.engine.Engine;
import org.tensorlogic.engine.EngineConfig;

/** Every example program gives its stated result. */
class ExampleProgramsTest {

  static Path root() {
    Path folder = Path.of("").toAbsolutePath();
    while (!Files.isDirectory(folder.resolve("examples"))) {
      folder = folder.getParent();
    }
    return folder;
  }

  static List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(root().resolve("examples"))) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(".tl"))
          .map(name -> name.substring(0, name.length() - 3))
          .sorted()
          .toList();
    }
  }

  @ParameterizedTest
  @MethodSource("names")
  void givesItsStatedResult(String name) throws IOException {
    Path expected =
        root().resolve("java/tests/src/test/data/examples/" + name + ".expected.json");
    Map<?, ?> stated = (Map<?, ?>) JsonText.read(Files.readString(expected));
    List<?> queries = (List<?>) stated.get("queries");
    TensorProgram program =
        TensorProgram.load(
            root().resolve("examples/" + name + ".tl"), ProgramOptions.defaults());
    try (Engine engine =
        Engine.create(EngineConfig.defaults().withProvider("reference"))) {
      List<Answer> answers = program.run(engine);
      assertEquals(queries.size(), answers.size());
      for (int i = 0; i < answers.size(); i++) {
        compare((Map<?, ?>) queries.get(i), answers.get(i));
      }
      assertFalse(program.explain(engine).isEmpty());
      assertFalse(program.describe().isEmpty());
    }
  }

  private static void compare(Map<?, ?> expected, Answer answer) {
    assertEquals(expected.get("query"), answer.query());
    switch (answer) {
      case Answer.Truth truth -> assertEquals(expected.get("answer"), truth.answer(),
          truth.query());
      case Answer.Bindings bindings -> {
        assertEquals(expected.get("variables"), bindings.variables(), bindings.query());
        assertEquals(expected.get("bindings"), bindings.bindings(), bindings.query());
      }
      case Answer.Values values -> compare(expected, values);
    }
  }

  private static void compare(Map<?, ?> expected, Answer.Values values) {
    assertEquals(expected.get("dtype"), values.dtype().text(), values.query());
    List<?> shape = (List<?>) expected.get("shape");
    assertEquals(
        shape.stream().map(each -> ((Double) each).longValue()).toList(),
        java.util.Arrays.stream(values.shape().extents()).boxed().toList(),
        values.query());
    List<?> all = (List<?>) expected.get("values");
    assertEquals(all.size(), values.values().length);
    for (int i = 0; i < all.size(); i++) {
      double e = number(all.get(i));
      double v = values.values()[i];
      boolean exact = Double.isNaN(e) || Double.isInfinite(e)
          || e == Math.rint(e) && Math.abs(e) >= 2;
      boolean right = exact
          ? Double.compare(e, v) == 0
          : Math.abs(v - e) <= 1e-6 + 1e-5 * Math.abs(e);
      assertTrue(right, values.query() + " element " + i + ": " + v + " for " + e);
    }
  }

  private static double number(Object value) {
    return value instanceof Double real ? real : switch ((String) value) {
      case "inf" -> Double.POSITIVE_INFINITY;
      case "-inf" -> Double.NEGATIVE_INFINITY;
      default -> Double.NaN;
    };
  }
}
