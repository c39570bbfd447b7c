package org.tensorlogic.exec;

import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.tensorlogic.memory.Tensor;
import org.tensorlogic.plan.Program;
import org.tensorlogic.plan.Step;
import org.tensorlogic.rewrite.Rewritten;
import org.tensorlogic.type.DType;
import org.tensorlogic.type.Layout;
import org.tensorlogic.type.TensorType;

/** The program of a graph for inputs of certain layouts, and the idle memory of its runs. */
final class Planned {

  /** What was planned where the extents were known while it was optimised, or null. */
  final Rewritten specialised;
  final boolean isSpecialised;
  final Program program;
  final List<Layout> inputs;
  final Layout[] outputs;
  final DType[] outputDTypes;
  final long[] outputBytes;
  /** Whether idle frames hold memory of the pool. */
  final boolean holdsMemory;
  /** How often it ran, and the number of its last run among those of its graph. */
  final AtomicLong runs = new AtomicLong();
  final AtomicLong lastRun = new AtomicLong();
  /** Specialising it changes nothing. */
  volatile boolean isFinal;
  private volatile boolean isDropped;
  private final IdleFrames idle = new IdleFrames();

  Planned(Rewritten specialised, Program program, List<Layout> inputs) {
    this.specialised = specialised;
    this.isSpecialised = specialised != null;
    this.program = program;
    this.inputs = inputs;
    List<TensorType> types = program.outputTypes();
    this.outputs = types.stream().map(type -> Layout.contiguous(type.shape().extents()))
        .toArray(Layout[]::new);
    this.outputDTypes = types.stream().map(TensorType::dtype).toArray(DType[]::new);
    this.outputBytes = types.stream()
        .mapToLong(type -> type.shape().count() * type.dtype().bytes()).toArray();
    this.holdsMemory = program.workspaceBytes() > 0
        || program.steps().stream().anyMatch(step -> !(step instanceof Step.Run));
  }

  boolean isFor(Tensor[] tensors) {
    for (int i = 0; i < tensors.length; i++) {
      Layout layout = tensors[i].layout();
      Layout planned = inputs.get(i);
      if (layout != planned && !layout.equals(planned)) {
        return false;
      }
    }
    return !isDropped;
  }

  /** Returns a frame of an earlier run, or null. */
  Frame takeFrame() {
    return idle.take();
  }

  void putFrame(Frame frame) {
    idle.put(frame);
    if (isDropped) {
      trim();
    }
  }

  void trim() {
    idle.release();
  }

  IdleFrames idleFrames() {
    return idle;
  }

  /** Gives its memory back, also that of runs which are going on, as soon as they end. */
  void drop() {
    isDropped = true;
    trim();
  }
}
