package org.tensorlogic.engine;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.tensorlogic.einsum.ContractionOrder;
import org.tensorlogic.einsum.EinsumSpec;
import org.tensorlogic.einsum.Semiring;
import org.tensorlogic.error.Requirement;
import org.tensorlogic.exec.Capabilities;
import org.tensorlogic.exec.Executor;
import org.tensorlogic.exec.GraphRunner;
import org.tensorlogic.exec.Jit;
import org.tensorlogic.exec.JitConfig;
import org.tensorlogic.exec.Resources;
import org.tensorlogic.exec.SmallFunctions;
import org.tensorlogic.exec.WorkerPool;
import org.tensorlogic.ir.Binary;
import org.tensorlogic.ir.Graph;
import org.tensorlogic.ir.GraphBuilder;
import org.tensorlogic.ir.GraphKey;
import org.tensorlogic.ir.Node;
import org.tensorlogic.ir.Ops;
import org.tensorlogic.ir.Reduction;
import org.tensorlogic.ir.Unary;
import org.tensorlogic.kernel.Choices;
import org.tensorlogic.kernel.Machine;
import org.tensorlogic.memory.CacheLevels;
import org.tensorlogic.memory.MemoryPool;
import org.tensorlogic.memory.NumaPolicy;
import org.tensorlogic.memory.Tensor;
import org.tensorlogic.plan.KernelRegistry;
import org.tensorlogic.plan.Orders;
import org.tensorlogic.rewrite.OptimizationLevel;
import org.tensorlogic.tuning.TuningFile;
import org.tensorlogic.type.DType;
import org.tensorlogic.type.Shape;
import org.tensorlogic.type.TensorType;

/**
 * The user's handle: makes tensors, compiles graphs, runs them. It owns threads and memory until it
 * is closed; closing waits for running programs, which end at their next step with a
 * ClosedException. Safe for any number of threads.
 */
public final class Engine implements Executor, AutoCloseable {

  private static final String NO_TERMS = "";

  private final Resources resources;
  private final EagerPrograms eager = new EagerPrograms();
  private final SmallFunctions small;
  private final CompileCache compiled;
  private final Optional<KeptCompilations> kept;
  private final String tuning;
  private final Jit jit;
  /** One op has nothing to be optimised. */
  private final Jit asWritten = new Jit(JitConfig.of(OptimizationLevel.NONE));

  private Engine(Resources resources, Optional<KeptCompilations> kept, EngineConfig config,
      String tuning) {
    this.resources = resources;
    this.kept = kept;
    this.tuning = tuning;
    this.small = new SmallFunctions(resources);
    this.jit = new Jit(config.jit());
    this.compiled = new CompileCache(config.compiledBytesMax());
  }

  /** Starts an engine with the default setup. */
  public static Engine create() {
    return create(EngineConfig.defaults());
  }

  /** Starts an engine. */
  public static Engine create(EngineConfig config) {
    KernelRegistry registry = KernelRegistry.load(config.provider());
    Optional<KeptCompilations> kept = Optional.ofNullable(config.compiledFolder())
        .map(folder -> KeptCompilations.in(folder, config, registry));
    TuningFile.Tuned tuned = config.tuningFolder() == null ? TuningFile.Tuned.OFF
        : new TuningFile(config.tuningFolder(), Version.TEXT).load(registry::choices);
    return new Engine(new Resources(config.workers(), config.memoryBytesMax(),
        config.allocation(), NumaPolicy.of(config.numa()), registry,
        new Machine(config.threads(), CacheLevels.system(), tuned.choices()), config.schedule(),
        config.einsumBytesMax(), kept.<Orders>map(orders -> orders)
            .orElse(ContractionOrder::search)), kept, config, tuned.note());
  }

  /** Returns a tensor with arbitrary contents, to be filled through {@link Tensor#access}. */
  public Tensor allocate(TensorType type) {
    return resources.allocate(type);
  }

  /** Returns an f32 tensor of elements in row-major order; without extents a vector of all. */
  public Tensor tensor(float[] elements, long... extents) {
    return filled(DType.F32, MemorySegment.ofArray(elements), elements.length, extents);
  }

  /** Returns an f64 tensor of elements in row-major order; without extents a vector of all. */
  public Tensor tensor(double[] elements, long... extents) {
    return filled(DType.F64, MemorySegment.ofArray(elements), elements.length, extents);
  }

  /** Returns an i64 tensor of elements in row-major order; without extents a vector of all. */
  public Tensor tensor(long[] elements, long... extents) {
    return filled(DType.I64, MemorySegment.ofArray(elements), elements.length, extents);
  }

