package org.tensorlogic.engine;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.CRC32C;

/**
 * Entries of bytes under keys of bytes in a folder that any number of processes share. Nothing that
 * goes wrong with a file reaches the caller: what cannot be trusted counts as absent, what cannot
 * be written is not kept. Safe for any number of threads.
 */
final class CompiledFolder {

  /* A file is named by a hash of its key and holds a head, a checksum of all the rest, the length
   * of the key, the key and the value. The key is compared in full. A file is written aside and
   * moved to its name in one step, so readers see a whole one or none; the checksum tells the
   * pieces that a crash leaves. The time of a file's last change is that of its last use. */

  private static final String ENTRY = ".tlc";
  private static final String UNFINISHED = ".tmp";
  private static final long MAGIC = 0x746c_6331_0d0a_1a0aL;
  private static final int HEAD_BYTES = 2 * Long.BYTES + Integer.BYTES;
  /** Nobody writes a file for so long: the process has died. */
  private static final long UNFINISHED_MILLIS = 600_000;

  private final Path folder;
  private final long bytesMax;
  private final byte[] setup;
  private long hits;
  private long misses;
  private long evictions;
  private long refusals;

  /**
   * Makes the face of a folder, which the first entry creates.
   *
   * @param setup what the values depend on besides their keys
   */
  CompiledFolder(Path folder, long bytesMax, String setup) {
    this.folder = folder;
    this.bytesMax = bytesMax;
    this.setup = setup.getBytes(StandardCharsets.UTF_8);
  }

  /** Returns the whole key of something of a kind. */
  byte[] key(String kind, byte[] of) {
    byte[] name = kind.getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(2 * Integer.BYTES + setup.length + name.length + of.length)
        .putInt(setup.length).put(setup).putInt(name.length).put(name).put(of).array();
  }

  /** Returns the value of a key, or null. */
  byte[] find(byte[] key) {
    Path file = file(key);
    try {
      byte[] value = value(Files.readAllBytes(file), key);
      if (value == null) {
        count(0, 1, 0, 1);
        return null;
      }
      count(1, 0, 0, 0);
      use(file);
      return value;
    } catch (NoSuchFileException absent) { // dropped: the usual answer
      count(0, 1, 0, 0);
      return null;
    } catch (IOException | OutOfMemoryError unreadable) { // dropped: counted, and made anew
      count(0, 1, 0, 1);
      return null;
    }
  }

  private static void use(Path file) {
    try {
      Files.setLastModifiedTime(file, FileTime.from(Instant.now()));
    } catch (IOException gone) { // dropped: another process made room, or may not write
      return;
    }
  }

  /** A value that the reader refuses counts as absent after all. */
  void refuse() {
    count(-1, 1, 0, 1);
  }

  /** Returns the value of a file, or null where it is not an entry of this key. */
  private static byte[] value(byte[] file, byte[] key) {
    if (file.length < HEAD_BYTES + key.length) {
      return null;
    }
    var head = ByteBuffer.wrap(file);
    int from = HEAD_BYTES + key.length;
    boolean whole = head.getLong() == MAGIC && head.getLong() == checksum(file)
        && head.getInt() == key.length
        && Arrays.equals(file, HEAD_BYTES, from, key, 0, key.length);
    return whole ? Arrays.copyOfRange(file, from, file.length) : null;
  }

  private static long checksum(byte[] file) {
    var sum = new CRC32C();
    sum.update(file, 2 * Long.BYTES, file.length - 2 * Long.BYTES);
    return sum.getValue();
  }

  private Path file(byte[] key) {
    var low = new CRC32C();
    var high = new CRC32();
    low.update(key);
    high.update(key);
    return folder.resolve("%08x%08x%s".formatted(high.getValue(), low.getValue(), ENTRY));
  }

  /** Keeps a value under a key, in the place of what stands there; the eldest make room. */
  void keep(byte[] key, byte[] value) {
    long bytes = (long) HEAD_BYTES + key.length + value.length;
    if (bytes > Math.min(bytesMax, Integer.MAX_VALUE / 2)) {
      return;
    }
    byte[] file = ByteBuffer.allocate((int) bytes).putLong(MAGIC).putLong(0)
        .putInt(key.length).put(key).put(value).array();
    ByteBuffer.wrap(file).putLong(Long.BYTES, checksum(file));
    try {
      Files.createDirectories(folder);
      Path unfinished = Files.createTempFile(folder, "entry", UNFINISHED);
      try {
        Files.write(unfinished, file);
        Files.move(unfinished, file(key), StandardCopyOption.ATOMIC_MOVE,
            StandardCopyOption.REPLACE_EXISTING);
      } finally {
        Files.deleteIfExists(unfinished);
      }
      makeRoom();
    } catch (IOException | DirectoryIteratorException failed) { // dropped: counted, and not kept
      count(0, 0, 0, 1);
    }
  }

  private record Entry(Path path, long bytes, FileTime used) {}

  private void makeRoom() throws IOException {
    List<Entry> entries = entries();
    long bytes = entries.stream().mapToLong(Entry::bytes).sum();
    entries.sort(Comparator.comparing(Entry::used).thenComparing(Entry::path));
    for (Entry eldest : entries) {
      if (bytes <= bytesMax) {
        return;
      }
      if (Files.deleteIfExists(eldest.path)) {
        count(0, 0, 1, 0);
      }
      bytes -= eldest.bytes;
    }
  }

  /** Lists the entries, and removes what dead processes left. */
  private List<Entry> entries() throws IOException {
    var entries = new ArrayList<Entry>();
    try (var files = Files.newDirectoryStream(folder, "*{" + ENTRY + "," + UNFINISHED + "}")) {
      for (Path path : files) {
        try {
          var entry = new Entry(path, Files.size(path), Files.getLastModifiedTime(path));
          if (path.toString().endsWith(ENTRY)) {
            entries.add(entry);
          } else if (entry.used.toMillis() < System.currentTimeMillis() - UNFINISHED_MILLIS) {
            Files.deleteIfExists(path);
          }
        } catch (NoSuchFileException gone) { // dropped: another process was sooner
          continue;
        }
      }
    }
    return entries;
  }

  private synchronized void count(int hit, int miss, int eviction, int refusal) {
    hits += hit;
    misses += miss;
    evictions += eviction;
    refusals += refusal;
  }

  synchronized CompileStatistics.Folder statistics() {
    return new CompileStatistics.Folder(hits, misses, evictions, refusals);
  }
}
