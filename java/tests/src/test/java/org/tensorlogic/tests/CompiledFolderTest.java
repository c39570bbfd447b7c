package org.tensorlogic.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.tensorlogic.einsum.EinsumSpec;
import org.tensorlogic.einsum.Semiring;
import org.tensorlogic.engine.CompileStatistics;
import org.tensorlogic.engine.Compiled;
import org.tensorlogic.engine.Engine;
import org.tensorlogic.engine.EngineConfig;
import org.tensorlogic.exec.JitConfig;
import org.tensorlogic.ir.Graph;
import org.tensorlogic.ir.GraphBuilder;
import org.tensorlogic.ir.Node;
import org.tensorlogic.ir.Ops;
import org.tensorlogic.memory.Tensor;
import org.tensorlogic.rewrite.OptimizationLevel;
import org.tensorlogic.type.DType;

/** Compiled graphs that outlive their engine: found again, told apart, never trusted blindly. */
class CompiledFolderTest {

  @TempDir
  private Path parent;

  private Path folder() {
    return parent.resolve("compiled");
  }

  private Engine engine(UnaryOperator<EngineConfig> change) {
    return Engine.create(change.apply(EngineConfig.defaults().withProvider("reference")
        .withThreads(2).withCompiledFolder(folder())));
  }

  private Engine engine() {
    return engine(config -> config);
  }

  /** A graph of some hundred nodes that tells its factor. */
  private static Graph deep(double factor) {
    var builder = new GraphBuilder();
    Node x = builder.input("x", DType.F32, 2, 2);
    Node state = x;
    for (int i = 0; i < 100; i++) {
      state = Ops.tanh(Ops.mul(Ops.neg(Ops.neg(Ops.matmul(state, x))), Ops.scalar(x, factor)));
    }
    return builder.build(state);
  }

  private static float[] run(Engine engine, Graph graph) {
    try (Tensor x = engine.tensor(new float[] {1, 2, 3, 4}, 2, 2);
        Tensor result = engine.compile(graph).run(x)) {
      return result.toFloats();
    }
  }

  private static float[] expected(double factor) {
    try (Engine plain = Engine.create(
        EngineConfig.defaults().withProvider("reference").withThreads(2))) {
      return run(plain, deep(factor));
    }
  }

  private List<Path> entries() throws IOException {
    try (var files = Files.list(folder())) {
      return files.sorted().toList();
    }
  }

  private static void assertFolder(Engine engine, long hits, long misses, long evictions,
      long refusals) {
    assertThat(engine.compilations().folder())
        .isEqualTo(new CompileStatistics.Folder(hits, misses, evictions, refusals));
  }

  @Test
  void anotherEngineFindsWhatTheFirstOneOptimised() throws IOException {
    float[] expected = expected(3);
    String explained;
    try (Engine first = engine()) {
      assertThat(run(first, deep(3))).isEqualTo(expected);
      explained = first.explain(deep(3));
      assertFolder(first, 0, 1, 0, 0);
    }
    assertThat(entries()).hasSize(1);
    try (Engine second = engine()) {
      Compiled compiled = second.compile(deep(3));
      assertFolder(second, 1, 0, 0, 0);
      assertThat(run(second, deep(3))).isEqualTo(expected);
      assertThat(compiled.explain()).isEqualTo(explained);
      assertThat(explained).contains("neg-neg");
    }
  }

  @Test
  void whatIsFoundIsSpecialisedWhenHot() {
    UnaryOperator<EngineConfig> hot = config -> config.withJit(JitConfig.of(OptimizationLevel.BASIC)
        .withLevels(OptimizationLevel.BASIC, OptimizationLevel.MODERATE).withHotThreshold(0));
    for (int hits = 0; hits < 2; hits++) {
      try (Engine engine = engine(hot)) {
        assertThat(run(engine, deep(3))).isEqualTo(expected(3));
        assertFolder(engine, hits, 1 - hits, 0, 0);
        assertThat(engine.compilations().hot().made()).isOne();
      }
    }
  }

