package org.tensorlogic.lang.syntax;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RoundTripTest {

  @Test
  void parsingThePrintedTreeGivesTheTree() {
    for (long seed = 0; seed < 2_000; seed++) {
      Program program = new RandomPrograms(seed).program();
      String text = Printer.print(program);
      Source source = new Source("random.tl", text);
      Problems problems = new Problems(source);
      Program again = Parser.parse(source, problems);
      assertThat(problems.hasErrors()).as("seed %d:%n%s", seed, text).isFalse();
      assertThat(again.statements())
          .as("seed %d:%n%s", seed, text)
          .usingRecursiveComparison()
          .ignoringFieldsOfTypes(Span.class)
          .isEqualTo(program.statements());
    }
  }
}
