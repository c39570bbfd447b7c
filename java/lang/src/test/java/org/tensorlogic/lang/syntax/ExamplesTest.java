package org.tensorlogic.lang.syntax;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every example program is read, and printed so that it reads the same again. */
class ExamplesTest {

  static List<Path> examples() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("..", "..", "examples"))) {
      return files.filter(file -> file.toString().endsWith(".tl")).sorted().toList();
    }
  }

  @ParameterizedTest
  @MethodSource("examples")
  void exampleIsReadAndPrintedBack(Path file) throws IOException {
    Program program = parse(Files.readString(file));
    assertThat(program.statements()).isNotEmpty();
    assertThat(parse(Printer.print(program)).statements())
        .usingRecursiveComparison()
        .ignoringFieldsOfTypes(Span.class)
        .isEqualTo(program.statements());
  }

  private static Program parse(String text) {
    Source source = new Source("example.tl", text);
    Problems problems = new Problems(source);
    Program program = Parser.parse(source, problems);
    problems.throwErrors();
    return program;
  }
}
