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
import org.tensorlogic.exec.Bound;
import org.tensorlogic.ir.GraphBuilder;
import org.tensorlogic.ir.Node;
import org.tensorlogic.ir.Ops;
import org.tensorlogic.memory.Tensor;
import org.tensorlogic.plan.Schedule;
import org.tensorlogic.type.DType;

/**
 * Eight products of square matrices that do not depend on each other, each a single tile for
 * extents up to 96, and their sum, by each schedule on two threads.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class Branches {

  private static final int COUNT = 8;

  @Param({"16", "48", "96"})
  private int extent;

  @Param({"SEQUENTIAL", "MIN_MEMORY", "MAX_PARALLELISM", "BALANCED", "COST_BASED"})
  private Schedule schedule;

  private Engine engine;
  private Bound bound;

  /** For JMH. */
  public Branches() {}

  /** Compiles and binds the graph. */
  @Setup
  public void prepare() {
    engine = Engine.create(EngineConfig.defaults().withThreads(2).withSchedule(schedule));
    var builder = new GraphBuilder();
    Node x = builder.input("x", DType.F32, extent, extent);
    Node sum = null;
    var tensors = new Tensor[COUNT + 1];
    float[] values = Inputs.uniform("branches/x", extent * extent, 1);
    tensors[0] = engine.tensor(values, extent, extent);
    for (int i = 1; i <= COUNT; i++) {
      Node product = Ops.matmul(x, builder.input("w" + i, DType.F32, extent, extent));
      sum = sum == null ? product : Ops.add(sum, product);
      tensors[i] = engine.tensor(values, extent, extent);
    }
    bound = engine.compile(builder.build(sum)).bind(tensors);
  }

  /** Frees the engine. */
  @TearDown
  public void close() {
    bound.close();
    engine.close();
  }

  /** One run on bound inputs and output. */
  @Benchmark
  public void run() {
    bound.run();
  }
}
