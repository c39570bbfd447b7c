package org.tensorlogic.tuning;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.TreeMap;

/**
 * What measured times are of. Vector instructions are not part of it: the names of choices tell.
 *
 * @param cpu the model of the processor
 * @param processors how many of them the process may use
 * @param version the version of this library
 */
public record Host(String cpu, int processors, String version) {

  /** The first processor's entry; all of them together take milliseconds on large machines. */
  private static final int ENTRY_BYTES = 2048;

  /** The model, read when somebody first asks. */
  private static final class Once {
    private static final String CPU = cpu(Path.of("/proc/cpuinfo"));

    private Once() {}
  }

  /** Returns this machine, with a version of the library. */
  static Host here(String version) {
    return new Host(Once.CPU, Runtime.getRuntime().availableProcessors(),
        version);
  }

  /** Reads the model from a file as Linux has it; the architecture's name where it tells none. */
  static String cpu(Path file) {
    var facts = new TreeMap<String, String>();
    try (InputStream in = Files.newInputStream(file)) {
      String entry = new String(in.readNBytes(ENTRY_BYTES), StandardCharsets.UTF_8);
      entry.lines().map(line -> line.split(":", 2)).filter(words -> words.length == 2)
          .forEach(words -> facts.putIfAbsent(words[0].strip(), words[1].strip()));
    } catch (IOException untold) { // dropped: other systems do not have it
      facts.clear();
    }
    // Models of several generations go by one name on rented machines.
    String text = facts.containsKey("model name") ? "%s family %s model %s stepping %s".formatted(
        facts.get("model name"), facts.get("cpu family"), facts.get("model"),
        facts.get("stepping"))
        : "%s implementer %s part %s".formatted(System.getProperty("os.arch"),
        facts.get("CPU implementer"), facts.get("CPU part"));
    return text.replaceAll("\\s+", " ").strip();
  }

  /** Returns the name of the file for this machine: those that share a home share no file. */
  String fileName() {
    return "%s-%d.tuning".formatted(
        cpu.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-"), processors);
  }
}