  @Test
  void tellsGraphsAndSetupsApart() {
    try (Engine first = engine()) {
      first.compile(deep(3));
    }
    try (Engine other = engine()) {
      assertThat(run(other, deep(2))).isEqualTo(expected(2));
      assertFolder(other, 0, 1, 0, 0);
    }
    try (Engine other = engine(config -> config.withOptimization(OptimizationLevel.BASIC))) {
      other.compile(deep(3));
      assertFolder(other, 0, 1, 0, 0);
    }
    try (Engine other = engine(config -> config.withEinsumBytesMax(1 << 20))) {
      other.compile(deep(3));
      assertFolder(other, 0, 1, 0, 0);
    }
    try (Engine other = engine(config -> config.withProvider(null))) {
      other.compile(deep(3));
      assertFolder(other, 0, 1, 0, 0);
    }
  }

  @Test
  void smallGraphsAndUnchangedOnesNeedNoFile() {
    var builder = new GraphBuilder();
    Node x = builder.input("x", DType.F32, 2, 2);
    try (Engine engine = engine()) {
      run(engine, builder.build(Ops.exp(x)));
      assertFolder(engine, 0, 0, 0, 0);
    }
    try (Engine engine = engine(config -> config.withOptimization(OptimizationLevel.NONE))) {
      engine.compile(deep(3));
      assertFolder(engine, 0, 0, 0, 0);
    }
    assertThat(folder()).doesNotExist();
  }

  @Test
  void ordersOfContractionAreKept() throws IOException {
    var builder = new GraphBuilder();
    var operands = new ArrayList<Node>();
    var terms = new ArrayList<List<Integer>>();
    for (int i = 0; i < 12; i++) {
      operands.add(builder.input("x" + i, DType.F32, 2 + i * 7 % 5, 2 + (i + 1) * 7 % 5));
      terms.add(List.of(i, i + 1));
    }
    Graph chain = builder.build(Ops.einsum(new EinsumSpec(terms, List.of(0, 12)),
        Semiring.SUM_PRODUCT, operands));
    String planned;
    try (Engine first = engine()) {
      planned = first.compile(chain).program().toString();
      assertFolder(first, 0, 1, 0, 0);
    }
    try (Engine second = engine()) {
      assertThat(second.compile(chain).program()).hasToString(planned);
      assertFolder(second, 1, 0, 0, 0);
    }
  }

  /** What may have become of a file. */
  enum Damage {
    EMPTY {
      @Override
      byte[] of(byte[] entry) {
        return new byte[0];
      }
    },
    CUT_OFF {
      @Override
      byte[] of(byte[] entry) {
        return Arrays.copyOf(entry, entry.length - 1);
      }
    },
    FLIPPED {
      @Override
      byte[] of(byte[] entry) {
        byte[] flipped = entry.clone();
        flipped[entry.length - 9] ^= 4;
        return flipped;
      }
    },
    OTHER_FORMAT {
      @Override
      byte[] of(byte[] entry) {
        byte[] other = entry.clone();
        other[3]++;
        return other;
      }
    },
    ZEROS {
      @Override
      byte[] of(byte[] entry) {
        return new byte[entry.length];
      }
    };

    abstract byte[] of(byte[] entry);
  }

  @ParameterizedTest
  @EnumSource
  void damagedFilesAreMadeAnew(Damage damage) throws IOException {
    try (Engine first = engine()) {
      first.compile(deep(3));
    }
    Path file = entries().getFirst();
    byte[] entry = Files.readAllBytes(file);
    Files.write(file, damage.of(entry));
    try (Engine second = engine()) {
      assertThat(run(second, deep(3))).isEqualTo(expected(3));
      assertFolder(second, 0, 1, 0, 1);
    }
    assertThat(file).hasBinaryContent(entry);
  }

