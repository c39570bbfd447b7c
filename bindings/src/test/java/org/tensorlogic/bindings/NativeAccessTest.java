package org.tensorlogic.bindings;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A program of its own, started with and without the right to call native code. */
class NativeAccessTest {

  /** Prints what the provider says of itself. */
  static final class Describe {
    private Describe() {}

    public static void main(String[] arguments) {
      System.out.println(new NativeProvider().describe());
    }
  }

  @Test
  void loadsWithTheDocumentedFlagAndPrintsNothingElse() throws Exception {
    String text = describe("--illegal-native-access=deny",
        "--enable-native-access=ALL-UNNAMED");
    assertThat(text.lines()).hasSize(5);
    assertThat(text).startsWith("version ").contains("\ntarget ", "\nBLAS ", "\nkernels ");
  }

  @Test
  void namesTheFlagWhereAccessIsDenied() throws Exception {
    assertThat(describe("--illegal-native-access=deny"))
        .startsWith("not available: this Java program may not call native code")
        .contains("hint: start Java with --enable-native-access=ALL-UNNAMED");
  }

  /** Returns all that the program printed on both streams. */
  private static String describe(String... flags) throws IOException, InterruptedException {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(flags));
    command.addAll(List.of("-cp", classPath(), Describe.class.getName()));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(text).isZero();
    return text.strip();
  }

  /** The class path of the tests, also where a launcher hides it from the system property. */
  private static String classPath() {
    return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
  }
}
