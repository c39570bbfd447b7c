package org.tensorlogic.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorlogic.engine.Compiled;
import org.tensorlogic.engine.Engine;
import org.tensorlogic.engine.EngineConfig;
import org.tensorlogic.ir.Domain;
import org.tensorlogic.ir.Graph;
import org.tensorlogic.ir.GraphBuilder;
import org.tensorlogic.ir.Literal;
import org.tensorlogic.ir.Node;
import org.tensorlogic.ir.Ops;
import org.tensorlogic.memory.Tensor;
import org.tensorlogic.plan.Slot;
import org.tensorlogic.testkit.RandomTensors;
import org.tensorlogic.type.DType;
import org.tensorlogic.type.Dim;
import org.tensorlogic.type.Layout;
import org.tensorlogic.type.TensorType;

/** How often the constants of graphs lie in memory, and until when. */
class ConstantsTest {

  private static final int ROWS = 512;
  private static final int COLUMNS = 2048;
  private static final long BYTES = 4L * ROWS * COLUMNS;
  private static final long[] BATCHES = {1, 2, 3, 8, 32, 64, 128, 200};

  private static Engine engine(String provider, boolean specialises) {
    var config = EngineConfig.defaults().withThreads(2).withCompiledBytesMax(0);
    config = config.withJit(config.jit().withHotThreshold(specialises ? 0 : 1000)
        .withSpecializationsMax(BATCHES.length));
    return Engine.create(provider.equals("native") ? config : config.withProvider(provider));
  }

  private static Literal weights() {
    return Literal.of(DoubleStream.iterate(-1, value -> value > 1 ? -1 : value + 0x1p-9)
        .limit((long) ROWS * COLUMNS).toArray());
  }

  /** {@code x w} with weights of 4 MiB. */
  private static Graph layer() {
    var builder = new GraphBuilder();
    Node x = builder.input("x", DType.F32, Dim.of("n"), Dim.of(ROWS));
    return builder.build(Ops.matmul(x,
        builder.constant(TensorType.of(DType.F32, ROWS, COLUMNS), weights())));
  }

  private static float[] run(Engine engine, Compiled compiled, long batch) {
    try (Tensor x = new RandomTensors(batch).tensor(engine,
        TensorType.of(DType.F32, batch, ROWS), new Domain(-1, 1)); Tensor y = compiled.run(x)) {
      return y.toFloats();
    }
  }

  private static Stream<MemorySegment> fixed(Compiled compiled, long batch) {
    return compiled.program(List.of(Layout.contiguous(batch, ROWS))).slots().stream()
        .filter(Slot.Fixed.class::isInstance).map(slot -> ((Slot.Fixed) slot).elements())
        .filter(elements -> elements.byteSize() > 0);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void allBatchSizesShareOneCopy(boolean specialises) {
    try (Engine engine = engine("reference", specialises)) {
      Compiled compiled = engine.compile(layer());
      assertThat(engine.memory().constantBytes()).isZero();
      for (long batch : new long[] {1, 2, 3, 4, 5, 6, 7, 8}) {
        compiled.program(List.of(Layout.contiguous(batch, ROWS)));
      }
      run(engine, compiled, 1);
      run(engine, compiled, 1);
      assertThat(engine.memory().constantBytes()).isEqualTo(BYTES);
    }
  }

  /** One copy for each order, and the one as written only where a plan reads it. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void eachOrderIsPackedOnce(boolean specialises) {
    try (Engine engine = engine("native", specialises)) {
      Compiled compiled = engine.compile(layer());
      for (long batch : BATCHES) {
        float[] expected;
        try (Engine alone = engine("native", specialises)) {
          expected = run(alone, alone.compile(layer()), batch);
        }
        assertThat(run(engine, compiled, batch)).isEqualTo(expected);
      }
      Map<Long, Long> copies = LongStream.of(BATCHES).boxed()
          .flatMap(batch -> fixed(compiled, batch)).collect(Collectors.toMap(
              MemorySegment::address, MemorySegment::byteSize, (one, _) -> one));
      assertThat(copies.size()).isLessThanOrEqualTo(3);
      assertThat(engine.memory().constantBytes())
          .isEqualTo(copies.values().stream().mapToLong(Long::longValue).sum());
    }
  }

  @Test
  void equalElementsAreOneConstant() {
    var builder = new GraphBuilder();
    Node x = builder.input("x", DType.F64, 4, 3);
    Node row = builder.constant(TensorType.of(DType.F64, 3), Literal.of(1.0, 2.0, 3.0));
    Node column = builder.constant(TensorType.of(DType.F64, 3, 1), Literal.of(1.0, 2.0, 3.0));
    Graph graph = builder.build(Map.of("row", Ops.einsum("ij,j->i", x, row),
        "column", Ops.matmul(x, column)));
    try (Engine engine = engine("reference", false)) {
      engine.compile(graph).program();
      assertThat(engine.memory().constantBytes()).isEqualTo(3 * Double.BYTES);
    }
  }

  @Test
  void copiesAreFreedWithTheLastPlan() throws InterruptedException {
    try (Engine engine = engine("native", false)) {
      run(engine, engine.compile(layer()), 64);
      long end = System.nanoTime() + 60_000_000_000L;
      while (engine.memory().constantBytes() > 0 && System.nanoTime() < end) {
        System.gc();
        Thread.sleep(10);
      }
      assertThat(engine.memory().constantBytes()).isZero();
      Compiled kept = engine.compile(layer());
      float[] expected = run(engine, kept, 64);
      long bytes = engine.memory().constantBytes();
      System.gc();
      assertThat(run(engine, kept, 64)).isEqualTo(expected);
      assertThat(engine.memory().constantBytes()).isEqualTo(bytes).isPositive();
    }
  }
}
