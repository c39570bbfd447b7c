package org.tensorlogic.memory;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * The data caches of the first processor. They decide how memory is walked and written, never the
 * bits of a result. Levels that the system does not tell are assumed.
 *
 * @param bytes the bytes of each level, 1 being the nearest; levels 1 to 3 are always there
 */
public record CacheLevels(NavigableMap<Integer, Long> bytes) {

  /** What is assumed of a system that tells nothing: 32 KiB, 1 MiB and 32 MiB. */
  public static final CacheLevels ASSUMED =
      new CacheLevels(new TreeMap<>(Map.of(1, 32L << 10, 2, 1L << 20, 3, 32L << 20)));

  private static final String UNITS = "KMG";

  /** The system's caches, read when somebody first asks. */
  private static final class Once {
    private static final CacheLevels SYSTEM =
        of(Path.of("/sys/devices/system/cpu/cpu0/cache"), CpuInfo::system);

    private Once() {}
  }

  /** Keeps a copy. */
  public CacheLevels {
    bytes = Collections.unmodifiableNavigableMap(new TreeMap<>(bytes));
  }

  /** Returns the caches of this machine. */
  public static CacheLevels system() {
    return Once.SYSTEM;
  }

  /**
   * Reads a folder such as {@code /sys/devices/system/cpu/cpu0/cache}, as Linux documents it. A
   * farther cache that is not larger than a nearer one makes no sense: then all are assumed.
   *
   * @param cpu asked where the folder does not tell the first level, as in some virtual machines
   */
  static CacheLevels of(Path folder, Supplier<CpuInfo> cpu) {
    NavigableMap<Integer, Long> told = told(folder);
    if (!told.containsKey(1)) {
      told.put(1, firstBytesOf(cpu.get()));
    }
    ASSUMED.bytes.forEach(told::putIfAbsent);
    long nearer = 0;
    for (long farther : told.values()) {
      if (farther <= nearer) {
        return ASSUMED;
      }
      nearer = farther;
    }
    return new CacheLevels(told);
  }

  /** The data caches of which a folder tells. */
  private static NavigableMap<Integer, Long> told(Path folder) {
    var told = new TreeMap<Integer, Long>();
    try {
      Path cache = folder.resolve("index0");
      for (int i = 1; Files.exists(cache); cache = folder.resolve("index" + i++)) {
        String size = text(cache, "size"); // such as 512K
        int unit = size.isEmpty() ? -1 : UNITS.indexOf(size.charAt(size.length() - 1));
        if (!text(cache, "type").equals("Instruction") && unit >= 0) {
          told.put(Integer.parseInt(text(cache, "level")),
              (long) Integer.parseInt(size.substring(0, size.length() - 1)) << 10 * (1 + unit));
        }
      }
    } catch (IOException | NumberFormatException untold) { // dropped: what is missing is assumed
      told.clear();
    }
    return told;
  }

  /** The first level by the processor: AMD's family 26, Zen 5, has half as much again. */
  private static long firstBytesOf(CpuInfo cpu) {
    boolean zen5 = "AuthenticAMD".equals(cpu.get("vendor_id"))
        && "26".equals(cpu.get("cpu family"));
    return zen5 ? 48L << 10 : ASSUMED.firstBytes();
  }

  private static String text(Path cache, String name) throws IOException {
    return Files.readString(cache.resolve(name)).strip();
  }

  /** Returns the bytes of the nearest level. */
  public long firstBytes() {
    return bytes.get(1);
  }

  /** Returns the bytes of the farthest level. */
  public long lastBytes() {
    return bytes.lastEntry().getValue();
  }

  /** Returns the nearest cache that holds so many bytes, such as {@code L2}, or {@code memory}. */
  public String holding(double held) {
    return bytes.entrySet().stream().filter(level -> level.getValue() >= held).findFirst()
        .map(level -> "L" + level.getKey()).orElse("memory");
  }

  /** Returns one text such as {@code L1 32 KiB, L2 1024 KiB, L3 32768 KiB}. */
  @Override
  public String toString() {
    return String.join(", ", bytes.entrySet().stream()
        .map(level -> "L%d %d KiB".formatted(level.getKey(), level.getValue() >> 10)).toList());
  }
}
