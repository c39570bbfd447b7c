package org.tensorlogic.bindings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorlogic.error.KernelException;

/** What users are told when a library is missing, damaged or made for another machine. */
class NativeFilesTest {

  private static final String OURS = "org/tensorlogic/bindings/linux-x86_64/libtensorlogic.so";
  private static final String HELLO_SHA256 =
      "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824";

  @TempDir
  private Path folder;

  @Test
  void namesTheMavenDependencyOfAMissingLibrary() throws IOException {
    try (var empty = loader(folder)) {
      var files = files("linux-x86_64", empty);
      assertThatThrownBy(files::ours).isInstanceOf(KernelException.class)
          .hasMessageContaining("native library libtensorlogic.so for linux-x86_64 is not on")
          .hasMessageContaining("org.tensorlogic:tensorlogic-native with the classifier")
          .hasMessageContaining("--add-modules org.tensorlogic.bindings.linux.x86_64");
      assertThatThrownBy(files::openBlas).isInstanceOf(KernelException.class)
          .hasMessageContaining("native library libopenblas.so.0 for linux-x86_64 is not on")
          .hasMessageContaining("org.bytedeco:openblas with the classifier linux-x86_64");
    }
  }

  @Test
  void refusesAPlatformWithoutNativeKernels() throws IOException {
    try (var empty = loader(folder)) {
      assertThatThrownBy(files("windows-x86_64", empty)::openBlas)
          .isInstanceOf(KernelException.class)
          .hasMessageContaining("not available for the platform windows-x86_64")
          .hasMessageContaining("choose the provider \"reference\"");
    }
  }

  @Test
  void takesAFileWithItsHashAndRefusesAnother() throws IOException {
    try (var natives = loader(natives(HELLO_SHA256))) {
      assertThat(files("linux-x86_64", natives).ours()).hasContent("hello");
    }
    try (var natives = loader(natives(HELLO_SHA256.replace('2', '3')))) {
      assertThatThrownBy(files("linux-x86_64", natives)::ours)
          .isInstanceOf(KernelException.class)
          .hasMessageContaining("is damaged: its SHA-256 is " + HELLO_SHA256)
          .hasMessageContaining("fetch the jar again");
    }
  }

  @Test
  void keepsOnlyWhatWasFoundIntact() throws IOException {
    Path jar = folder.resolve("natives-" + System.nanoTime() + ".jar");
    pack(jar, "jelly", HELLO_SHA256);
    try (var natives = loader(jar)) {
      assertThatThrownBy(files("linux-x86_64", natives)::ours)
          .hasMessageContaining("is damaged");
    }
    pack(jar, "hello", HELLO_SHA256);
    try (var natives = loader(jar)) {
      Path file = files("linux-x86_64", natives).ours();
      assertThat(file).hasContent("hello");
      assertThat(file.getParent()).isDirectoryNotContaining(other -> !other.equals(file));
    }
    pack(jar, "jelly", HELLO_SHA256);
    try (var natives = loader(jar)) { // what was intact once is not looked for again
      assertThat(files("linux-x86_64", natives).ours()).hasContent("hello");
    }
  }

  private NativeFiles files(String platform, ClassLoader resources) {
    return new NativeFiles(platform, resources, folder.resolve("cache"));
  }

  private Path natives(String hash) throws IOException {
    Path file = folder.resolve(OURS);
    Files.createDirectories(file.getParent());
    Files.writeString(file, "hello");
    Files.writeString(folder.resolve(OURS + ".sha256"), hash + "  libtensorlogic.so\n");
    return folder;
  }

  /** Writes a jar with one time for all entries and one length of the library. */
  private static void pack(Path jar, String library, String hash) throws IOException {
    try (var out = new JarOutputStream(Files.newOutputStream(jar))) {
      for (String[] entry : new String[][] {{OURS, library}, {OURS + ".sha256", hash}}) {
        var head = new JarEntry(entry[0]);
        head.setTime(0);
        out.putNextEntry(head);
        out.write(entry[1].getBytes(StandardCharsets.US_ASCII));
        out.closeEntry();
      }
    }
  }

  private static URLClassLoader loader(Path place) throws IOException {
    return new URLClassLoader(new URL[] {place.toUri().toURL()}, null);
  }
}