  /** Returns a bool tensor of elements in row-major order; without extents a vector of all. */
  public Tensor tensor(boolean[] elements, long... extents) {
    var bytes = new byte[elements.length];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (elements[i] ? 1 : 0);
    }
    return filled(DType.BOOL, MemorySegment.ofArray(bytes), bytes.length, extents);
  }

  /** Returns a tensor of rank 0. */
  public Tensor scalar(DType dtype, double value) {
    return switch (dtype) {
      case F64 -> scalarOf(dtype, MemorySegment.ofArray(new double[] {value}));
      case F32 -> scalarOf(dtype, MemorySegment.ofArray(new float[] {(float) value}));
      case I64 -> scalarOf(dtype, MemorySegment.ofArray(new long[] {(long) value}));
      case BOOL -> scalarOf(dtype, MemorySegment.ofArray(new byte[] {(byte) (value != 0 ? 1 : 0)}));
      case F16, BF16, F8E4M3, F8E5M2, I32, I8, U8 -> allocate(TensorType.of(dtype));
    };
  }

  private Tensor scalarOf(DType dtype, MemorySegment element) {
    return copied(element, allocate(TensorType.of(dtype)));
  }

  private Tensor filled(DType dtype, MemorySegment elements, long count, long... extents) {
    Shape shape = extents.length == 0 ? Shape.of(count) : Shape.of(extents);
    Requirement.requireArgument(shape.count() == count,
        () -> "give as many elements as the product of the extents",
        "tensor %s has %d elements but %d came", new TensorType(dtype, shape), shape.count(),
        count);
    return copied(elements, allocate(new TensorType(dtype, shape)));
  }

  private static Tensor copied(MemorySegment elements, Tensor tensor) {
    return tensor.access(memory -> {
      MemorySegment.copy(elements, ValueLayout.JAVA_BYTE, 0, memory, ValueLayout.JAVA_BYTE, 0,
          elements.byteSize());
      return tensor;
    });
  }

  /**
   * Verifies a graph and makes it ready to run; plans are made for the shapes that are met. What
   * was compiled is kept: a graph equal to an earlier one in all that {@link GraphKey} names shares
   * its optimised form and its plans, until others that were used since need the room.
   */
  public Compiled compile(Graph graph) {
    return new Compiled(graph, compiled.get(GraphKey.of(graph),
        () -> kept.map(folder -> folder.runner(graph, resources, jit))
            .orElseGet(() -> new GraphRunner(graph, resources, jit))));
  }

  /** Returns what the cache of compiled graphs has done, and what became of hot graphs. */
  public CompileStatistics compilations() {
    return compiled.statistics(jit, kept.map(KeptCompilations::statistics)
        .orElse(new CompileStatistics.Folder(0, 0, 0, 0)));
  }

  /** Makes a graph ready to run as it is, with other choices than those of this machine. */
  Compiled compile(Graph graph, Choices choices) {
    return new Compiled(graph, new GraphRunner(graph, resources, asWritten,
        resources.machine().withChoices(choices)));
  }

  /**
   * Returns how a graph with known extents is computed as text: the rewrites that changed it, then
   * its program with kernels, reasons, FLOPs, bytes.
   */
  public String explain(Graph graph) {
    return compile(graph).explain();
  }

  @Override
  public Map<String, Tensor> run(Graph graph, Map<String, Tensor> inputs) {
    return compile(graph).runOnce(inputs);
  }

  @Override
  public Tensor einsum(String spec, Semiring semiring, List<Tensor> operands) {
    return single(spec, semiring,
        nodes -> Ops.einsum(EinsumSpec.parse(spec), semiring, nodes),
        operands.toArray(Tensor[]::new));
  }

  @Override
  public Tensor unary(Unary function, Tensor operand) {
    Tensor done = small.unary(function, operand);
    return done != null ? done
        : single(function, NO_TERMS, nodes -> Ops.unary(function, nodes.getFirst()), operand);
  }

  @Override
  public Tensor binary(Binary function, Tensor left, Tensor right) {
    Tensor done = small.binary(function, left, right);
    return done != null ? done : single(function, NO_TERMS,
        nodes -> Ops.binary(function, nodes.get(0), nodes.get(1)), left, right);
  }

  @Override
  public Tensor reduce(Reduction reduction, Tensor operand, List<Integer> axes) {
    List<Integer> terms = List.copyOf(axes);
    return single(reduction, terms, nodes -> Ops.reduce(reduction, nodes.getFirst(), terms),
        operand);
  }

  @FunctionalInterface
  private interface Build {
    Node of(List<Node> operands);
  }

  /** Runs the program of an operation, kept from the last time on operands of these types. */
  private Tensor single(Object operation, Object terms, Build build, Tensor... operands) {
    return eager.get(operation, terms, () -> compiled(build, operands), operands)
        .runOnce(operands);
  }

  private Compiled compiled(Build build, Tensor... operands) {
    var builder = new GraphBuilder();
    List<Node> inputs = IntStream.range(0, operands.length)
        .mapToObj(i -> builder.input("operand " + i, operands[i].type())).toList();
    Graph graph = builder.build(build.of(inputs));
    return new Compiled(graph, new GraphRunner(graph, resources, asWritten));
  }

  /** Returns what this engine has and accepts. */
  public Capabilities capabilities() {
    var providers = new LinkedHashMap<String, String>();
    resources.registry().providers().forEach(
        provider -> providers.put(provider.name(), provider.describe()));
    return new Capabilities(Version.TEXT, List.of("cpu"), resources.threads(),
        memory().bytesMax(), Arrays.stream(DType.values()).filter(DType::computes).toList(),
        Shape.MAX_RANK, resources.machine().caches().toString(),
        resources.numa().toString(), tuning, providers);
  }

  /** Returns the engine's threads: for tasks of the caller's own, and what they have done. */
  public WorkerPool workers() {
    return resources.workers();
  }

  /**
   * Frees blocks of at least 1 MiB that no tensor, no running program and no bound graph uses, and
   * returns their bytes. What compiled graphs keep for their next runs counts as not used. Smaller
   * blocks stay until the engine is closed, but become free for any use.
   */
  public long trim() {
    return resources.trim();
  }

  /** Returns the memory in use at this moment: tensors and workspaces, and constants besides. */
  public MemoryPool.Usage memory() {
    return resources.memory();
  }

  /** Ends running programs, frees threads and memory; what the engine made cannot be used more. */
  @Override
  public void close() {
    resources.close();
  }
}
