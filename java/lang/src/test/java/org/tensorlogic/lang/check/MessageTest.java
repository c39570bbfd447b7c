package org.tensorlogic.lang.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.tensorlogic.error.ProgramException;

/** Each case of {@code messages.txt} is a program and, below {@code --}, the whole message. */
class MessageTest {
  record Case(String title, String program, String message) {
    @Override
    public String toString() {
      return title;
    }
  }

  static List<Case> cases() throws IOException {
    String text;
    try (InputStream in = MessageTest.class.getResourceAsStream("messages.txt")) {
      text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
    List<Case> cases = new ArrayList<>();
    for (String part : text.split("(?m)^== ")) {
      if (!part.isBlank()) {
        int title = part.indexOf('\n');
        int line = part.indexOf("\n--\n");
        cases.add(
            new Case(
                part.substring(0, title),
                part.substring(title + 1, line),
                part.substring(line + 4).strip()));
      }
    }
    return cases;
  }

  static String messageOf(String program) {
    try {
      TestData.standard().check(program);
      return "";
    } catch (ProgramException expected) {
      return expected.getMessage();
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void messageIsGolden(Case golden) {
    assertThat(messageOf(golden.program()).strip()).isEqualTo(golden.message());
  }

  @ParameterizedTest
  @MethodSource("cases")
  void everyMessageCarriesAHint(Case golden) {
    assertThat(golden.message().lines().filter(line -> !line.startsWith("  ")))
        .isNotEmpty()
        .allSatisfy(message -> assertThat(message).contains("; hint: "));
  }

  @Test
  void thereAreManyCases() throws IOException {
    assertThat(cases()).hasSizeGreaterThan(40);
  }

  @Test
  void atMostTwentyProblemsAreShown() {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 30; i++) {
      text.append("P(x)\n");
    }
    assertThat(messageOf(text.toString()).lines().filter(line -> line.contains("a fact has")))
        .hasSize(20);
    assertThat(messageOf(text.toString())).endsWith(
        "10 more problems; hint: correct the first ones, which often cause the others");
  }
}
