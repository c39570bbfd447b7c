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
import org.tensorlogic.engine.Compiled;
import org.tensorlogic.engine.Engine;
import org.tensorlogic.engine.EngineConfig;
import org.tensorlogic.exec.JitConfig;
import org.tensorlogic.ir.GraphBuilder;
import org.tensorlogic.ir.Node;
import org.tensorlogic.ir.Ops;
import org.tensorlogic.memory.Tensor;
import org.tensorlogic.rewrite.OptimizationLevel;
import org.tensorlogic.type.DType;
import org.tensorlogic.type.Dim;

/**
 * A product of low rank, {@code (U V) X} with U 1024x8, V 8x1024, X 1024x4, whose extents a graph
 * learns at run time: as it was compiled, and made for the extents that it met. Known extents show
 * that {@code U (V X)} takes a two-hundredth of the FLOPs.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class HotGraph {

  private static final int WIDE = 1024;
  private static final int RANK = 8;
  private static final int COLUMNS = 4;

  @Param({"0", "5"})
  private int specializations;

  private Engine engine;
  private Compiled compiled;
  private Tensor[] inputs;

  /** For JMH. */
  public HotGraph() {}

  /** Compiles the graph for any extents and runs it until it is hot. */
  @Setup
  public void prepare() {
    engine = Engine.create(EngineConfig.defaults().withThreads(1)
        .withJit(JitConfig.of(OptimizationLevel.MODERATE).withSpecializationsMax(specializations)));
    var builder = new GraphBuilder();
    Dim wide = Dim.of("wide");
    Node up = builder.input("up", DType.F32, wide, Dim.of("rank"));
    Node down = builder.input("down", DType.F32, Dim.of("rank"), wide);
    Node x = builder.input("x", DType.F32, wide, Dim.of("columns"));
    compiled = engine.compile(builder.build(Ops.matmul(Ops.matmul(up, down), x)));
    inputs = new Tensor[] {tensor("up", WIDE, RANK), tensor("down", RANK, WIDE),
        tensor("x", WIDE, COLUMNS)};
    for (int i = 0; i < 20; i++) {
      run();
    }
  }

  private Tensor tensor(String name, int rows, int columns) {
    return engine.tensor(Inputs.uniform("hot_graph/" + name, rows * columns, 1), rows, columns);
  }

  /** Frees the engine. */
  @TearDown
  public void close() {
    engine.close();
  }

  /** One run. */
  @Benchmark
  public void run() {
    compiled.run(inputs).close();
  }
}
