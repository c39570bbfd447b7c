package org.tensorlogic.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.tensorlogic.error.ProgramException;

/** The readers that {@code ci/fuzz} feeds, on what it begins with. */
class FuzzTest {

  @TempDir
  private Path folder;

  @ParameterizedTest
  @EnumSource(names = {"EINSUM", "JSON"})
  void takesItsSeeds(Fuzz.Reader reader) throws IOException {
    String name = reader.name().toLowerCase(Locale.ROOT);
    List<String> seeds =
        Project.read("java/tests/src/test/data/fuzz/" + name + ".txt").lines().toList();
    assertThat(seeds).isNotEmpty();
    for (String seed : seeds) {
      reader.read(seed.getBytes(StandardCharsets.UTF_8), folder);
    }
  }

  @Test
  void takesATuningTable() throws IOException {
    Fuzz.Reader.TUNING.read(Project.read("java/tests/src/test/data/fuzz/tuning.txt")
        .getBytes(StandardCharsets.UTF_8), folder);
  }

  @Test
  void refusesAFileNameThatTheSystemRefuses() {
    byte[] program = "A = \"a\0.npy\"\nA[0]?\n".getBytes(StandardCharsets.UTF_8);
    assertThatThrownBy(() -> Fuzz.Reader.PROGRAM.read(program, folder))
        .isInstanceOf(ProgramException.class).hasMessageStartingWith("A = \"a\0.npy\": "
            + "\"a?.npy\" names no file: Nul character not allowed; built at fuzz.tl:1:5; hint: ");
  }

  @ParameterizedTest
  @EnumSource
  void refusesNonsenseWithAHint(Fuzz.Reader reader) throws IOException {
    byte[] nonsense = {'"', (byte) 0xff, 0, '{', '\n', ',', '"', '"'};
    reader.feed(nonsense, folder);
    assertThatThrownBy(() -> reader.read(nonsense, folder)).hasMessageContaining("hint: ");
  }
}
