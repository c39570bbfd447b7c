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
import org.tensorlogic.ir.Node;
import org.tensorlogic.ir.Ops;
import org.tensorlogic.type.DType;

/** 2048 x 2048 f32 elements moved: what a view cannot express as a result. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class Movements {

  private static final int EXTENT = 2048;

  /** Where elements go. */
  public enum Kind {
    /** Rows become columns. */
    TRANSPOSE,
    /** The last column becomes the first. */
    REVERSE,
    /** Every other column alone. */
    STRIDED,
    /** Zeros around all rows and columns. */
    PAD,
    /** The columns twice, side by side. */
    CONCAT,
    /** Rows in another order, by indices. */
    GATHER
  }

  @Param
  private Kind kind;

  @Param({"1", "2"})
  private int threads;

  private Workload workload;

  /** For JMH. */
  public Movements() {}

  /** Compiles the graph and checks one run. */
  @Setup
  public void prepare() {
    var builder = new GraphBuilder();
    Node x = builder.input("x", DType.F32, EXTENT, EXTENT);
    Node rows = builder.input("rows", DType.I64, EXTENT);
    float[] values = Inputs.uniform("movements/x", EXTENT * EXTENT, 1);
    var places = new long[EXTENT];
    for (int i = 0; i < EXTENT; i++) {
      places[i] = (i * 5L + 3) % EXTENT; // 5 and 2048 have no divisor in common: each row once
    }
    var engine = Engine.create(EngineConfig.defaults().withThreads(threads));
    workload = new Workload(engine, engine.compile(builder.build(moved(x, rows))),
        engine.tensor(values, EXTENT, EXTENT), engine.tensor(places));
    Inputs.requireFirst(workload.run(), switch (kind) {
      case TRANSPOSE -> new double[] {values[0], values[EXTENT]};
      case REVERSE -> new double[] {values[EXTENT - 1], values[EXTENT - 2]};
      case STRIDED -> new double[] {values[0], values[2]};
      case PAD -> new double[] {0, 0};
      case CONCAT -> new double[] {values[0], values[1]};
      case GATHER -> new double[] {values[3 * EXTENT], values[3 * EXTENT + 1]};
    });
  }

  private Node moved(Node x, Node rows) {
    return switch (kind) {
      case TRANSPOSE -> Ops.permute(x, List.of(1, 0));
      case REVERSE -> Ops.reverse(x, 1);
      case STRIDED -> Ops.slice(x, 1, 0, EXTENT / 2, 2);
      case PAD -> Ops.pad(Ops.pad(x, 0, 1, 1, 0, 0), 1, 1, 1, 0, 0);
      case CONCAT -> Ops.concat(1, List.of(x, x));
      case GATHER -> Ops.gather(x, 0, rows);
    };
  }

  /** Frees the engine. */
  @TearDown
  public void close() {
    workload.close();
  }

  /** One movement into a fresh result. */
  @Benchmark
  public void run() {
    workload.run().close();
  }
}
