package org.tensorlogic.benchmarks;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.tensorlogic.exec.Bound;
import org.tensorlogic.ir.GraphBuilder;
import org.tensorlogic.ir.Node;
import org.tensorlogic.ir.Ops;
import org.tensorlogic.type.DType;

/**
 * Sixteen rounds of {@code X = tanh(X W + b) g} on 16x16: 64 operations without arithmetic to speak
 * of. The weights of each round are inputs of their own.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class SmallGraph {

  private static final int EXTENT = 16;
  private static final int ROUNDS = 16;

  @Param({"1", "2"})
  private int threads;

  private Workload workload;
  private Bound bound;

  /** For JMH. */
  public SmallGraph() {}

  /** Compiles the graph and checks one run. */
  @Setup
  public void prepare() {
    int square = EXTENT * EXTENT;
    float[] weights = Inputs.uniform("small_graph/W", ROUNDS * square, (float) Math.sqrt(3 / 16d));
    float[] biases = Inputs.uniform("small_graph/b", ROUNDS * EXTENT, 1);
    float[] gains = Inputs.uniform("small_graph/g", ROUNDS * EXTENT, 2);
    var values = new ArrayList<float[]>();
    var builder = new GraphBuilder();
    Node x = builder.input("X", DType.F32, EXTENT, EXTENT);
    values.add(Inputs.uniform("small_graph/X", square, 1));
    for (int i = 0; i < ROUNDS; i++) {
      Node weight = builder.input("W" + i, DType.F32, EXTENT, EXTENT);
      Node bias = builder.input("b" + i, DType.F32, EXTENT);
      Node gain = builder.input("g" + i, DType.F32, EXTENT);
      values.add(part(weights, i, square));
      values.add(part(biases, i, EXTENT));
      values.add(part(gains, i, EXTENT));
      x = Ops.mul(Ops.tanh(Ops.add(Ops.matmul(x, weight), bias)), gain);
    }
    workload = Workload.of(threads, builder, x, values.toArray(float[][]::new));
    Inputs.requireFirst(workload.run(), 0.38588425765622514, -0.7652664512677491,
        -1.1117004703574132, 0.6455488885427073);
    bound = workload.compiled().bind(workload.inputs());
  }

  private static float[] part(float[] values, int index, int count) {
    return Arrays.copyOfRange(values, index * count, (index + 1) * count);
  }

  /** Frees the engine. */
  @TearDown
  public void close() {
    bound.close();
    workload.close();
  }

  /** One run of the chain. */
  @Benchmark
  public void run() {
    workload.run().close();
  }

  /** One run on bound inputs and output. */
  @Benchmark
  public void bound() {
    bound.run();
  }
}
