package org.tensorlogic.exec;

import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.tensorlogic.error.Code;
import org.tensorlogic.error.Diagnostic;
import org.tensorlogic.error.Requirement;
import org.tensorlogic.error.TypeException;
import org.tensorlogic.ir.Graph;
import org.tensorlogic.ir.Node;
import org.tensorlogic.ir.Verifier;
import org.tensorlogic.memory.Buffer;
import org.tensorlogic.memory.Tensor;
import org.tensorlogic.plan.Planner;
import org.tensorlogic.plan.Program;
import org.tensorlogic.rewrite.OptimizationLevel;
import org.tensorlogic.rewrite.Optimizer;
import org.tensorlogic.rewrite.Rewritten;
import org.tensorlogic.type.DType;
import org.tensorlogic.type.Layout;
import org.tensorlogic.type.TensorType;

/**
 * Runs one graph on tensors. A program is planned for each combination of input layouts that is met
 * and kept, so symbolic extents cost one plan for each of their values. Safe for any number of
 * threads; closing the engine frees its memory.
 */
public final class GraphRunner {

  /* Plans are few and small; the bound only keeps a service that meets ever new shapes from
   * growing without end. Dropped plans lose their frames' memory to the pool. */
  private static final int PLANS_MAX = 64;

  private static final class Planned {
    private final Program program;
    private final List<Layout> inputs;
    private final Layout[] outputs;
    private final DType[] outputDTypes;
    private final long[] outputBytes;
    private final AtomicReference<Frame> lastUsed = new AtomicReference<>();
    private final ConcurrentLinkedQueue<Frame> idle = new ConcurrentLinkedQueue<>();

    Planned(Program program, List<Layout> inputs) {
      this.program = program;
      this.inputs = inputs;
      List<TensorType> types = program.outputTypes();
      this.outputs = types.stream().map(type -> Layout.contiguous(type.shape().extents()))
          .toArray(Layout[]::new);
      this.outputDTypes = types.stream().map(TensorType::dtype).toArray(DType[]::new);
      this.outputBytes = types.stream()
          .mapToLong(type -> type.shape().count() * type.dtype().bytes()).toArray();
    }

    boolean isFor(Tensor[] tensors) {
      for (int i = 0; i < tensors.length; i++) {
        Layout layout = tensors[i].layout();
        Layout planned = inputs.get(i);
        if (layout != planned && !layout.equals(planned)) {
          return false;
        }
      }
      return true;
    }

    Frame takeFrame() {
      Frame frame = lastUsed.getAndSet(null);
      return frame != null ? frame : idle.poll();
    }

    void putFrame(Frame frame) {
      if (!lastUsed.compareAndSet(null, frame)) {
        idle.add(frame);
      }
    }

    void trim() {
      for (Frame frame = takeFrame(); frame != null; frame = takeFrame()) {
        frame.release();
      }
    }
  }

  private final Graph graph;
  private final Graph optimised;
  private final OptimizationLevel level;
  private final Resources resources;
  private final Node[] inputs;
  private final LinkedHashMap<List<Layout>, Planned> planned =
      new LinkedHashMap<>(16, 0.75f, true);
  private final ArrayDeque<String> plans = new ArrayDeque<>();
  private long planCount;
  private volatile Planned recent;
  private volatile Rewritten rewritten;

  /** Verifies a graph, optimises it once, and keeps it to be run. */
  public GraphRunner(Graph graph, Resources resources, OptimizationLevel level) {
    this(graph, verified(graph, resources, level), resources, level);
  }

  private static Rewritten verified(Graph graph, Resources resources, OptimizationLevel level) {
    Verifier.verify(graph);
    return Optimizer.optimize(graph, level, resources.einsumBytesMax());
  }

  private GraphRunner(Graph graph, Rewritten rewritten, Resources resources,
      OptimizationLevel level) {
    this(graph, rewritten.graph(), resources, level);
    this.rewritten = rewritten;
  }

  /** Keeps a legal graph to be run as the graph that it was optimised to before at that level. */
  public GraphRunner(Graph graph, Graph optimised, Resources resources, OptimizationLevel level) {
    this.graph = graph;
    this.optimised = optimised;
    this.level = level;
    this.resources = resources;
    this.inputs = graph.inputs().values().toArray(Node[]::new);
  }

  /** Returns the graph. */
  public Graph graph() {
    return graph;
  }

