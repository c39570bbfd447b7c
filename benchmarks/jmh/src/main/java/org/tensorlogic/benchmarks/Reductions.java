package org.tensorlogic.benchmarks;

import java.util.List;
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
import org.tensorlogic.ir.Reduction;
import org.tensorlogic.memory.Tensor;
import org.tensorlogic.type.DType;

/** Rows and columns of 2048 x 2048 elements reduced, f32 or, for truth values, bool. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class Reductions {

  private static final int EXTENT = 2048;

  @Param
  private Reduction reduction;

  /** The axis that goes: 0 reduces columns, 1 rows. */
  @Param({"0", "1"})
  private int axis;

  @Param({"1", "2"})
  private int threads;

  private Workload workload;

  /** For JMH. */
  public Reductions() {}

  /** Compiles the graph and checks one run. */
  @Setup
  public void prepare() {
    var builder = new GraphBuilder();
    boolean truths = reduction == Reduction.ANY || reduction == Reduction.ALL;
    var x = builder.input("x", truths ? DType.BOOL : DType.F32, EXTENT, EXTENT);
    var engine = Engine.create(EngineConfig.defaults().withThreads(threads));
    float[] values = values();
    Tensor tensor = truths ? Inputs.truths(engine, EXTENT, values)
        : engine.tensor(values, EXTENT, EXTENT);
    workload = new Workload(engine,
        engine.compile(builder.build(Ops.reduce(reduction, x, List.of(axis)))), tensor);
    double expected = reduction.unit();
    for (int i = 0; i < EXTENT; i++) {
      expected = reduction.apply(expected, values[axis == 0 ? i * EXTENT : i]);
    }
    Inputs.requireFirst(workload.run(), expected);
  }

  /** Factors near 1, whose product neither vanishes nor overflows; truths that end no search. */
  private float[] values() {
    float[] values = Inputs.uniform("reductions/x", EXTENT * EXTENT, 0.01f);
    for (int i = 0; i < values.length; i++) {
      values[i] = switch (reduction) {
        case SUM, MAX, MIN -> 100 * values[i];
        case PROD -> 1 + values[i];
        case ANY -> 0;
        case ALL -> 1;
      };
    }
    return values;
  }

  /** Frees the engine. */
  @TearDown
  public void close() {
    workload.close();
  }

  /** One reduction into a fresh result. */
  @Benchmark
  public void run() {
    workload.run().close();
  }
}
