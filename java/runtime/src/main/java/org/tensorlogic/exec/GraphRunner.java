package org.tensorlogic.exec;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.tensorlogic.error.Code;
import org.tensorlogic.error.Diagnostic;
import org.tensorlogic.error.Requirement;
import org.tensorlogic.error.TypeException;
import org.tensorlogic.ir.Graph;
import org.tensorlogic.ir.Node;
import org.tensorlogic.ir.Verifier;
import org.tensorlogic.kernel.Machine;
import org.tensorlogic.memory.Buffer;
import org.tensorlogic.memory.Tensor;
import org.tensorlogic.plan.Program;
import org.tensorlogic.rewrite.Optimizer;
import org.tensorlogic.rewrite.Rewritten;
import org.tensorlogic.type.Layout;

/**
 * Runs one graph on tensors, each time by the plan for their layouts. Safe for any number of
 * threads; closing the engine frees its memory.
 */
public final class GraphRunner {

  private final Graph graph;
  private final Resources resources;
  private final Node[] inputs;
  private final Plans plans;

  /** Verifies a graph, optimises it once, and keeps it to be run. */
  public GraphRunner(Graph graph, Resources resources, Jit jit) {
    this(graph, resources, jit, resources.machine());
  }

  /** Likewise, with kernels prepared for another machine than the engine's. */
  public GraphRunner(Graph graph, Resources resources, Jit jit, Machine machine) {
    Verifier.verify(graph);
    this(resources, new Plans(graph, resources, jit, machine));
  }

  /** Keeps a legal graph to be run as the graph that it was optimised to before. */
  public GraphRunner(Graph graph, Graph optimised, Resources resources, Jit jit) {
    this(resources, new Plans(graph, optimised, resources, jit, resources.machine()));
  }

  private GraphRunner(Resources resources, Plans plans) {
    this.graph = plans.graph();
    this.resources = resources;
    this.inputs = graph.inputs().values().toArray(Node[]::new);
    this.plans = plans;
  }

  /** Returns the graph. */
  public Graph graph() {
    return graph;
  }

  /** Returns the graph that runs in its place, and the rules that made it, which may take time. */
  public Rewritten optimised() {
    return plans.optimised();
  }

  /** Returns how many nodes that graph has, as {@link Optimizer#nodeCount} counts them. */
  public int optimisedNodeCount() {
    return plans.optimisedNodeCount();
  }

  /** Returns the program for inputs of these layouts. */
  public Program program(List<Layout> layouts) {
    return plans.of(layouts).program;
  }

  /** Returns how inputs of these layouts are computed as text: rewrites, then the program. */
  public String explain(List<Layout> layouts) {
    return plans.explain(layouts);
  }

  /** Returns why each plan was made or dropped, the last ones of many. */
  public List<String> plans() {
    return plans.told();
  }

  /** Gives the idle memory of all plans back. */
  public void trim() {
    resources.gate().enter();
    try {
      plans.trim();
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
      return run(plans.forRun(tensors), held, keep);
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
      if (frame != null && (keep || !plan.holdsMemory)) {
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
      Planned plan = plans.forBinding(tensors.toArray(Tensor[]::new));
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
