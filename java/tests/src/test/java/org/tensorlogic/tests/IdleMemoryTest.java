package org.tensorlogic.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.tensorlogic.engine.Compiled;
import org.tensorlogic.engine.Engine;
import org.tensorlogic.engine.EngineConfig;
import org.tensorlogic.ir.Domain;
import org.tensorlogic.ir.Graph;
import org.tensorlogic.ir.GraphBuilder;
import org.tensorlogic.ir.Node;
import org.tensorlogic.ir.Ops;
import org.tensorlogic.memory.Scope;
import org.tensorlogic.memory.Tensor;
import org.tensorlogic.testkit.RandomTensors;
import org.tensorlogic.type.DType;
import org.tensorlogic.type.Dim;
import org.tensorlogic.type.TensorType;

/** Workspaces that compiled graphs keep for their next runs make room for whoever needs it. */
class IdleMemoryTest {

  private static final long MIB = 1L << 20;
  private static final int SHAPES = 24;
  private static final Dim N = Dim.of("n");

  /** An engine of two threads that specialises so many plans, each at its first run. */
  private static Engine engine(long memoryBytesMax, int specializationsMax) {
    var config = EngineConfig.defaults().withThreads(2).withMemoryBytesMax(memoryBytesMax);
    return Engine.create(config.withJit(config.jit().withHotThreshold(0)
        .withSpecializationsMax(specializationsMax).withProfilingWindow(100_000)));
  }

  /** {@code tanh(x w) v}: n times 2 KiB between an input and a result of n times 32 bytes. */
  private static Graph products() {
    var builder = new GraphBuilder();
    Node x = builder.input("x", DType.F32, N, Dim.of(8));
    Node w = builder.input("w", DType.F32, 8, 512);
    Node v = builder.input("v", DType.F32, 512, 8);
    return builder.build(Ops.matmul(Ops.tanh(Ops.matmul(x, w)), v));
  }

  /** Blocks of scores, each with memory of its own, once the extents are known. */
  private static Graph attention() {
    var builder = new GraphBuilder();
    Node x = builder.input("x", DType.F32, N, Dim.of(8));
    Node exp = Ops.exp(Ops.einsum("qd,kd->qk", x, x));
    Node sums = Ops.insertAxes(Ops.sum(exp, 1), exp.shape(), List.of(1));
    return builder.build(Ops.einsum("qk,kd->qd", Ops.div(exp, sums), x));
  }

  private static Tensor random(Engine engine, Scope scope, long rows, long columns) {
    return scope.own(new RandomTensors(rows).tensor(engine,
        TensorType.of(DType.F32, rows, columns), new Domain(-1, 1)));
  }

  private static long workspaceBytes(Compiled compiled, Tensor... inputs) {
    return compiled.program(Stream.of(inputs).map(Tensor::layout).toList()).workspaceBytes();
  }

  @Test
  void manyShapesGoOnWithinTheLimit() {
    try (Engine engine = engine(32 * MIB, 0); var scope = new Scope()) {
      Compiled compiled = engine.compile(products());
      Tensor w = random(engine, scope, 8, 512);
      Tensor v = random(engine, scope, 512, 8);
      long bytes = 0;
      for (long n = 1000; n < 4000; n += 75) {
        try (var inputs = new Scope()) {
          Tensor x = random(engine, inputs, n, 8);
          inputs.own(compiled.run(x, w, v));
          bytes += workspaceBytes(compiled, x, w, v);
        }
      }
      assertThat(compiled.plans()).hasSize(40);
      assertThat(bytes).isGreaterThan(5 * 32 * MIB);
    }
  }

