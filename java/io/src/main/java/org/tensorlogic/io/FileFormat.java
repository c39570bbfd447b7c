package org.tensorlogic.io;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.tensorlogic.error.Code;
import org.tensorlogic.error.Diagnostic;
import org.tensorlogic.error.FileException;

/** The wording of what is wrong with a file. */
public final class FileFormat {

  private FileFormat() {}

  /** A problem at a line, from 1. */
  static FileException atLine(String file, long line, String hint, String message,
      Object... values) {
    return new FileException(
        error(file + ":" + line + ": ", message, values).hint("%s", hint));
  }

  /** A problem at a byte, from 0. */
  static FileException atByte(String file, long offset, String hint, String message,
      Object... values) {
    return new FileException(
        error(file + ": byte " + offset + ": ", message, values).hint("%s", hint));
  }

  private static Diagnostic error(String place, String message, Object... values) {
    String text = values.length == 0 ? message
        : String.format(java.util.Locale.ROOT, message, values);
    return Diagnostic.error(Code.FILE_FORMAT, "%s", place + text);
  }

  /**
   * Returns what to throw when the operating system refuses to work on a file.
   *
   * @param verb what was tried, such as {@code read}
   */
  public static FileException failed(String verb, Path file, IOException cause) {
    String reason = switch (cause) {
      case NoSuchFileException _ -> "no such file or folder";
      case AccessDeniedException _ -> "permission denied";
      default -> described(cause); // open: the operating system's other reasons
    };
    return new FileException(Diagnostic.error(Code.FILE_FORMAT, "%s: cannot %s: %s", file, verb,
        reason).hint("%s", hint(file)), cause);
  }

  private static String hint(Path file) {
    Path folder = file.toAbsolutePath().getParent();
    if (folder != null && !Files.isDirectory(folder)) {
      return "there is no folder " + folder;
    }
    return file.isAbsolute() ? "check the name and the permissions"
        : "relative names count from " + Path.of("").toAbsolutePath();
  }

  private static String described(IOException cause) {
    return cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
  }
}
