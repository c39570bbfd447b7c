package org.tensorlogic.memory;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.tensorlogic.error.ClosedException;
import org.tensorlogic.error.Code;
import org.tensorlogic.error.Diagnostic;
import org.tensorlogic.error.MemoryException;

/**
 * Blocks of off-heap memory, 64-byte aligned, that are kept for reuse until the pool closes or is
 * trimmed: a block that was used before costs no page faults. Nobody is refused a block while idle
 * blocks of at least 1 MiB, here or with a {@link Keeper}, would make room for it. Safe for any
 * number of threads.
 */
public final class MemoryPool implements AutoCloseable {

  /* Sizes are rounded up to a quarter of a power of two, so that at most a fifth of a block is
   * unused and blocks of similar sizes are interchangeable. Each size class keeps its idle blocks
   * on a stack: the one used last is the likeliest to be in a cache, and taking or giving back
   * allocates nothing on the heap. A block is only freed while it is idle or, with the engine,
   * after the last run has ended: no address that a kernel holds can become invalid.
   *
   * Bytes are reserved before the system is asked for them, so that threads which are refused hold
   * no room that another one needs. Who finds none makes room alone: what one thread is about to
   * free counts as held, and another one would be refused for it. */

  /** The alignment of every block, a cache line and an AVX-512 register. */
  public static final long ALIGNMENT = 64;

  /** The bytes of a large page on x86-64 and, as Linux is usually set up, arm64. */
  public static final long LARGE_PAGE_BYTES = 2L << 20;

  /* A shared arena costs 0.1 ms to close, so small blocks share one and stay until the end. */
  private static final long OWN_ARENA_BYTES = 1L << 20;

  /** Whoever keeps blocks for a later use of their own. */
  @FunctionalInterface
  public interface Keeper {
    /**
     * Releases the blocks that are not in use at this moment. Called on a thread that asks for
     * memory or trims, with whatever it holds locked: take no lock under which anybody asks for
     * memory, and ask for none here.
     */
    void giveBack();
  }

  /** Idle blocks of one size; guarded by itself. */
  private static final class Idle {
    private final ArrayDeque<MemorySegment> blocks = new ArrayDeque<>();

    synchronized MemorySegment take() {
      return blocks.pollLast();
    }

    synchronized void put(MemorySegment block) {
      blocks.addLast(block);
    }
  }

  private final AllocationStrategy strategy;
  private final NumaPolicy numa;
  private final Keeper keeper;
  /** Held by the thread that makes room. */
  private final Object room = new Object();
  private final Arena arena = Arena.ofShared();
  private final Map<Long, Arena> largeArenas = new ConcurrentHashMap<>();
  private final Optional<PageSource> pages =
      ServiceLoader.load(PageSource.class, MemoryPool.class.getClassLoader()).findFirst();
  private final Idle[] idle = new Idle[4 * Long.SIZE];
  private final long bytesMax;
  private final AtomicLong heldBytes = new AtomicLong();
  private final AtomicLong usedBytes = new AtomicLong();
  private final AtomicLong usedBytesPeak = new AtomicLong();
  private final AtomicLong freshBlocks = new AtomicLong();
  private final ConstantMemory constants = new ConstantMemory();
  private volatile boolean closed;

  /** Makes an empty pool that holds at most this many bytes. */
  public MemoryPool(long bytesMax) {
    this(bytesMax, AllocationStrategy.EXACT_FIT);
  }

  /** Makes an empty pool that holds at most this many bytes and chooses blocks by a strategy. */
  public MemoryPool(long bytesMax, AllocationStrategy strategy) {
    this(bytesMax, strategy, NumaPolicy.NONE, () -> { });
  }

  /**
   * Makes a pool likewise.
   *
   * @param numa places large blocks on memory nodes
   * @param keeper is asked for blocks before anybody is refused one
   */
  public MemoryPool(long bytesMax, AllocationStrategy strategy, NumaPolicy numa, Keeper keeper) {
    this.keeper = keeper;
    this.bytesMax = bytesMax;
    this.strategy = strategy;
    this.numa = numa;
    for (int i = 0; i < idle.length; i++) {
      idle[i] = new Idle();
    }
  }

  /**
   * Counts of a moment.
   *
   * @param usedBytes the bytes of blocks in use
   * @param usedBytesPeak the most there have been
   * @param heldBytes the bytes taken from the system, idle blocks included
   * @param bytesMax the limit of heldBytes
   * @param freshBlocks how often no idle block would do and the system was asked
   * @param constantBytes what the constants of planned graphs take besides, outside the limit,
   *     those in an order for kernels included; freed by the collector with the last plan that has
   *     them
   */
  public record Usage(long usedBytes, long usedBytesPeak, long heldBytes, long bytesMax,
      long freshBlocks, long constantBytes) {}

  /**
   * Returns a block of at least this many bytes with arbitrary contents.
   *
   * @throws MemoryException when the budget or the system's memory is exhausted
   * @throws ClosedException after {@link #close}
   */
  public MemorySegment acquire(long bytes) {
    requireOpen();
    long rounded = rounded(bytes, strategy);
    MemorySegment block = takeIdle(rounded, strategy.classesAbove());
    if (block == null) {
      block = reserve(rounded) ? allocate(rounded) : makeRoom(rounded);
    }
    long used = usedBytes.addAndGet(block.byteSize());
    if (used > usedBytesPeak.get()) {
      usedBytesPeak.accumulateAndGet(used, Math::max);
    }
    return block;
  }