  /** Returns the graph that runs in its place, and the rules that made it. */
  public Rewritten optimised() {
    Rewritten known = rewritten;
    if (known == null) {
      known = Optimizer.optimize(graph, level, resources.einsumBytesMax());
      rewritten = known;
    }
    return known;
  }

  /** Returns the program for inputs of these layouts. */
  public Program program(List<Layout> layouts) {
    return planned(layouts).program;
  }

  private Planned planned(Tensor[] tensors) {
    Planned last = recent;
    if (last == null || !last.isFor(tensors)) {
      last = planned(Arrays.stream(tensors).map(Tensor::layout).toList());
      recent = last;
    }
    return last;
  }

  private Planned planned(List<Layout> layouts) {
    Planned known = find(layouts);
    if (known != null) {
      return known;
    }
    long begin = System.nanoTime();
    var fresh = new Planned(Planner.plan(optimised, layouts, resources.registry(),
        resources.schedule(), resources.threads(), resources.einsumBytesMax(), resources.orders()), layouts);
    return keep(fresh, System.nanoTime() - begin);
  }

  private Planned find(List<Layout> layouts) {
    synchronized (planned) {
      return planned.get(layouts);
    }
  }

  /** Keeps a plan unless another thread came first; the least recently used one makes room. */
  private Planned keep(Planned fresh, long nanos) {
    synchronized (planned) {
      Planned earlier = planned.get(fresh.inputs);
      if (earlier != null) {
        return earlier;
      }
      tell(fresh, nanos);
      planned.put(fresh.inputs, fresh);
      if (planned.size() > PLANS_MAX) {
        planned.pollFirstEntry().getValue().trim();
      }
      return fresh;
    }
  }

  private void tell(Planned fresh, long nanos) {
    Planned before = planned.isEmpty() ? null : planned.lastEntry().getValue();
    plans.add("plan %d, %.1f ms: %s".formatted(++planCount, nanos / 1e6,
        before == null ? "the first" : difference(before.inputs, fresh.inputs)));
    if (plans.size() > PLANS_MAX) {
      plans.removeFirst();
    }
  }

  private String difference(List<Layout> before, List<Layout> now) {
    return IntStream.range(0, now.size()).filter(i -> !now.get(i).equals(before.get(i)))
        .mapToObj(i -> "input \"%s\" is %s, it was %s".formatted(
            inputs[i].op().attributes(), now.get(i), before.get(i)))
        .collect(Collectors.joining("; "));
  }

  /** Returns why each plan was made, the last ones of many. */
  public List<String> plans() {
    synchronized (planned) {
      return List.copyOf(plans);
    }
  }

  /** Gives the idle memory of all plans back. */
  public void trim() {
    resources.gate().enter();
    try {
      synchronized (planned) {
        planned.values().forEach(Planned::trim);
      }
    } finally {
      resources.gate().leave();
    }
  }

  /**
   * Runs the graph and returns its outputs in order, owned by the caller.
   *
   * @param tensors the inputs in order; they may be views
   */
  public Tensor[] run(Tensor... tensors) {
    return run(true, tensors);
  }

  /** Runs likewise and gives the memory of temporaries back, not to be kept for a next run. */
  public Tensor[] runOnce(Tensor... tensors) {
    return run(false, tensors);
  }

  private Tensor[] run(boolean keep, Tensor... tensors) {
    requireCount("inputs", graph.inputs().keySet(), tensors.length);
    resources.gate().enter();
    var held = new Buffer[tensors.length];
    try {
      for (int i = 0; i < tensors.length; i++) {
        requireDType(inputs[i], tensors[i]);
        held[i] = tensors[i].retainBuffer();
      }
      return run(planned(tensors), held, keep);
    } finally {
      releaseAll(held);
      resources.gate().leave();
    }
  }

  private static void requireCount(String what, Set<String> names, int count) {
    Requirement.requireArgument(count == names.size(),
        () -> "give one tensor for each of them, in this order",
        "the graph has %d %s %s but %d came", names.size(), what, names, count);
  }

  static void releaseAll(Buffer[] buffers) {
    for (Buffer buffer : buffers) {
      if (buffer != null) {
        buffer.release();
      }
    }
  }

