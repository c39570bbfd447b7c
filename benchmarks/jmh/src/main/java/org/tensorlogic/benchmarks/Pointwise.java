package org.tensorlogic.benchmarks;

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
import org.tensorlogic.ir.GraphBuilder;
import org.tensorlogic.ir.Node;
import org.tensorlogic.ir.Ops;
import org.tensorlogic.type.DType;

/** Functions of 10,000,000 f32 elements: {@code sigmoid(a b + c) tanh(d)}, and exp alone. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class Pointwise {

  private static final int COUNT = 10_000_000;

  @Param({"1", "2"})
  private int threads;

  private Workload chain;
  private Workload exp;

  /** For JMH. */
  public Pointwise() {}

  /** Compiles both graphs and checks one run of each. */
  @Setup
  public void prepare() {
    var builder = new GraphBuilder();
    Node product = Ops.mul(input(builder, "a"), input(builder, "b"));
    Node gate = Ops.sigmoid(Ops.add(product, input(builder, "c")));
    Node result = Ops.mul(gate, Ops.tanh(input(builder, "d")));
    float[] a = values("a");
    chain = Workload.of(threads, builder, result, a, values("b"), values("c"), values("d"));
    Inputs.requireFirst(chain.run(), 0.14602117066949813, 0.374420064240597,
        0.09912904082022574, -0.39642970048918463);

    var alone = new GraphBuilder();
    exp = Workload.of(threads, alone, Ops.exp(input(alone, "x")), a);
    Inputs.requireFirst(exp.run(), Math.exp(a[0]), Math.exp(a[1]));
  }

  private static Node input(GraphBuilder builder, String name) {
    return builder.input(name, DType.F32, COUNT);
  }

  private static float[] values(String name) {
    return Inputs.uniform("ew_chain_10m/" + name, COUNT, 2);
  }

  /** Frees the engines. */
  @TearDown
  public void close() {
    chain.close();
    exp.close();
  }

  /** The chain into a fresh result. */
  @Benchmark
  public void chain() {
    chain.run().close();
  }

  /** The exponential into a fresh result. */
  @Benchmark
  public void exp() {
    exp.run().close();
  }
}