  private MemorySegment takeIdle(long rounded, int classesAbove) {
    int own = sizeClass(rounded);
    int last = (int) Math.min((long) own + classesAbove, idle.length - 1L);
    for (int i = own; i <= last; i++) {
      MemorySegment block = idle[i].take();
      if (block != null) {
        return block;
      }
    }
    return null;
  }

  /** Takes back a block that {@link #acquire} returned and nothing uses any more. */
  public void release(MemorySegment block) {
    usedBytes.addAndGet(-block.byteSize());
    idle[sizeClass(block.byteSize())].put(block);
  }

  private boolean reserve(long bytes) {
    long held;
    do {
      held = heldBytes.get();
      if (bytes > bytesMax - held) {
        return false;
      }
    } while (!heldBytes.compareAndSet(held, held + bytes));
    return true;
  }

  /** Returns an idle block, or a fresh one in the place of blocks that were idle. */
  private MemorySegment makeRoom(long bytes) {
    MemorySegment block = null;
    synchronized (room) {
      freeIdle();
      boolean reserved = reserve(bytes);
      if (!reserved) {
        keeper.giveBack();
        block = takeIdle(bytes, strategy.classesAbove());
        // Others may take what is freed here, but not for ever.
        while (!reserved && block == null && freeIdle() > 0) {
          reserved = reserve(bytes);
        }
      }
      if (!reserved && block == null) {
        block = takeIdle(bytes, idle.length); // any that is large enough, if too small to be freed
        if (block == null) {
          throw exhausted(bytes, null);
        }
      }
    }
    return block == null ? allocate(bytes) : block;
  }

  /** Returns a fresh block whose bytes are reserved. */
  private MemorySegment allocate(long bytes) {
    try {
      MemorySegment block =
          bytes < OWN_ARENA_BYTES ? arena.allocate(bytes, ALIGNMENT) : allocateLarge(bytes);
      freshBlocks.incrementAndGet();
      return block;
    } catch (OutOfMemoryError | IllegalArgumentException refused) {
      heldBytes.addAndGet(-bytes);
      throw exhausted(bytes, refused);
    } catch (IllegalStateException late) {
      throw closedException(late);
    }
  }

  private MemorySegment allocateLarge(long bytes) {
    Arena own = Arena.ofShared();
    long alignment = bytes < LARGE_PAGE_BYTES ? ALIGNMENT : LARGE_PAGE_BYTES;
    try {
      MemorySegment block = pages.flatMap(source -> source.map(bytes, alignment, own))
          .orElseGet(() -> own.allocate(bytes, alignment));
      numa.placeBlock(block);
      largeArenas.put(block.address(), own);
      return block;
    } catch (RuntimeException | Error failure) {
      own.close();
      throw failure;
    }
  }

  /** Frees idle blocks of at least 1 MiB, those of the keeper included, and returns their bytes. */
  public long trim() {
    requireOpen();
    synchronized (room) {
      keeper.giveBack();
      return freeIdle();
    }
  }

  private long freeIdle() {
    long freed = 0;
    for (int i = sizeClass(OWN_ARENA_BYTES); i < idle.length; i++) {
      for (MemorySegment block = idle[i].take(); block != null; block = idle[i].take()) {
        largeArenas.remove(block.address()).close();
        heldBytes.addAndGet(-block.byteSize());
        freed += block.byteSize();
      }
    }
    return freed;
  }

  private MemoryException exhausted(long bytes, Throwable cause) {
    return new MemoryException(Diagnostic.error(Code.OUT_OF_MEMORY,
        "%d bytes are needed but the engine holds %d of at most %d bytes", bytes, heldBytes.get(),
        bytesMax).hint("close tensors, use smaller shapes, or raise the engine's memoryBytesMax"),
        cause);
  }

  static long rounded(long bytes, AllocationStrategy strategy) {
    long least = Math.max(bytes, ALIGNMENT);
    long octave = Long.highestOneBit(least);
    long unit = Math.max(octave / strategy.classesPerOctave(), ALIGNMENT);
    if (least > Long.MAX_VALUE - unit) {
      throw new MemoryException(Diagnostic.error(Code.OUT_OF_MEMORY,
          "%d bytes are more than can be addressed", bytes).hint("use smaller shapes"));
    }
    return (least + unit - 1) / unit * unit;
  }

  /** The power of two below, four times, and the quarters above it: larger blocks come later. */
  private static int sizeClass(long rounded) {
    int octave = Long.SIZE - 1 - Long.numberOfLeadingZeros(rounded);
    return 4 * octave + (int) (rounded >>> (octave - 2) & 3);
  }

  /** Returns the counts of this moment. */
  public Usage usage() {
    return new Usage(usedBytes.get(), usedBytesPeak.get(), heldBytes.get(), bytesMax,
        freshBlocks.get(), constants.bytes());
  }

  /** Returns memory for constants, which is counted beside the blocks. */
  public ConstantMemory constants() {
    return constants;
  }

  private void requireOpen() {
    if (closed) {
      throw closedException(null);
    }
  }

  private static ClosedException closedException(Throwable cause) {
    return new ClosedException(Diagnostic.error(Code.USE_AFTER_CLOSE,
        "the engine is closed").hint("keep it open as long as its tensors are used"), cause);
  }

  /** Returns all memory to the system; nothing may use a block any more. */
  @Override
  public void close() {
    closed = true;
    for (Idle blocks : idle) {
      while (blocks.take() != null) { // Only its arena can free it.
      }
    }
    largeArenas.values().forEach(Arena::close);
    arena.close();
  }
}