  @Test
  void trimmingLeavesWhatIsInUse() {
    try (Engine engine = engine(1024 * MIB, 0); var scope = new Scope()) {
      Compiled compiled = engine.compile(products());
      Tensor w = random(engine, scope, 8, 512);
      Tensor v = random(engine, scope, 512, 8);
      Tensor x = random(engine, scope, 2000, 8);
      long tensors = engine.memory().usedBytes();
      try (var bound = compiled.bind(x, w, v)) {
        long held = engine.memory().usedBytes();
        assertThat(held - tensors).isGreaterThan(workspaceBytes(compiled, x, w, v));
        for (long n = 500; n < 600; n += 10) {
          try (var inputs = new Scope()) {
            inputs.own(compiled.run(random(engine, inputs, n, 8), w, v));
          }
        }
        assertThat(engine.memory().usedBytes()).isGreaterThan(held + 9 * MIB);
        assertThat(engine.trim()).isGreaterThanOrEqualTo(10 * 500 * 2048);
        assertThat(engine.memory().usedBytes()).isEqualTo(held);
        bound.run();
        float[] elements = bound.output().toFloats();
        assertThat(scope.own(compiled.run(x, w, v)).toFloats()).isEqualTo(elements);
      }
    }
  }

  /** Nobody can run these graphs again, so their memory is nobody's either. */
  @Test
  void forgottenGraphsHoldNothing() {
    var config = EngineConfig.defaults().withThreads(1).withCompiledBytesMax(0)
        .withMemoryBytesMax(32 * MIB);
    try (Engine engine = Engine.create(config); var scope = new Scope()) {
      Tensor w = random(engine, scope, 8, 512);
      Tensor v = random(engine, scope, 512, 8);
      Tensor x = random(engine, scope, 2000, 8);
      long tensors = engine.memory().usedBytes();
      for (int i = 0; i < 50; i++) {
        engine.compile(products()).run(x, w, v).close();
      }
      engine.trim();
      assertThat(engine.memory().usedBytes()).isEqualTo(tensors);
    }
  }

  @Test
  void runsAreRightWhileOthersTrim() throws Exception {
    var done = new AtomicBoolean();
    try (Engine engine = engine(1024 * MIB, SHAPES); var scope = new Scope();
        var threads = Executors.newCachedThreadPool()) {
      Compiled attention = engine.compile(attention());
      UnaryOperator<Tensor> products = products(engine, scope);
      Future<?> trimming = threads.submit(() -> {
        while (!done.get()) {
          engine.trim();
        }
      });
      try {
        runEverywhere(engine, 12, 25, x -> {
          try (Tensor scored = attention.run(x)) {
            return products.apply(scored);
          }
        });
      } finally {
        done.set(true);
      }
      trimming.get();
    }
  }

  /** Room for eight workspaces of 4 MiB, nine packed operands, and few idle workspaces more. */
  @Test
  void threadsShareAScarceMemory() throws Exception {
    try (Engine engine = engine(52 * MIB, 0); var scope = new Scope()) {
      runEverywhere(engine, 8, 60, products(engine, scope));
    }
  }

  private static UnaryOperator<Tensor> products(Engine engine, Scope scope) {
    Compiled compiled = engine.compile(products());
    Tensor w = random(engine, scope, 8, 512);
    Tensor v = random(engine, scope, 512, 8);
    return x -> compiled.run(x, w, v);
  }

  /** Runs on many threads at many shapes and compares the bits with those of one thread. */
  private static void runEverywhere(Engine engine, int threadCount, int runs,
      UnaryOperator<Tensor> graph) throws Exception {
    try (var scope = new Scope(); var threads = Executors.newFixedThreadPool(threadCount)) {
      List<Tensor> inputs = IntStream.range(0, SHAPES)
          .mapToObj(i -> random(engine, scope, 1000 + 40 * i, 8)).toList();
      List<float[]> expected = inputs.stream().map(x -> elements(graph.apply(x))).toList();
      var results = new ArrayList<Future<float[]>>();
      for (int i = 0; i < threadCount * runs; i++) {
        Tensor x = inputs.get(i % SHAPES);
        results.add(threads.submit(() -> elements(graph.apply(x))));
      }
      for (int i = 0; i < results.size(); i++) {
        assertThat(results.get(i).get()).isEqualTo(expected.get(i % SHAPES));
      }
    }
  }

  private static float[] elements(Tensor result) {
    try (result) {
      return result.toFloats();
    }
  }
}
