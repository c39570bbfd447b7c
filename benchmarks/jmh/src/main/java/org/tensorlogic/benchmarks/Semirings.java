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
import org.tensorlogic.einsum.EinsumSpec;
import org.tensorlogic.einsum.Semiring;
import org.tensorlogic.engine.Engine;
import org.tensorlogic.engine.EngineConfig;
import org.tensorlogic.ir.GraphBuilder;
import org.tensorlogic.ir.Ops;
import org.tensorlogic.memory.Tensor;
import org.tensorlogic.type.DType;

/** Products of two square matrices in each semiring but sum-product: f32, for or-and bool. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class Semirings {

  @Param({"MAX_PLUS", "MIN_PLUS", "MAX_PRODUCT", "MAX_MIN", "LOG_SUM_EXP", "OR_AND"})
  private Semiring semiring;

  @Param({"256", "1024"})
  private int extent;

  @Param({"1", "2"})
  private int threads;

  private Workload workload;

  /** For JMH. */
  public Semirings() {}

  /** Compiles the graph and checks one run. */
  @Setup
  public void prepare() {
    DType dtype = semiring == Semiring.OR_AND ? DType.BOOL : DType.F32;
    float[] a = values("a");
    float[] b = values("b");
    var builder = new GraphBuilder();
    var product = Ops.einsum(EinsumSpec.parse("ij,jk->ik"), semiring, List.of(
        builder.input("a", dtype, extent, extent), builder.input("b", dtype, extent, extent)));
    var engine = Engine.create(EngineConfig.defaults().withThreads(threads));
    workload = new Workload(engine, engine.compile(builder.build(product)), tensor(engine, a),
        tensor(engine, b));
    double expected = semiring.zero();
    for (int j = 0; j < extent; j++) {
      expected = semiring.add(expected, semiring.multiply(a[j], b[j * extent]));
    }
    Inputs.requireFirst(workload.run(), expected);
  }

  /** Positive numbers, the domain of max-product; of truth values one in 16, so that joins work. */
  private float[] values(String name) {
    float[] values = Inputs.uniform("semirings/" + name, extent * extent, 0.5f);
    for (int i = 0; i < values.length; i++) {
      float unit = values[i] + 0.5f;
      values[i] = semiring != Semiring.OR_AND ? unit : unit < 1f / 16 ? 1 : 0;
    }
    return values;
  }

  private Tensor tensor(Engine engine, float... values) {
    return semiring == Semiring.OR_AND ? Inputs.truths(engine, extent, values)
        : engine.tensor(values, extent, extent);
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
