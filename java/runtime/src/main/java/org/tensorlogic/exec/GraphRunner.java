package org.tensorlogic.exec;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
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
import org.tensorlogic.rewrite.Fusion;
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
    private final ConcurrentLinkedQueue<Frame> idle = new ConcurrentLinkedQueue<>();

    Planned(Program program) {
      this.program = program;
    }
  }

  private final Graph graph;
  private final Graph optimised;
  private final Resources resources;
  private final List<Node> inputs;
  private final ConcurrentHashMap<List<Layout>, Planned> planned = new ConcurrentHashMap<>();

  /** Verifies a graph and keeps it to be run. */
  public GraphRunner(Graph graph, Resources resources) {
    Verifier.verify(graph);
    this.graph = graph;
    this.optimised = Fusion.apply(graph);
    this.resources = resources;
    this.inputs = new ArrayList<>(graph.inputs().values());
  }

  /** Returns the graph. */
  public Graph graph() {
    return graph;
  }

  /** Returns the program for inputs of these layouts. */
  public Program program(List<Layout> layouts) {
    return planned(layouts).program;
  }

  private Planned planned(List<Layout> layouts) {
    Planned known = planned.get(layouts);
    if (known != null) {
      return known;
    }
    if (planned.size() >= PLANS_MAX) {
      planned.keySet().stream().findAny().map(planned::remove).ifPresent(GraphRunner::trim);
    }
    var fresh = new Planned(Planner.plan(optimised, layouts, resources.registry()));
    Planned earlier = planned.putIfAbsent(layouts, fresh);
    return earlier == null ? fresh : earlier;
  }

  /** Gives the memory kept for later runs back to the engine; a later run takes it anew. */
  public void trim() {
    planned.values().forEach(GraphRunner::trim);
  }

  private static void trim(Planned plan) {
    for (Frame frame = plan.idle.poll(); frame != null; frame = plan.idle.poll()) {
      frame.release();
    }
  }

  /**
   * Runs the graph and returns its outputs in order, owned by the caller.
   *
   * @param tensors the inputs in order; they may be views
   */
  public List<Tensor> run(List<Tensor> tensors) {
    Requirement.requireArgument(tensors.size() == inputs.size(),
        "the graph has %d inputs %s but %d came", inputs.size(), graph.inputs().keySet(),
        tensors.size());
    resources.gate().enter();
    var held = new ArrayList<Buffer>();
    try {
      for (int i = 0; i < tensors.size(); i++) {
        requireDType(inputs.get(i), tensors.get(i));
        held.add(tensors.get(i).retainBuffer());
      }
      return run(planned(tensors.stream().map(Tensor::layout).toList()), held);
    } finally {
      held.forEach(Buffer::release);
      resources.gate().leave();
    }
  }

  private static void requireDType(Node input, Tensor tensor) {
    if (input.dtype() != tensor.dtype()) {
      throw new TypeException(Diagnostic.error(Code.TYPE_MISMATCH,
          "input \"%s\" is %s but %s came", input.op().attributes(), input.type(), tensor.type())
          .at(input.origin()).hint("make the tensor with dtype %s", input.dtype()));
    }
  }

  private List<Tensor> run(Planned plan, List<Buffer> held) {
    var outputs = new ArrayList<Tensor>();
    Frame frame = plan.idle.poll();
    try {
      if (frame == null) {
        frame = new Frame(plan.program, resources.pool());
      }
      var memory = new MemorySegment[plan.program.outputTypes().size()];
      for (int i = 0; i < memory.length; i++) {
        TensorType type = plan.program.outputTypes().get(i);
        var buffer = new Buffer(resources.pool(), type.shape().count() * type.dtype().bytes());
        memory[i] = buffer.block();
        outputs.add(new Tensor(resources.gate(), buffer, type.dtype(),
            Layout.contiguous(type.shape().extents())));
      }
      resources.runner().run(frame,
          held.stream().map(Buffer::block).toArray(MemorySegment[]::new), memory);
      return outputs;
    } catch (RuntimeException | Error failure) {
      outputs.forEach(Tensor::close);
      throw failure;
    } finally {
      if (frame != null) {
        plan.idle.add(frame);
      }
    }
  }
}
