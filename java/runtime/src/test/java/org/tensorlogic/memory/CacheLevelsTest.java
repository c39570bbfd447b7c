package org.tensorlogic.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is read from trees like those of Linux, and from worse ones. */
class CacheLevelsTest {

  @TempDir
  private Path folder;

  private int count;

  private void cache(String type, String level, String size) throws IOException {
    Path cache = Files.createDirectory(folder.resolve("index" + count++));
    Files.writeString(cache.resolve("type"), type + "\n");
    Files.writeString(cache.resolve("level"), level + "\n");
    Files.writeString(cache.resolve("size"), size + "\n");
  }

  private static CacheLevels of(Path folder) {
    return CacheLevels.of(folder, () -> new CpuInfo(Map.of()));
  }

  private Map<Integer, Long> read() {
    return of(folder).bytes();
  }

  @Test
  void readsDataCachesOnly() throws IOException {
    cache("Data", "1", "48K");
    cache("Instruction", "1", "32K");
    cache("Unified", "2", "2048K");
    cache("Unified", "3", "260M");
    CacheLevels caches = of(folder);
    assertThat(caches).hasToString("L1 48 KiB, L2 2048 KiB, L3 266240 KiB");
    assertThat(caches.lastBytes()).isEqualTo(260L << 20);
    assertThat(caches.holding(48 << 10)).isEqualTo("L1");
    assertThat(caches.holding((48 << 10) + 1)).isEqualTo("L2");
    assertThat(caches.holding(1e9)).isEqualTo("memory");
  }

  @Test
  void aFourthLevelIsTheLast() throws IOException {
    cache("Unified", "4", "1G");
    assertThat(of(folder).lastBytes()).isEqualTo(1L << 30);
  }

  @Test
  void fillsInHiddenLevels() throws IOException {
    cache("Data", "1", "64K");
    cache("Unified", "2", "512K");
    assertThat(read()).isEqualTo(Map.of(1, 64L << 10, 2, 512L << 10, 3, 32L << 20));
  }

  @Test
  void takesNoneWhereNothingSensibleIsTold() throws IOException {
    var assumed = CacheLevels.ASSUMED.bytes();
    assertThat(of(folder.resolve("missing")).bytes()).isEqualTo(assumed);
    assertThat(read()).isEqualTo(assumed);
    cache("Data", "1", "much");
    cache("Unified", "2", "");
    assertThat(read()).isEqualTo(assumed);
    cache("Unified", "3", "64M");
    assertThat(of(folder).lastBytes()).isEqualTo(64L << 20);
    cache("Unified", "4", "99999999999K");
    assertThat(read()).isEqualTo(assumed);
  }

  @Test
  void theProcessorTellsWhatTheFolderHides() throws IOException {
    var zen5 = new CpuInfo(Map.of("vendor_id", "AuthenticAMD", "cpu family", "26"));
    var other = new CpuInfo(Map.of("vendor_id", "GenuineIntel", "cpu family", "26"));
    assertThat(CacheLevels.of(folder, () -> zen5).firstBytes()).isEqualTo(48 << 10);
    assertThat(CacheLevels.of(folder, () -> other)).isEqualTo(CacheLevels.ASSUMED);
    cache("Data", "1", "64K");
    assertThat(CacheLevels.of(folder, () -> zen5).firstBytes()).isEqualTo(64 << 10);
  }

  @Test
  void aLevelIsANumber() throws IOException {
    cache("Unified", "third", "8M");
    assertThat(read()).isEqualTo(CacheLevels.ASSUMED.bytes());
  }

  @Test
  void aFartherCacheIsLarger() throws IOException {
    cache("Data", "1", "32K");
    cache("Unified", "2", "64M");
    assertThat(read()).isEqualTo(CacheLevels.ASSUMED.bytes());
  }

  @Test
  void theSystemTellsSomething() {
    assertThat(CacheLevels.system().bytes()).containsKeys(1, 2, 3);
    assertThat(CacheLevels.system().holding(1)).isEqualTo("L1");
  }
}
