package org.tensorlogic.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import java.lang.foreign.ValueLayout;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorlogic.engine.Engine;
import org.tensorlogic.error.ClosedException;
import org.tensorlogic.error.KernelException;
import org.tensorlogic.error.TensorLogicException;
import org.tensorlogic.exec.Bound;
import org.tensorlogic.ir.Domain;
import org.tensorlogic.ir.Graph;
import org.tensorlogic.ir.GraphBuilder;
import org.tensorlogic.ir.Node;
import org.tensorlogic.ir.Ops;
import org.tensorlogic.memory.Tensor;
import org.tensorlogic.testkit.RandomTensors;
import org.tensorlogic.type.DType;
import org.tensorlogic.type.TensorType;

/** Graphs bound to their inputs and outputs. */
class BoundTest {

  private static final TensorType SQUARE = TensorType.of(DType.F32, 2, 2);
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  /** {@code y = tanh(x w) + x} on square matrices. */
  private static Graph graph(long extent) {
    var builder = new GraphBuilder();
    Node x = builder.input("x", DType.F32, extent, extent);
    Node w = builder.input("w", DType.F32, extent, extent);
    return builder.build(Map.of("y", Ops.add(Ops.tanh(Ops.matmul(x, w)), x)));
  }

  private static Tensor filled(Engine engine, long extent) {
    var elements = new float[(int) (extent * extent)];
    for (int i = 0; i < elements.length; i++) {
      elements[i] = (i % 7 - 3) / 8f;
    }
    return engine.tensor(elements, extent, extent);
  }

  @ParameterizedTest
  @ValueSource(strings = {"reference", "native"})
  void readsTheElementsOfTheMoment(String provider) {
    try (Engine engine = Engines.of(provider);
        var x = engine.tensor(new float[] {1, 2, 3, 4}, 2, 2);
        var w = engine.tensor(new float[] {1, 0, 0, 1}, 2, 2);
        var y = engine.allocate(SQUARE)) {
      var compiled = engine.compile(graph(2));
      try (Bound bound = compiled.bind(Map.of("x", x, "w", w), Map.of("y", y));
          Bound owning = compiled.bind(x, w)) {
        for (float first : new float[] {1, -5}) {
          x.access(memory -> {
            memory.setAtIndex(ValueLayout.JAVA_FLOAT, 0, first);
            return null;
          });
          bound.run();
          owning.run();
          try (var expected = compiled.run(x, w)) {
            assertThat(y.toFloats()).isEqualTo(expected.toFloats());
            assertThat(owning.output().toFloats()).isEqualTo(expected.toFloats());
            assertThat(owning.outputs().get("y").toFloats()).isEqualTo(expected.toFloats());
          }
        }
      }
    }
  }

  /** In steady state; the second graph is large enough for both threads to share its steps. */
  @ParameterizedTest
  @CsvSource({"1, 16", "2, 16", "2, 400"})
  void allocatesNothing(int threads, long extent) {
    try (Engine engine = Engines.of("native", threads); var x = filled(engine, extent);
        var w = filled(engine, extent); var bound = engine.compile(graph(extent)).bind(x, w)) {
      requireNoAllocation(engine, bound, extent > 100 ? 200 : 5000, extent > 100);
    }
  }

  @Test
  void allocatesNothingAfterAProfile() {
    try (Engine engine = Engines.of("native", 2); var x = filled(engine, 16);
        var w = filled(engine, 16); var bound = engine.compile(graph(16)).bind(x, w)) {
      bound.profile(3);
      requireNoAllocation(engine, bound, 5000, false);
    }
  }

  /** The last block is shorter, 1031 rows of scores being cut. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void blocksAllocateNothing(int threads) {
    var builder = new GraphBuilder();
    Node x = builder.input("x", DType.F32, 1031, 8);
    Node exp = Ops.exp(Ops.einsum("qd,kd->qk", x, x));
    Node sums = Ops.insertAxes(Ops.sum(exp, 1), exp.shape(), List.of(1));
    Graph graph = builder.build(Ops.einsum("qk,kd->qd", Ops.div(exp, sums), x));
    try (Engine engine = Engines.of("native", threads);
        var elements = new RandomTensors(1).tensor(engine, x.type(), new Domain(-1, 1));
        var bound = engine.compile(graph).bind(elements)) {
      assertThat(engine.explain(graph)).contains("stay inside");
      requireNoAllocation(engine, bound, 50, threads > 1);
      try (var expected = engine.compile(graph).run(elements)) {
        assertThat(bound.output().toFloats()).isEqualTo(expected.toFloats());
      }
    }
  }

  /** By the calling thread and the workers, who must have computed tiles if the graph is shared. */
  private static void requireNoAllocation(Engine engine, Bound bound, int runs, boolean isShared) {
    long[] threads = LongStream.concat(LongStream.of(Thread.currentThread().threadId()),
        workers().stream().mapToLong(Thread::threadId)).toArray();
    assertThat(threads).hasSizeGreaterThanOrEqualTo(engine.workers().threads());
    long bytes = -1; // also where a worker of an engine that was closed before ends
    long tiles = 0;
    // The compiler needs some rounds to remove what the interpreter allocates.
    for (int round = 0; round < 60 && (bytes < 0 || bytes >= runs
        || isShared && tiles == 0); round++) {
      long tilesBefore = tilesOfWorkers(engine);
      long bytesBefore = allocatedBytes(threads);
      for (int i = 0; i < runs; i++) {
        bound.run();
      }
      bytes = allocatedBytes(threads) - bytesBefore;
      tiles = tilesOfWorkers(engine) - tilesBefore;
    }
    assertThat(bytes).as("bytes in %d runs", runs).isBetween(0L, runs - 1L);
    assertThat(tiles > 0).as("%d tiles computed by workers", tiles).isEqualTo(isShared);
  }

