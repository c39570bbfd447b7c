package org.tensorlogic.lang.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorlogic.error.ProgramException;

/** Any text is a program or a ProgramException; a failure prints the seed that repeats it. */
class FuzzTest {
  private static final long MILLIS_MAX = 2_500;
  private static final List<String> WORDS =
      List.of(
          "A", "B", "f", "i", "j", "x'", "_", "Alice", "\"s\"", "0", "1", "7", "2.5", "1e3",
          "[", "]",
          "(", ")", "{", "}", ",", ":", "?", "~", "=", "<-", "<", ">=", "!=", "==", "+", "-", "*",
          "/", "|", ".", "\n", "\n", "not", "and", "or", "max", "relu", "softmax", "concat", "even",
          "domain", "type", "param", "normal", "f32", "bool", "\"w34.npy\"", "\"isa.tsv\"", "#",
          "'", "[i]", "[i,j]", "(x, y)", "[*t]", "[*t+1]", "[i+1]", "[i/2]", "[:3]",
          "A[i] = B[i]\n",
          "P(x) <- Q(x, y)\n", "Q(Alice, 3)\n", "W = \"w34.npy\"\n", "W[i,j]");

  private static void run(String text, long seed) {
    try {
      TestData.standard().check(text);
    } catch (ProgramException expected) {
      assertThat(expected.getMessage()).as("seed %d", seed).isNotBlank();
    } catch (RuntimeException | StackOverflowError wrong) {
      fail("seed %d, program:%n%s".formatted(seed, text), wrong);
    }
  }

  @Test
  void randomBytes() {
    long end = System.nanoTime() + MILLIS_MAX * 1_000_000;
    for (long seed = 0; System.nanoTime() < end; seed++) {
      Random random = new Random(seed);
      byte[] bytes = new byte[random.nextInt(200)];
      random.nextBytes(bytes);
      run(new String(bytes, StandardCharsets.UTF_8), seed);
      run(new String(bytes, StandardCharsets.ISO_8859_1), seed);
    }
  }

  @Test
  void randomWords() {
    long end = System.nanoTime() + MILLIS_MAX * 1_000_000;
    for (long seed = 0; System.nanoTime() < end; seed++) {
      Random random = new Random(seed);
      StringBuilder text = new StringBuilder();
      int count = random.nextInt(60);
      for (int i = 0; i < count; i++) {
        text.append(WORDS.get(random.nextInt(WORDS.size())));
        text.append(random.nextInt(3) == 0 ? " " : "");
      }
      run(text.toString(), seed);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"(", "relu(", "-(", "not ", "Y = not ", "[", "{", "A(", "1 + (", "*-(", "\""})
  void deepNesting(String word) {
    run("Y = " + word.repeat(100_000), 0);
    run("Y(x) <- " + word.repeat(100_000), 0);
    run(word.repeat(100_000), 0);
  }

  @Test
  void aLongChainOfNames() {
    StringBuilder text = new StringBuilder("A0 = 1\n");
    for (int i = 1; i < 20_000; i++) {
      text.append('A').append(i).append(" = A").append(i - 1).append('\n');
    }
    CheckedProgram program = TestData.standard().check(text.toString());
    assertThat(program.groups()).hasSize(20_000);
  }
}
