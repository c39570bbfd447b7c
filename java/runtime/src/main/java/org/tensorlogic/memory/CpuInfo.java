package org.tensorlogic.memory;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/**
 * What the system says of its first processor, as Linux does in {@code /proc/cpuinfo}. Immutable
 * and safe for any number of threads.
 *
 * @param entries the values by their names, such as {@code cpu family}; empty where nothing is told
 */
public record CpuInfo(Map<String, String> entries) {

  /** The first processor's entries; all processors together take milliseconds on large machines. */
  private static final int BYTES = 2048;

  /** The system's, read when somebody first asks. */
  private static final class Once {
    private static final CpuInfo SYSTEM = of(Path.of("/proc/cpuinfo"));

    private Once() {}
  }

  /** Keeps a copy. */
  public CpuInfo {
    entries = Map.copyOf(entries);
  }

  /** Returns what this system says. */
  public static CpuInfo system() {
    return Once.SYSTEM;
  }

  /** Reads a file as Linux has it; nothing is told by one that is not there. */
  public static CpuInfo of(Path file) {
    var entries = new TreeMap<String, String>();
    try (InputStream in = Files.newInputStream(file)) {
      new String(in.readNBytes(BYTES), StandardCharsets.UTF_8).lines()
          .map(line -> line.split(":", 2)).filter(words -> words.length == 2)
          .forEach(words -> entries.putIfAbsent(words[0].strip(), words[1].strip()));
    } catch (IOException untold) { // dropped: other systems do not have it
      entries.clear();
    }
    return new CpuInfo(entries);
  }

  /** Returns the value of a name, or null where it is not told. */
  public String get(String name) {
    return entries.get(name);
  }
}
