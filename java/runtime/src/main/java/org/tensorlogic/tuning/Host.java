package org.tensorlogic.tuning;

import java.util.Locale;
import org.tensorlogic.memory.CpuInfo;

/**
 * What measured times are of. Vector instructions are not part of it: the names of choices tell.
 *
 * @param cpu the model of the processor
 * @param processors how many of them the process may use
 * @param version the version of this library
 */
public record Host(String cpu, int processors, String version) {

  /** Returns this machine, with a version of the library. */
  static Host here(String version) {
    return new Host(cpu(CpuInfo.system()), Runtime.getRuntime().availableProcessors(), version);
  }

  /** Returns the model; the architecture's name where the system tells none. */
  static String cpu(CpuInfo info) {
    // Models of several generations go by one name on rented machines.
    String text = info.get("model name") != null
        ? "%s family %s model %s stepping %s".formatted(info.get("model name"),
            info.get("cpu family"), info.get("model"), info.get("stepping"))
        : "%s implementer %s part %s".formatted(System.getProperty("os.arch"),
            info.get("CPU implementer"), info.get("CPU part"));
    return text.replaceAll("\\s+", " ").strip();
  }

  /** Returns the name of the file for this machine: those that share a home share no file. */
  String fileName() {
    return "%s-%d.tuning".formatted(
        cpu.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-"), processors);
  }
}