  private static void requireDType(Node input, Tensor tensor) {
    if (input.dtype() != tensor.dtype()) {
      throw new TypeException(Diagnostic.error(Code.TYPE_MISMATCH,
          "input \"%s\" is %s but %s came", input.op().attributes(), input.type(), tensor.type())
          .at(input.origin()).hint("make the tensor with dtype %s", input.dtype()));
    }
  }

  private Tensor[] run(Planned plan, Buffer[] held, boolean keep) {
    var outputs = new Tensor[plan.outputs.length];
    var memory = new MemorySegment[outputs.length];
    Frame frame = plan.takeFrame();
    try {
      if (frame == null) {
        frame = resources.runner().frame(plan.program);
      }
      for (int i = 0; i < memory.length; i++) {
        memory[i] = output(plan, outputs, i);
      }
      resources.runner().run(frame, blocks(held), memory);
      return outputs;
    } catch (RuntimeException | Error failure) {
      closeAll(outputs);
      throw failure;
    } finally {
      if (frame != null && (keep || plan.program.workspaceBytes() == 0)) {
        plan.putFrame(frame);
      } else if (frame != null) {
        frame.release();
      }
    }
  }

  private MemorySegment output(Planned plan, Tensor[] outputs, int index) {
    var buffer = new Buffer(resources.pool(), plan.outputBytes[index]);
    outputs[index] = new Tensor(resources.gate(), buffer, plan.outputDTypes[index],
        plan.outputs[index]);
    return buffer.block();
  }

  private static void closeAll(Tensor[] tensors) {
    for (Tensor tensor : tensors) {
      if (tensor != null) {
        tensor.close();
      }
    }
  }

  private static MemorySegment[] blocks(Buffer[] buffers) {
    var blocks = new MemorySegment[buffers.length];
    for (int i = 0; i < blocks.length; i++) {
      blocks[i] = buffers[i].block();
    }
    return blocks;
  }

  /**
   * Binds inputs and outputs once for many runs.
   *
   * @param tensors the inputs in order; they may be views
   * @param given where the outputs go, in order and row-major without gaps; none for new tensors,
   *     which the result of this call owns
   */
  public Bound bind(List<Tensor> tensors, List<Tensor> given) {
    requireCount("inputs", graph.inputs().keySet(), tensors.size());
    boolean owned = given.isEmpty();
    if (!owned) {
      requireCount("outputs", graph.outputs().keySet(), given.size());
    }
    resources.gate().enter();
    var held = new ArrayList<Buffer>();
    var outputs = new Tensor[graph.outputs().size()];
    Frame frame = null;
    try {
      for (int i = 0; i < inputs.length; i++) {
        requireDType(inputs[i], tensors.get(i));
        held.add(tensors.get(i).retainBuffer());
      }
      MemorySegment[] from = blocks(held.toArray(Buffer[]::new));
      Planned plan = planned(tensors.toArray(Tensor[]::new));
      var to = new MemorySegment[outputs.length];
      for (int i = 0; i < outputs.length; i++) {
        to[i] = owned ? output(plan, outputs, i) : receiving(plan, i, given.get(i), held);
        outputs[i] = owned ? outputs[i] : given.get(i);
      }
      frame = resources.runner().frame(plan.program);
      frame.bind(from, to);
      return new Bound(resources, frame, tensors, List.of(outputs), held, owned,
          new ArrayList<>(graph.outputs().keySet()));
    } catch (RuntimeException | Error failure) {
      releaseAll(held.toArray(Buffer[]::new));
      if (owned) {
        closeAll(outputs);
      }
      throw failure;
    } finally {
      resources.gate().leave();
    }
  }

  /** The memory of a tensor that may receive an output: of its type, and nobody else's. */
  private MemorySegment receiving(Planned plan, int index, Tensor tensor, List<Buffer> held) {
    String name = plan.program.outputNames().get(index);
    Requirement.requireArgument(tensor.dtype() == plan.outputDTypes[index]
        && tensor.layout().equals(plan.outputs[index]),
        () -> "make the tensor with that type and no strides of its own",
        "bind: output \"%s\" is %s, row-major without gaps, but the tensor %s has %s", name,
        plan.program.outputTypes().get(index), tensor, tensor.layout());
    Buffer buffer = tensor.retainBuffer();
    boolean shared = held.contains(buffer);
    held.add(buffer);
    Requirement.requireArgument(!shared, () -> "bind twice, there and back, to carry a state on",
        "bind: the tensor for output \"%s\" shares its memory with another input or output", name);
    return buffer.block();
  }
}
