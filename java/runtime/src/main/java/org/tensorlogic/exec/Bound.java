package org.tensorlogic.exec;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.tensorlogic.error.ClosedException;
import org.tensorlogic.error.Code;
import org.tensorlogic.error.Diagnostic;
import org.tensorlogic.error.KernelException;
import org.tensorlogic.error.Requirement;
import org.tensorlogic.memory.Buffer;
import org.tensorlogic.memory.Tensor;

/**
 * A compiled graph with its inputs and outputs: each run reads the same memory and overwrites the
 * same outputs, and allocates nothing on the heap but for loops of the graph. It keeps the memory
 * of its tensors until it is closed, but refuses to run once one of them is. One thread runs it at
 * a time, any thread may close it: a run that is going on ends first.
 */
public final class Bound implements AutoCloseable {

  private static final int IDLE = 0;
  private static final int RUNNING = 1;
  /** Running, and to be freed at the end of the run. */
  private static final int CLOSING = 2;
  private static final int CLOSED = 3;

  private final Resources resources;
  private final Frame frame;
  private final Tensor[] tensors;
  private final List<Tensor> outputs;
  private final List<Buffer> held;
  private final boolean ownsOutputs;
  private final List<String> outputNames;
  private final AtomicInteger state = new AtomicInteger(IDLE);

  /** Takes over a bound frame, one use of the buffers and, where it owns them, the outputs. */
  Bound(Resources resources, Frame frame, List<Tensor> inputs, List<Tensor> outputs,
      List<Buffer> held, boolean ownsOutputs, List<String> outputNames) {
    this.resources = resources;
    this.frame = frame;
    this.outputs = outputs;
    this.held = held;
    this.ownsOutputs = ownsOutputs;
    this.outputNames = outputNames;
    this.tensors = new Tensor[inputs.size() + outputs.size()];
    for (int i = 0; i < tensors.length; i++) {
      tensors[i] = i < inputs.size() ? inputs.get(i) : outputs.get(i - inputs.size());
    }
  }

  /**
   * Runs the graph on its inputs' elements of this moment.
   *
   * @throws ClosedException when this, a tensor or the engine is closed
   * @throws KernelException when another thread is running it
   */
  public void run() {
    run(null);
  }

  /**
   * Runs the graph so many times, each time like {@link #run}, and returns where the time went.
   * Results have the same bits. Where the first runs are slower, since memory is touched for the
   * first time and the virtual machine still compiles, run it a few times before.
   *
   * @throws ClosedException when this, a tensor or the engine is closed
   * @throws KernelException when another thread is running it
   */
  public Profile profile(int runs) {
    Requirement.requireArgument(runs > 0, () -> "profile at least one run",
        "profile: %d runs are not positive", runs);
    var profiling = new Profiling(frame.program(), runs, resources);
    run(profiling);
    return profiling.profile();
  }

  private void run(Profiling profiling) {
    int seen = state.compareAndExchange(IDLE, RUNNING);
    if (seen != IDLE) {
      throw refused(seen);
    }
    try {
      resources.gate().enter();
      try {
        for (Tensor tensor : tensors) {
          tensor.requireOpen();
        }
        if (profiling == null) {
          resources.runner().run(frame);
        } else {
          profiling.run(frame);
        }
      } finally {
        resources.gate().leave();
      }
    } finally {
      if (!state.compareAndSet(RUNNING, IDLE)) {
        state.set(CLOSED);
        free();
      }
    }
  }

  /** What was seen counts: the other thread's run may have ended since. */
  private static RuntimeException refused(int seen) {
    return seen == RUNNING
        ? new KernelException(Diagnostic.error(Code.NODE_EXECUTION,
            "two threads run one bound graph at a time")
            .hint("bind the graph once for each thread"))
        : new ClosedException(Diagnostic.error(Code.USE_AFTER_CLOSE, "the bound graph is closed")
            .hint("keep it open until the last run"));
  }

  /** Returns the output of a graph that has one; it is overwritten by every run. */
  public Tensor output() {
    Requirement.requireArgument(outputs.size() == 1, () -> "take one of them from outputs()",
        "output: the graph has %d outputs %s", outputs.size(), outputNames);
    return outputs.getFirst();
  }

  /** Returns the outputs by name; they are overwritten by every run. */
  public Map<String, Tensor> outputs() {
    var named = new LinkedHashMap<String, Tensor>();
    for (int i = 0; i < outputs.size(); i++) {
      named.put(outputNames.get(i), outputs.get(i));
    }
    return named;
  }

  /** Lets go of the memory, at the end of the run where one is going on. */
  @Override
  public void close() {
    int seen = state.get();
    // Runs may begin and end between a look and the change that it calls for.
    while (!state.compareAndSet(seen, seen == RUNNING ? CLOSING : seen == IDLE ? CLOSED : seen)) {
      seen = state.get();
    }
    if (seen == IDLE) {
      free();
    }
  }

  private void free() {
    frame.release();
    held.forEach(Buffer::release);
    if (ownsOutputs) {
      outputs.forEach(Tensor::close);
    }
  }
}
