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
import org.tensorlogic.exec.Bound;
import org.tensorlogic.ir.GraphBuilder;
import org.tensorlogic.ir.Node;
import org.tensorlogic.ir.Ops;
import org.tensorlogic.ir.Reduction;
import org.tensorlogic.rewrite.OptimizationLevel;
import org.tensorlogic.type.DType;

/** The softmax of 65,536 elements in rows of any length: one fused step, or five steps. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class SoftmaxRows {

  private static final int ELEMENTS = 1 << 16;

  @Param({"4", "16", "64", "256", "4096"})
  private int columns;

  @Param({"NONE", "MODERATE"})
  private OptimizationLevel level;

  private Engine engine;
  private Bound bound;

  /** For JMH. */
  public SoftmaxRows() {}

  /** Compiles the softmax on bound tensors. */
  @Setup
  public void prepare() {
    engine = Engine.create(EngineConfig.defaults().withThreads(1).withOptimization(level));
    var builder = new GraphBuilder();
    Node x = builder.input("x", DType.F32, ELEMENTS / columns, columns);
    Node exp = Ops.exp(Ops.sub(x, spread(Ops.reduce(Reduction.MAX, x, List.of(1)), x)));
    Node result = Ops.div(exp, spread(Ops.sum(exp, 1), x));
    bound = engine.compile(builder.build(result)).bind(engine.tensor(
        Inputs.uniform("softmax_rows/x", ELEMENTS, 4), ELEMENTS / columns, columns));
  }

  private static Node spread(Node row, Node like) {
    return Ops.insertAxes(row, like.shape(), List.of(1));
  }

  /** Frees the engine. */
  @TearDown
  public void close() {
    bound.close();
    engine.close();
  }

  /** One run. */
  @Benchmark
  public void run() {
    bound.run();
  }
}
