package org.tensorlogic.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.tensorlogic.engine.Compiled;
import org.tensorlogic.engine.Engine;
import org.tensorlogic.ir.GraphBuilder;
import org.tensorlogic.ir.Ops;
import org.tensorlogic.memory.Tensor;
import org.tensorlogic.type.DType;

/** What large results cost in pages of the system. */
class PagesTest {

  private static final Path STAT = Path.of("/proc/self/stat");
  private static final Path LARGE = Path.of("/sys/kernel/mm/transparent_hugepage/enabled");
  private static final int COUNT = 1 << 24;
  private static final long BYTES = 4L * COUNT;

  private static Compiled negation(Engine engine) {
    var builder = new GraphBuilder();
    return engine.compile(builder.build(Ops.neg(builder.input("x", DType.F32, COUNT))));
  }

  /** The minor faults of this process: pages that had to be mapped. */
  private static long faults() throws IOException {
    String stat = Files.readString(STAT);
    return Long.parseLong(stat.substring(stat.lastIndexOf(')') + 2).split(" ")[7]);
  }

  @Test
  void laterRunsTouchNoNewPages() throws IOException {
    assumeTrue(Files.exists(STAT), "only Linux tells its page faults");
    try (Engine engine = Engines.of("native"); var x = engine.tensor(new float[COUNT])) {
      var compiled = negation(engine);
      for (int i = 0; i < 5; i++) {
        compiled.run(x).close();
      }
      long fresh = engine.memory().freshBlocks();
      long least = Long.MAX_VALUE;
      for (int round = 0; round < 5; round++) { // the compiler's and collector's faults count too
        long before = faults();
        for (int i = 0; i < 50; i++) {
          compiled.run(x).close();
        }
        least = Math.min(least, faults() - before);
      }
      // Fresh memory would cost 32 faults a run in large pages and 16,384 in small ones.
      assertThat(least).isLessThan(50 * 16);
      assertThat(engine.memory().freshBlocks()).isEqualTo(fresh);
      assertThat(engine.trim()).isEqualTo(BYTES);
      assertThat(engine.memory().heldBytes()).isEqualTo(engine.memory().usedBytes());
    }
  }

  @Test
  void largeResultsLieInLargePages() throws IOException {
    assumeTrue(Files.exists(LARGE) && !Files.readString(LARGE).contains("[never]"),
        "the system gives no large pages");
    try (Engine engine = Engines.of("native"); var x = engine.tensor(new float[COUNT]);
        var y = negation(engine).run(x)) {
      assertThat(largeBytes(y)).isGreaterThan(BYTES / 2);
    }
  }

  /** The bytes in large pages of the mapping that a tensor lies in. */
  private static long largeBytes(Tensor tensor) throws IOException {
    long address = tensor.access(memory -> memory.address());
    List<String> lines = Files.readAllLines(Path.of("/proc/self/smaps"));
    boolean inside = false;
    for (String line : lines) {
      if (line.matches("[0-9a-f]+-[0-9a-f]+ .*")) {
        String[] range = line.split("[- ]");
        inside = Long.parseUnsignedLong(range[0], 16) <= address
            && address < Long.parseUnsignedLong(range[1], 16);
      } else if (inside && line.startsWith("AnonHugePages:")) {
        return 1024 * Long.parseLong(line.replaceAll("\\D", ""));
      }
    }
    return 0;
  }
}
