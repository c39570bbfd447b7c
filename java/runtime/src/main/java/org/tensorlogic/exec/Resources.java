package org.tensorlogic.exec;

import java.util.List;
import org.tensorlogic.error.Requirement;
import org.tensorlogic.kernel.Machine;
import org.tensorlogic.memory.AllocationStrategy;
import org.tensorlogic.memory.Buffer;
import org.tensorlogic.memory.Gate;
import org.tensorlogic.memory.MemoryPool;
import org.tensorlogic.memory.NumaPolicy;
import org.tensorlogic.memory.Tensor;
import org.tensorlogic.plan.KernelRegistry;
import org.tensorlogic.plan.Orders;
import org.tensorlogic.plan.Schedule;
import org.tensorlogic.type.Layout;
import org.tensorlogic.type.TensorType;

/**
 * What the programs of one engine share: workers, memory, kernel providers, and the gate that keeps
 * the memory alive while anything runs. Safe for any number of threads.
 */
public final class Resources implements AutoCloseable {

  private final WorkerPool workers;
  private final IdleMemory idle = new IdleMemory();
  private final MemoryPool pool;
  private final Gate gate = new Gate();
  private final NumaPolicy numa;
  private final KernelRegistry registry;
  private final Machine machine;
  private final Schedule schedule;
  private final long einsumBytesMax;
  private final Orders orders;
  private final ProgramRunner runner;

  /** Starts the workers and an empty pool of memory. */
  public Resources(PoolConfig threads, long memoryBytesMax, AllocationStrategy allocation,
      NumaPolicy numa, KernelRegistry registry, Machine machine, Schedule schedule,
      long einsumBytesMax, Orders orders) {
    Requirement.requireArgument(memoryBytesMax > 0,
        () -> "give a number of bytes, such as 1L << 30", "memoryBytesMax %d is not positive",
        memoryBytesMax);
    this.workers = new WorkerPool(threads, numa);
    this.pool = new MemoryPool(memoryBytesMax, allocation, numa, idle);
    this.numa = numa;
    this.registry = registry;
    this.machine = machine;
    this.schedule = schedule;
    this.einsumBytesMax = einsumBytesMax;
    this.orders = orders;
    this.runner = new ProgramRunner(workers, pool, gate);
  }

  /** Returns how many threads can work on one step. */
  public int threads() {
    return workers.threads();
  }

  /** Returns how threads and memory are placed on memory nodes. */
  public NumaPolicy numa() {
    return numa;
  }

  /** Returns the providers. */
  public KernelRegistry registry() {
    return registry;
  }

  /** Returns what kernels are prepared for. */
  public Machine machine() {
    return machine;
  }

  /** Returns the order in which programs are planned to run. */
  public Schedule schedule() {
    return schedule;
  }

  /** Returns the most bytes of intermediates that an einsum is planned to hold at one time. */
  public long einsumBytesMax() {
    return einsumBytesMax;
  }

  /** Returns where plans get orders of contraction from. */
  public Orders orders() {
    return orders;
  }

  /** Returns the memory in use at this moment. */
  public MemoryPool.Usage memory() {
    return pool.usage();
  }

  /** Frees large blocks that no tensor and no run uses and returns their bytes. */
  public long trim() {
    gate.enter();
    try {
      return pool.trim();
    } finally {
      gate.leave();
    }
  }

  /** Returns the threads, for work of one's own beside the programs. */
  public WorkerPool workers() {
    return workers;
  }

  /** Returns a tensor of a type, row-major without gaps, with arbitrary contents. */
  public Tensor allocate(TensorType type) {
    Rules.requireComputes(type);
    Layout layout = Layout.contiguous(type.shape().extents());
    long bytes = Rules.bytes(type);
    gate.enter();
    try {
      return new Tensor(gate, new Buffer(pool, bytes), type.dtype(), layout);
    } finally {
      gate.leave();
    }
  }

  Gate gate() {
    return gate;
  }

  IdleMemory idle() {
    return idle;
  }

  MemoryPool pool() {
    return pool;
  }

  ProgramRunner runner() {
    return runner;
  }

  /** Ends running programs at their next step, waits for them, and frees all memory. */
  @Override
  public void close() {
    if (gate.close()) {
      workers.close();
      pool.close();
    }
  }

  private static final class Rules {
    private Rules() {}

    static void requireComputes(TensorType type) {
      Requirement.requireArgument(type.dtype().computes(), () -> "convert it when it is read",
          "a tensor %s cannot be made: use one of %s", type, List.of("f64", "f32", "i64", "bool"));
    }

    static long bytes(TensorType type) {
      long count = type.shape().count();
      Requirement.requireArgument(count <= Long.MAX_VALUE / 16, () -> "choose smaller extents",
          "a tensor %s has more bytes than can be addressed", type);
      return count * type.dtype().bytes();
    }
  }
}
