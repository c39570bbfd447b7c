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
import org.tensorlogic.ir.Ops;
import org.tensorlogic.type.DType;

/** The product of two square f32 matrices. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class Matmul {

  @Param({"256", "1024"})
  private int extent;

  @Param({"1", "2"})
  private int threads;

  private Workload workload;

  /** For JMH. */
  public Matmul() {}

  /** Compiles the graph and checks one run. */
  @Setup
  public void prepare() {
    String name = "matmul_" + extent;
    var builder = new GraphBuilder();
    var product = Ops.matmul(builder.input("A", DType.F32, extent, extent),
        builder.input("B", DType.F32, extent, extent));
    workload = Workload.of(threads, builder, product,
        Inputs.uniform(name + "/A", extent * extent, 1),
        Inputs.uniform(name + "/B", extent * extent, 1));
    Inputs.requireFirst(workload.run(), extent == 256
        ? new double[] {9.270549044685367, 5.126498292842783, -0.20725246290490418}
        : new double[] {1.0326116520042916, 7.987220568030708, -1.7468698893964785});
  }

  /** Frees the engine. */
  @TearDown
  public void close() {
    workload.close();
  }

  /** One product into a fresh result. */
  @Benchmark
  public void run() {
    workload.run().close();
  }
}
