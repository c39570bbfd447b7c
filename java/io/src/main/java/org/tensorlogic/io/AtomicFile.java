package org.tensorlogic.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Random;

/** Writes whole files: a reader sees the old content or the new one, never a part. */
final class AtomicFile {

  /** Puts content on a channel that begins empty. */
  @FunctionalInterface
  interface Content {
    void writeTo(FileChannel channel) throws IOException;
  }

  private AtomicFile() {}

  /**
   * Writes a file through a temporary one beside it. A link is followed; what is no regular file,
   * such as a device, is written in place.
   *
   * @throws org.tensorlogic.error.FileException when the operating system refuses
   */
  static void write(Path file, Content content) {
    try {
      if (Files.exists(file) && !Files.isRegularFile(file)) {
        try (var channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
          content.writeTo(channel);
        }
      } else {
        replace(Files.exists(file) ? file.toRealPath() : file.toAbsolutePath(), content);
      }
    } catch (IOException problem) {
      throw FileFormat.failed("write", file, problem);
    }
  }

  private static void replace(Path target, Content content) throws IOException {
    // Who guesses the name gains nothing: a file that is there already is never written to.
    String name = Long.toHexString(new Random().nextLong());
    Path temporary = target.resolveSibling("." + target.getFileName() + "." + name + ".tmp");
    try {
      try (var channel = FileChannel.open(temporary, StandardOpenOption.WRITE,
          StandardOpenOption.CREATE_NEW)) {
        content.writeTo(channel);
        channel.force(true);
      }
      move(temporary, target);
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  private static void move(Path from, Path to) throws IOException {
    try {
      Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (AtomicMoveNotSupportedException unsupported) {
      try {
        Files.move(from, to, StandardCopyOption.REPLACE_EXISTING);
      } catch (IOException problem) {
        problem.addSuppressed(unsupported);
        throw problem;
      }
    }
  }

  /** Writes all remaining bytes of a buffer. */
  static void writeFully(FileChannel channel, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }
}
