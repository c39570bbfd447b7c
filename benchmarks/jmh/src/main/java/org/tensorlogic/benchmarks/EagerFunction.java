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
import org.tensorlogic.ir.Binary;
import org.tensorlogic.ir.Unary;
import org.tensorlogic.memory.Tensor;

/** Single operations on few f32 elements, beside the allocation of their result alone. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class EagerFunction {

  @Param({"1", "8", "16", "64"})
  private int count;

  /** Whether all functions have been in use, so that none is compiled into its caller. */
  @Param({"false", "true"})
  private boolean many;

  private Engine engine;
  private Tensor x;
  private Tensor y;

  /** For JMH. */
  public EagerFunction() {}

  /** Makes the operands. */
  @Setup
  public void prepare() {
    engine = Engine.create();
    float[] values = Inputs.uniform("eager/x", count, 2);
    x = engine.tensor(values);
    y = engine.tensor(values);
    try (Tensor sum = add()) {
      Inputs.requireFirst(sum, values[0] + values[0]);
    }
    for (int i = 0; many && i < 20_000; i++) {
      for (Binary function : new Binary[] {Binary.SUB, Binary.MUL, Binary.DIV, Binary.MAX}) {
        engine.binary(function, x, y).close();
      }
      for (Unary function : new Unary[] {Unary.ABS, Unary.SQUARE, Unary.SQRT, Unary.FLOOR}) {
        engine.unary(function, x).close();
      }
    }
  }

  /** Frees the engine. */
  @TearDown
  public void close() {
    engine.close();
  }

  private Tensor add() {
    return engine.binary(Binary.ADD, x, y);
  }

  /** A fresh tensor and no work. */
  @Benchmark
  public void allocation() {
    engine.allocate(x.type()).close();
  }

  /** A sum into a fresh result. */
  @Benchmark
  public void sum() {
    add().close();
  }

  /** A function of one operand into a fresh result. */
  @Benchmark
  public void negated() {
    engine.unary(Unary.NEG, x).close();
  }
}
