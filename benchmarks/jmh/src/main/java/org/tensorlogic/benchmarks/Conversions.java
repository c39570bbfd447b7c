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
import org.tensorlogic.engine.Engine;
import org.tensorlogic.engine.EngineConfig;
import org.tensorlogic.ir.GraphBuilder;
import org.tensorlogic.ir.Ops;
import org.tensorlogic.memory.Tensor;
import org.tensorlogic.type.DType;

/** A million elements of one dtype converted to another one. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class Conversions {

  private static final int COUNT = 1_000_000;

  @Param({"F32", "F64", "I64", "BOOL"})
  private DType from;

  /** The same dtype is no conversion: the input is copied. */
  @Param({"F32", "F64", "I64", "BOOL"})
  private DType to;

  @Param({"1", "2"})
  private int threads;

  private Workload workload;

  /** For JMH. */
  public Conversions() {}

  /** Compiles the graph and checks one run. */
  @Setup
  public void prepare() {
    var engine = Engine.create(EngineConfig.defaults().withThreads(threads));
    Tensor source = source(engine);
    var builder = new GraphBuilder();
    workload = new Workload(engine, engine.compile(
        builder.build(Ops.convert(builder.input("x", from, COUNT), to))), source);
    Inputs.requireFirst(workload.run(), 0, 1, from == DType.BOOL || to == DType.BOOL ? 1 : 2);
  }

  /** Whole numbers from 0 to 99, which every dtype but bool holds. */
  private Tensor source(Engine engine) {
    var values = new float[COUNT];
    for (int i = 0; i < COUNT; i++) {
      values[i] = i % 100;
    }
    var builder = new GraphBuilder();
    try (Tensor numbers = engine.tensor(values)) {
      return engine.compile(builder.build(
          Ops.convert(builder.input("x", DType.F32, COUNT), from))).run(numbers);
    }
  }

  /** Frees the engine. */
  @TearDown
  public void close() {
    workload.close();
  }

  /** One conversion into a fresh result. */
  @Benchmark
  public void run() {
    workload.run().close();
  }
}
