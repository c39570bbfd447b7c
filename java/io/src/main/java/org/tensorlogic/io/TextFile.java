package org.tensorlogic.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Whole files of UTF-8 text. */
final class TextFile {

  /** The most bytes of one text file: what a Java array of characters is sure to hold. */
  static final long BYTES_MAX = 1L << 30;

  private TextFile() {}

  /** Reads a file without its byte order mark, if any; refuses what is no UTF-8. */
  static String read(Path file) {
    try {
      long bytes = Files.size(file);
      if (bytes > BYTES_MAX) {
        throw FileFormat.atByte(file.toString(), BYTES_MAX, "split the file",
            "text files of at most %d bytes are read but this one has %d", BYTES_MAX, bytes);
      }
      return decode(file.toString(), Files.readAllBytes(file));
    } catch (IOException problem) {
      throw FileFormat.failed("read", file, problem);
    }
  }

  private static String decode(String file, byte[] bytes) {
    var from = ByteBuffer.wrap(bytes);
    var to = CharBuffer.allocate(bytes.length);
    var decoder = StandardCharsets.UTF_8.newDecoder()
        .onMalformedInput(CodingErrorAction.REPORT);
    CoderResult result = decoder.decode(from, to, true);
    if (result.isError()) {
      throw FileFormat.atByte(file, from.position(), "save the file as UTF-8",
          "UTF-8 is expected but byte 0x%02x in line %d is none", bytes[from.position()],
          1 + newlines(bytes, from.position()));
    }
    String text = to.flip().toString();
    return text.startsWith("\uFEFF") ? text.substring(1) : text;
  }

  private static long newlines(byte[] bytes, int end) {
    long count = 0;
    for (int i = 0; i < end; i++) {
      count += bytes[i] == '\n' ? 1 : 0;
    }
    return count;
  }

  /** Writes a whole file. */
  static void write(Path file, CharSequence text) {
    AtomicFile.write(file, channel ->
        AtomicFile.writeFully(channel, StandardCharsets.UTF_8.encode(CharBuffer.wrap(text))));
  }
}
