package org.tensorlogic.engine;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.CRC32C;
import org.tensorlogic.error.ArgumentException;
import org.tensorlogic.error.Code;
import org.tensorlogic.error.Diagnostic;

/** Tells builds of one version apart: while it is developed its rules change and it does not. */
final class Build {

  private Build() {}

  /**
   * Returns the build that a class belongs to, as text: the length and time of the jar that it was
   * loaded from, or those of all files of the folder.
   *
   * @throws ArgumentException where it is loaded from anything else
   */
  static String of(Class<?> loaded) {
    try {
      URI place = loaded.getProtectionDomain().getCodeSource().getLocation().toURI();
      return of(Path.of(place));
    } catch (IOException | URISyntaxException | RuntimeException unknown) {
      throw new ArgumentException(Diagnostic.error(Code.ARGUMENT,
          "compiledFolder: %s was not loaded from a jar or a folder, so builds look alike", loaded)
          .hint("load it from one, or set no folder"), unknown);
    }
  }

  static String of(Path place) throws IOException {
    var sum = new CRC32C();
    long bytes = 0;
    try (var files = Files.walk(place)) {
      for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
        sum.update("%s %d %s\n".formatted(place.relativize(file), Files.size(file),
            Files.getLastModifiedTime(file)).getBytes(StandardCharsets.UTF_8));
        bytes += Files.size(file);
      }
    }
    return "%d bytes %08x".formatted(bytes, sum.getValue());
  }
}
