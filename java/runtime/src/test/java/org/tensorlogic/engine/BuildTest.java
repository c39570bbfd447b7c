package org.tensorlogic.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorlogic.error.ArgumentException;
import org.tensorlogic.rewrite.Optimizer;

/** Builds of one version are told apart by their files. */
class BuildTest {

  @TempDir
  private Path folder;

  @Test
  void isThatOfAllFiles() throws IOException {
    Path first = Files.writeString(folder.resolve("First.class"), "first");
    Path second = Files.writeString(
        Files.createDirectory(folder.resolve("rules")).resolve("Second.class"), "second");
    String build = Build.of(folder);
    assertThat(Build.of(folder)).isEqualTo(build);
    FileTime time = Files.getLastModifiedTime(second);
    Files.setLastModifiedTime(second, FileTime.fromMillis(time.toMillis() + 1));
    assertThat(Build.of(folder)).isNotEqualTo(build);
    Files.setLastModifiedTime(second, time);
    assertThat(Build.of(folder)).isEqualTo(build);
    Files.move(first, folder.resolve("Other.class"));
    assertThat(Build.of(folder)).isNotEqualTo(build);
    assertThat(Build.of(second)).isNotEqualTo(Build.of(folder));
  }

  @Test
  void isKnownWhereClassesAreFiles() {
    assertThat(Build.of(Optimizer.class)).matches("[1-9]\\d* bytes [0-9a-f]{8}");
    assertThatThrownBy(() -> Build.of(String.class)).isInstanceOf(ArgumentException.class)
        .hasMessageContaining("was not loaded from a jar or a folder")
        .hasMessageContaining("hint: load it from one, or set no folder");
  }
}
