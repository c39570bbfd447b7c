package org.tensorlogic.io;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorlogic.error.TensorLogicException;
import org.tensorlogic.type.DType;
import org.tensorlogic.type.TensorType;

/**
 * Random bytes and damaged files for every reader: only exceptions of this system may come out, and
 * some inputs must be refused. The seed is fixed or given as {@code -Dseed=N}.
 */
class MalformedFilesTest {

  private static final long MILLIS = 1_000;

  private static final Map<String, TensorType> TYPES = Map.of(
      "knows", TensorType.of(DType.F64, 2, 3), "likes", TensorType.of(DType.F64, 3, 4));

  @TempDir
  Path folder;

  @Test
  void npy() throws IOException, URISyntaxException {
    var seeds = new ArrayList<byte[]>();
    try (var files = Files.list(Path.of(getClass().getResource("numpy").toURI()))) {
      for (Path file : files.filter(file -> file.toString().endsWith(".npy")).sorted().toList()) {
        seeds.add(Files.readAllBytes(file));
      }
    }
    fuzz("x.npy", seeds, file -> {
      try (Arena arena = Arena.ofConfined()) {
        Npy.read(file, arena);
      }
    });
  }

  @Test
  void tables() throws IOException {
    fuzz("x.tsv", texts("#a\tb\tweight\nx\ty\t1.5\n\nx\tz\tnan\n", "Alice\tBob\r\nBob\tÉ\n"),
        Table::read);
    fuzz("x.csv", texts("\"a\"\"b\", c\n\"d,\ne\",f\n", "#a,weight\nx,-1e3\n"), Table::read);
  }

  @Test
  void text() throws IOException {
    fuzz("x.txt", texts("one two\u00a0three\n", "\u4f60\u597d \uD83D\uDE00"), Text::read);
  }

  @Test
  void graphJson() throws IOException {
    fuzz("x.json", texts(GraphJsonTest.EXAMPLE, """
        {"tensors": ["knows[ab]", "const_2.5", "t", "out"], "nodes": [
          {"op": {"ElemBinary": {"op": "gte"}}, "inputs": [0, 1], "outputs": [2]},
          {"op": {"Einsum": {"spec": "ab->bac"}}, "inputs": [2], "outputs": [3]}],
         "inputs": [0], "outputs": [3, 2]}"""), file -> GraphJson.read(file, TYPES));
  }

  private static List<byte[]> texts(String... texts) {
    return Arrays.stream(texts).map(text -> text.getBytes(StandardCharsets.UTF_8)).toList();
  }

  private void fuzz(String name, List<byte[]> seeds, Consumer<Path> reader) throws IOException {
    long seed = Long.getLong("seed", 20_261_123L);
    var random = new Random(seed);
    Path file = folder.resolve(name);
    long end = System.nanoTime() + MILLIS * 1_000_000;
    int refused = 0;
    for (int round = 0; round < 50 || System.nanoTime() < end; round++) {
      byte[] bytes = round % 8 == 0 ? randomBytes(random)
          : damaged(seeds.get(random.nextInt(seeds.size())), seeds, random);
      Files.write(file, bytes);
      try {
        reader.accept(file);
      } catch (TensorLogicException expected) {
        Assertions.assertFalse(expected.diagnostics().isEmpty(), "refused without a diagnostic");
        refused++;
      } catch (RuntimeException | Error problem) {
        Assertions.fail("-Dseed=%d, round %d, %s of bytes %s".formatted(seed, round, name,
            Arrays.toString(bytes)), problem);
      }
    }
    Assertions.assertTrue(refused > 0 || name.endsWith(".txt"), "nothing was refused");
  }

  private static byte[] randomBytes(Random random) {
    byte[] bytes = new byte[random.nextInt(200)];
    random.nextBytes(bytes);
    return bytes;
  }

  /** A copy with one to four edits: a byte changed, a piece cut, doubled, or from another seed. */
  private static byte[] damaged(byte[] seed, List<byte[]> seeds, Random random) {
    byte[] bytes = seed;
    for (int edits = 1 + random.nextInt(4); edits > 0 && bytes.length > 0; edits--) {
      int from = random.nextInt(bytes.length);
      int to = Math.min(bytes.length, from + 1 + random.nextInt(12));
      bytes = switch (random.nextInt(5)) {
        case 0 -> spliced(bytes, from, from + 1, new byte[] {(byte) random.nextInt(256)});
        case 1 -> spliced(bytes, from, to, new byte[0]);
        case 2 -> spliced(bytes, from, from, Arrays.copyOfRange(bytes, from, to));
        case 3 -> spliced(bytes, from, from + 1,
            new byte[] {(byte) "0123456789-,()[]{}'\"\t\n".charAt(random.nextInt(22))});
        default -> {
          byte[] other = seeds.get(random.nextInt(seeds.size()));
          int start = random.nextInt(other.length);
          yield spliced(bytes, from, to,
              Arrays.copyOfRange(other, start, Math.min(other.length, start + 12)));
        }
      };
    }
    return bytes;
  }

  private static byte[] spliced(byte[] bytes, int from, int to, byte[] piece) {
    byte[] result = Arrays.copyOf(bytes, bytes.length - (to - from) + piece.length);
    System.arraycopy(piece, 0, result, from, piece.length);
    System.arraycopy(bytes, to, result, from + piece.length, bytes.length - to);
    return result;
  }
}
