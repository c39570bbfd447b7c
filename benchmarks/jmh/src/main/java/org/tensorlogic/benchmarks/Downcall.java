package org.tensorlogic.benchmarks;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.ServiceLoader;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.tensorlogic.engine.Compiled;
import org.tensorlogic.engine.Engine;
import org.tensorlogic.exec.Bound;
import org.tensorlogic.ir.Binary;
import org.tensorlogic.ir.GraphBuilder;
import org.tensorlogic.ir.Ops;
import org.tensorlogic.ir.Unary;
import org.tensorlogic.kernel.Kernel;
import org.tensorlogic.kernel.KernelArguments;
import org.tensorlogic.kernel.KernelProvider;
import org.tensorlogic.kernel.KernelRequest;
import org.tensorlogic.kernel.Machine;
import org.tensorlogic.kernel.Offer;
import org.tensorlogic.memory.Tensor;
import org.tensorlogic.type.DType;
import org.tensorlogic.type.Layout;
import org.tensorlogic.type.TensorType;

/** The cost around a kernel: one f32 negated through the engine, and by the kernel alone. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class Downcall {

  private final Engine engine = Engine.create();
  private final Arena arena = Arena.ofShared();
  private Compiled compiled;
  private Bound bound;
  private Tensor operand;
  private Kernel kernel;
  private KernelArguments arguments;

  /** For JMH. */
  public Downcall() {}

  /** Compiles the graph and prepares the native kernel. */
  @Setup
  public void prepare() {
    var builder = new GraphBuilder();
    compiled = engine.compile(builder.build(Ops.neg(builder.input("x", DType.F32, 1))));
    operand = engine.tensor(new float[] {3});
    Inputs.requireFirst(compiled.run(operand), -3);
    bound = compiled.bind(operand);

    Layout one = Layout.contiguous(1);
    var key = Unary.NEG.kernel(List.of(TensorType.of(DType.F32, 1))).orElseThrow();
    kernel = nativeKernel(new KernelRequest(key, Unary.NEG, List.of(DType.F32), List.of(one),
        DType.F32, one, Machine.typical(1)));
    arguments = new KernelArguments(2, arena.allocate(2 * Long.BYTES, Long.BYTES));
    arguments.set(0, arena.allocate(Float.BYTES, 64), 0);
    arguments.set(1, arena.allocate(Float.BYTES, 64), 0);
  }

  private static Kernel nativeKernel(KernelRequest request) {
    Offer offer = ServiceLoader.load(KernelProvider.class).stream()
        .map(ServiceLoader.Provider::get).filter(provider -> provider.name().equals("native"))
        .findFirst().orElseThrow().offer(request);
    return switch (offer) {
      case Offer.Accepted accepted -> accepted.kernel();
      case Offer.Declined declined -> throw new IllegalStateException(declined.reason());
    };
  }

  /** Frees engine and memory. */
  @TearDown
  public void close() {
    bound.close();
    engine.close();
    arena.close();
  }

  /** A whole run: inputs checked, result made and closed. */
  @Benchmark
  public void engineRun() {
    compiled.run(operand).close();
  }

  /** A run on a bound input and output. */
  @Benchmark
  public void boundRun() {
    bound.run();
  }

  /** The operation by itself, without a graph of the caller's. */
  @Benchmark
  public void eager() {
    engine.unary(Unary.NEG, operand).close();
  }

  /** An operation of two operands by itself. */
  @Benchmark
  public void eagerBinary() {
    engine.binary(Binary.ADD, operand, operand).close();
  }

  /** The kernel alone, on memory that is ready. */
  @Benchmark
  public void kernelRun() {
    kernel.run(arguments, 0, kernel.tileCount(), MemorySegment.NULL);
  }
}