  private static List<Thread> workers() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith("tensorlogic-worker-")).toList();
  }

  /** Asks for each thread by itself, which allocates nothing; for all at once it would. */
  private static long allocatedBytes(long[] threads) {
    long sum = 0;
    for (long thread : threads) {
      sum += THREADS.getThreadAllocatedBytes(thread);
    }
    return sum;
  }

  /** The last count of the pool's is of calling threads. */
  private static long tilesOfWorkers(Engine engine) {
    List<Long> tiles = engine.workers().statistics().tiles();
    return tiles.subList(0, tiles.size() - 1).stream().mapToLong(Long::longValue).sum();
  }

  @Test
  void closedTensorsAreRefused() {
    try (Engine engine = Engines.of("reference")) {
      var compiled = engine.compile(graph(2));
      var x = filled(engine, 2);
      var w = filled(engine, 2);
      Bound bound = compiled.bind(x, w);
      bound.run();
      x.close();
      assertThatThrownBy(bound::run).isInstanceOf(ClosedException.class);
      bound.close();
      bound.close();
      assertThatThrownBy(bound::run).isInstanceOf(ClosedException.class)
          .hasMessageContaining("bound graph is closed");
      assertThatThrownBy(() -> bound.output().toFloats()).isInstanceOf(ClosedException.class);
      w.close();
      assertThat(engine.memory().usedBytes()).isZero();
    }
  }

  @Test
  void closedEngineIsRefused() {
    Engine engine = Engines.of("reference");
    Bound bound = engine.compile(graph(2)).bind(filled(engine, 2), filled(engine, 2));
    bound.run();
    engine.close();
    assertThatThrownBy(bound::run).isInstanceOf(ClosedException.class);
    bound.close();
  }

  @Test
  void unfitOutputsAreRefused() {
    try (Engine engine = Engines.of("reference"); var x = filled(engine, 2);
        var w = filled(engine, 2); var y = filled(engine, 3); var z = engine.allocate(SQUARE);
        var turned = z.permute(1, 0)) {
      var compiled = engine.compile(graph(2));
      long used = engine.memory().usedBytes();
      var inputs = Map.of("x", x, "w", w);
      assertThatThrownBy(() -> compiled.bind(inputs, Map.of("y", y)))
          .isInstanceOf(TensorLogicException.class)
          .hasMessageContaining("output \"y\" is f32[2, 2]");
      assertThatThrownBy(() -> compiled.bind(inputs, Map.of("y", turned)))
          .isInstanceOf(TensorLogicException.class).hasMessageContaining("without gaps");
      assertThatThrownBy(() -> compiled.bind(inputs, Map.of("y", w)))
          .isInstanceOf(TensorLogicException.class).hasMessageContaining("shares its memory");
      assertThatThrownBy(() -> compiled.bind(inputs, Map.of("z", z)))
          .isInstanceOf(TensorLogicException.class).hasMessageContaining("[y]");
      assertThatThrownBy(() -> compiled.bind(x)).isInstanceOf(TensorLogicException.class);
      assertThat(engine.memory().usedBytes()).isEqualTo(used);
    }
  }

  @Test
  void onlyOneThreadRunsIt() throws InterruptedException {
    try (Engine engine = Engines.of("reference"); var x = filled(engine, 60);
        var w = filled(engine, 60); var bound = engine.compile(graph(60)).bind(x, w)) {
      var refusal = new AtomicReference<RuntimeException>();
      var end = new CountDownLatch(1);
      Runnable loop = () -> {
        while (end.getCount() > 0) {
          try {
            bound.run();
          } catch (RuntimeException problem) {
            refusal.compareAndSet(null, problem);
            end.countDown();
          }
        }
      };
      Thread other = Thread.ofPlatform().start(loop);
      Thread another = Thread.ofPlatform().start(loop);
      assertThat(end.await(30, TimeUnit.SECONDS)).isTrue();
      other.join();
      another.join();
      assertThat(refusal.get()).isInstanceOf(KernelException.class)
          .hasMessageContaining("two threads");
      bound.run();
    }
  }

  @Test
  void closingWaitsForTheRun() throws InterruptedException {
    try (Engine engine = Engines.of("native")) {
      for (int round = 0; round < 50; round++) {
        var x = filled(engine, 60);
        var w = filled(engine, 60);
        Bound bound = engine.compile(graph(60)).bind(x, w);
        var problem = new AtomicReference<RuntimeException>();
        var running = new CountDownLatch(1);
        Thread thread = Thread.ofPlatform().start(() -> {
          try {
            while (true) {
              bound.run();
              running.countDown();
            }
          } catch (RuntimeException end) {
            problem.set(end);
          }
        });
        assertThat(running.await(30, TimeUnit.SECONDS)).isTrue();
        x.close();
        w.close();
        bound.close();
        thread.join();
        assertThat(problem.get()).isInstanceOf(ClosedException.class);
        assertThat(engine.memory().usedBytes()).isZero();
      }
    }
  }
}
