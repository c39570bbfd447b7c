package org.tensorlogic.tests;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Where the project's files are. */
final class Project {

  private Project() {}

  /** Returns a file by its path from the project's root, found upwards from the working folder. */
  static Path file(String path) {
    Path folder = Path.of("").toAbsolutePath();
    while (folder != null && !Files.exists(folder.resolve("java/tests/pom.xml"))) {
      folder = folder.getParent();
    }
    if (folder == null) {
      throw new AssertionError("not inside the project: " + Path.of("").toAbsolutePath());
    }
    return folder.resolve(path);
  }

  /** Returns a file's text by its path from the project's root. */
  static String read(String path) {
    try {
      return Files.readString(file(path));
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }
}
