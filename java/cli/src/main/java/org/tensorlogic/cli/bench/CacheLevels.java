package org.tensorlogic.cli.bench;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeMap;

/** The data caches of the first processor as the system tells them; none where it does not. */
final class CacheLevels {

  private static final Path SYSTEM = Path.of("/sys/devices/system/cpu/cpu0/cache");

  private final TreeMap<Long, String> levels = new TreeMap<>();

  /** Reads the sizes below {@code /sys/devices/system/cpu}, as Linux documents them. */
  CacheLevels() {
    try (DirectoryStream<Path> caches = Files.newDirectoryStream(SYSTEM, "index*")) {
      for (Path cache : caches) {
        if (!text(cache, "type").equals("Instruction")) {
          String size = text(cache, "size"); // such as 512K
          levels.put(Long.parseLong(size.substring(0, size.length() - 1)) << 10,
              "L" + text(cache, "level"));
        }
      }
    } catch (IOException | NumberFormatException untold) { // dropped: sizes are a label only
      levels.clear();
    }
  }

  private static String text(Path cache, String name) throws IOException {
    return Files.readString(cache.resolve(name)).strip();
  }

  /** Returns the smallest cache that holds so many bytes, such as {@code L2}, or {@code memory}. */
  String holding(double bytes) {
    var entry = levels.ceilingEntry((long) bytes);
    return entry == null ? "memory" : entry.getValue();
  }
}