  @Test
  void keysOfOneHashAreToldApart() throws IOException {
    try (Engine first = engine()) {
      first.compile(deep(3));
      Path three = entries().getFirst();
      first.compile(deep(2));
      Path two = entries().stream().filter(path -> !path.equals(three)).findFirst().orElseThrow();
      Files.copy(two, three, StandardCopyOption.REPLACE_EXISTING);
    }
    try (Engine second = engine()) {
      assertThat(run(second, deep(3))).isEqualTo(expected(3));
      assertFolder(second, 0, 1, 0, 1);
    }
  }

  @Test
  void theLeastRecentlyUsedFilesMakeRoom() throws IOException {
    var files = new ArrayList<Path>();
    long bytes = 0;
    try (Engine first = engine()) {
      for (int factor = 1; factor <= 3; factor++) {
        first.compile(deep(factor));
        var fresh = new ArrayList<>(entries());
        fresh.removeAll(files);
        files.addAll(fresh);
        bytes += Files.size(fresh.getFirst());
        Files.setLastModifiedTime(fresh.getFirst(),
            FileTime.from(Instant.now().minusSeconds(100 - factor)));
      }
    }
    long bytesMax = bytes;
    try (Engine second = engine(config -> config.withCompiledFolderBytesMax(bytesMax))) {
      second.compile(deep(1));
      second.compile(deep(4));
      assertFolder(second, 1, 1, 1, 0);
    }
    assertThat(entries()).hasSize(3).contains(files.get(0), files.get(2));
    try (Engine third = engine(config -> config.withCompiledFolderBytesMax(10))) {
      third.compile(deep(5));
      assertFolder(third, 0, 1, 0, 0);
    }
    assertThat(entries()).hasSize(3);
  }

  @Test
  void whatDeadProcessesLeftIsRemoved() throws IOException {
    Files.createDirectories(folder());
    Path left = Files.write(folder().resolve("entry1.tmp"), new byte[9]);
    Files.setLastModifiedTime(left, FileTime.from(Instant.now().minusSeconds(3600)));
    Path running = Files.write(folder().resolve("entry2.tmp"), new byte[9]);
    Path foreign = Files.write(folder().resolve("notes.txt"), new byte[9]);
    try (Engine engine = engine()) {
      engine.compile(deep(3));
    }
    assertThat(left).doesNotExist();
    assertThat(running).exists();
    assertThat(foreign).exists();
  }

  @Test
  void aFolderThatCannotBeUsedIsNoError() throws IOException {
    Files.write(folder(), new byte[1]);
    try (Engine engine = engine()) {
      assertThat(run(engine, deep(3))).isEqualTo(expected(3));
      assertThat(engine.compilations().folder().refusals()).isPositive();
      assertThat(engine.compilations().folder().hits()).isZero();
    }
  }

  @Test
  void enginesShareAFolderAtOneTime() throws Exception {
    float[][] expected = new float[6][];
    for (int factor = 1; factor < expected.length; factor++) {
      expected[factor] = expected(factor);
    }
    long bytesMax = 40_000;
    try (var pool = Executors.newFixedThreadPool(4)) {
      var ends = new ArrayList<Future<?>>();
      for (int worker = 0; worker < 4; worker++) {
        int shift = worker;
        ends.add(pool.submit(() -> {
          for (int round = 0; round < 8; round++) {
            try (Engine engine = engine(config -> config.withCompiledFolderBytesMax(bytesMax))) {
              int factor = 1 + (shift + round) % 5;
              assertThat(run(engine, deep(factor))).isEqualTo(expected[factor]);
              assertThat(engine.compilations().folder().refusals()).isZero();
            }
          }
        }));
      }
      for (Future<?> end : ends) {
        end.get();
      }
    }
    assertThat(entries()).isNotEmpty().allSatisfy(path ->
        assertThat(path.toString()).endsWith(".tlc"));
    assertThat(Collections.max(entries().stream().map(path -> path.toFile().length()).toList()))
        .isLessThan(bytesMax);
  }
}
