package org.tensorlogic.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorlogic.einsum.Semiring;
import org.tensorlogic.engine.Engine;
import org.tensorlogic.engine.EngineConfig;
import org.tensorlogic.error.ClosedException;
import org.tensorlogic.error.MemoryException;
import org.tensorlogic.error.ShapeException;
import org.tensorlogic.error.TensorLogicException;
import org.tensorlogic.ir.Binary;
import org.tensorlogic.ir.GraphBuilder;
import org.tensorlogic.ir.Ops;
import org.tensorlogic.ir.Unary;
import org.tensorlogic.type.DType;
import org.tensorlogic.type.Shape;
import org.tensorlogic.type.TensorType;

/** Wrong use, many threads and impossible shapes end in Java exceptions, never in a crash. */
class SafetyTest {

  private static Engine engine(String provider) {
    return Engines.of(provider);
  }

  @ParameterizedTest
  @ValueSource(strings = {"reference", "native"})
  void useAfterCloseIsRefused(String provider) {
    Engine engine = engine(provider);
    var tensor = engine.tensor(new float[] {1, 2});
    var kept = engine.tensor(new float[] {3, 4});
    var view = kept.slice(0, 1, 1, 1);
    var graph = new GraphBuilder();
    var compiled = engine.compile(graph.build(Ops.neg(graph.input("x", DType.F32, 2L))));
    tensor.close();
    tensor.close();
    assertThatThrownBy(tensor::toFloats).isInstanceOf(ClosedException.class);
    assertThatThrownBy(() -> compiled.run(tensor)).isInstanceOf(ClosedException.class);
    assertThatThrownBy(() -> tensor.slice(0, 0, 1, 1)).isInstanceOf(ClosedException.class);
    kept.close();
    assertThat(view.toFloats()).containsExactly(4);
    engine.close();
    engine.close();
    assertThatThrownBy(view::toFloats).isInstanceOf(ClosedException.class);
    assertThatThrownBy(() -> compiled.run(view)).isInstanceOf(TensorLogicException.class);
    assertThatThrownBy(() -> engine.tensor(new float[] {1})).isInstanceOf(ClosedException.class);
    assertThatThrownBy(() -> engine.unary(Unary.NEG, view)).isInstanceOf(ClosedException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"reference", "native"})
  void closingWhileRunningEndsTheRuns(String provider) throws InterruptedException {
    for (int round = 0; round < 5; round++) {
      Engine engine = engine(provider);
      var matrix = engine.tensor(new double[100 * 100], 100, 100);
      var problems = new ConcurrentLinkedQueue<Throwable>();
      var running = new CountDownLatch(6);
      var threads = new ArrayList<Thread>();
      for (int i = 0; i < 6; i++) {
        threads.add(Thread.ofPlatform().start(() -> {
          try {
            for (boolean first = true; true; first = false) {
              engine.einsum("ij,jk->ik", Semiring.SUM_PRODUCT, List.of(matrix, matrix)).close();
              if (first) {
                running.countDown();
              }
            }
          } catch (RuntimeException | Error problem) {
            problems.add(problem);
          }
        }));
      }
      assertThat(running.await(30, TimeUnit.SECONDS)).isTrue();
      engine.close();
      for (Thread thread : threads) {
        assertThat(thread.join(Duration.ofSeconds(30))).isTrue();
      }
      assertThat(problems).hasSize(6).allMatch(ClosedException.class::isInstance);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"reference", "native"})
  void manyThreadsMultiplySmallMatrices(String provider) throws InterruptedException {
    var start = new CountDownLatch(1);
    var problems = new ConcurrentLinkedQueue<Throwable>();
    var threads = new ArrayList<Thread>();
    try (Engine engine = engine(provider)) {
      for (int i = 0; i < 1200; i++) {
        float scale = i;
        threads.add(Thread.ofPlatform().stackSize(1 << 18).start(() -> {
          try {
            start.await();
            multiply(engine, scale);
          } catch (InterruptedException | RuntimeException | Error problem) {
            problems.add(problem);
          }
        }));
      }
      start.countDown();
      for (Thread thread : threads) {
        thread.join();
      }
      assertThat(problems).isEmpty();
    }
  }

  private static void multiply(Engine engine, float scale) {
    try (var a = engine.tensor(new float[] {1, 2, 3, 4}, 2, 2);
        var b = engine.tensor(new float[] {scale, 0, 0, scale}, 2, 2);
        var c = engine.einsum("ij,jk->ik", Semiring.SUM_PRODUCT, List.of(a, b))) {
      assertThat(c.toFloats()).containsExactly(scale, 2 * scale, 3 * scale, 4 * scale);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"reference", "native"})
  void giganticShapesAreRefused(String provider) {
    try (Engine engine = engine(provider);
        var vector = engine.tensor(new double[1 << 20]);
        var scalar = engine.scalar(DType.F64, 1)) {
      assertThatThrownBy(() -> engine.allocate(TensorType.of(DType.F64, 1L << 40)))
          .isInstanceOf(MemoryException.class);
      assertThatThrownBy(() -> engine.allocate(TensorType.of(DType.F64, Long.MAX_VALUE)))
          .isInstanceOf(TensorLogicException.class);
      assertThatThrownBy(() -> engine.allocate(
          TensorType.of(DType.F64, Long.MAX_VALUE, Long.MAX_VALUE)))
          .isInstanceOf(ShapeException.class);
      assertThatThrownBy(() -> engine.einsum("i,j->ij", Semiring.SUM_PRODUCT,
          List.of(vector, vector))).isInstanceOf(MemoryException.class);
      assertThatThrownBy(() -> engine.einsum("i,j,k,l->ijkl", Semiring.SUM_PRODUCT,
          List.of(vector, vector, vector, vector))).isInstanceOf(TensorLogicException.class);
      var builder = new GraphBuilder();
      var wide = Ops.exp(Ops.broadcastTo(builder.input("x", TensorType.of(DType.F64)),
          Shape.of(1L << 31, 1L << 31)));
      var compiled = engine.compile(builder.build(wide));
      assertThatThrownBy(() -> compiled.run(scalar)).isInstanceOf(TensorLogicException.class);
      try (var after = engine.binary(Binary.ADD, scalar, scalar)) {
        assertThat(after.get()).isEqualTo(2);
      }
    }
  }

  @Test
  void wrongSetupsAreRefused() {
    var config = EngineConfig.defaults();
    assertThatThrownBy(() -> Engine.create(config.withThreads(0)))
        .isInstanceOf(TensorLogicException.class);
    assertThatThrownBy(() -> Engine.create(config.withMemoryBytesMax(0)))
        .isInstanceOf(TensorLogicException.class);
    assertThatThrownBy(() -> Engine.create(config.withProvider("abacus")))
        .isInstanceOf(TensorLogicException.class).hasMessageContaining("abacus");
  }

  @Test
  void allMemoryComesBack() {
    try (Engine engine = Engines.of("reference")) {
      for (int i = 0; i < 100; i++) {
        multiply(engine, i);
      }
      assertThat(engine.memory().usedBytes()).isZero();
      assertThat(engine.memory().heldBytes()).isLessThan(1 << 20);
    }
  }
}
