package org.tensorlogic.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.tensorlogic.error.ClosedException;
import org.tensorlogic.error.MemoryException;

/** Blocks of the pool: reuse by each strategy, limits, trimming. */
class MemoryPoolTest {

  private static final long MIB = 1L << 20;

  private static List<MemorySegment> live(MemoryPool pool, Random random, int turns) {
    var live = new ArrayList<MemorySegment>();
    for (int i = 0; i < turns; i++) {
      if (live.size() < 20 || random.nextBoolean()) {
        live.add(pool.acquire(1L << random.nextInt(20) | random.nextInt(1000)));
      }
      if (live.size() > 30) {
        pool.release(live.remove(random.nextInt(live.size())));
      }
    }
    return live;
  }

  @ParameterizedTest
  @EnumSource(AllocationStrategy.class)
  void liveBlocksNeverOverlap(AllocationStrategy strategy) {
    try (var pool = new MemoryPool(1L << 30, strategy)) {
      var live = live(pool, new Random(7), 2000);
      live.sort((a, b) -> Long.compareUnsigned(a.address(), b.address()));
      long sum = 0;
      for (int i = 0; i < live.size(); i++) {
        MemorySegment block = live.get(i);
        sum += block.byteSize();
        assertThat(block.address() % MemoryPool.ALIGNMENT).isZero();
        assertThat(i == 0 || live.get(i - 1).address() + live.get(i - 1).byteSize()
            <= block.address()).isTrue();
      }
      assertThat(pool.usage().usedBytes()).isEqualTo(sum);
      assertThat(pool.usage().usedBytesPeak()).isBetween(sum, pool.usage().heldBytes());
      live.forEach(pool::release);
      assertThat(pool.usage().usedBytes()).isZero();
    }
  }

  /** With blocks of 1, 3 and 64 KiB idle, a request is answered by the block that is named. */
  @ParameterizedTest
  @CsvSource({"EXACT_FIT, 2200, 2560, 1", "BEST_FIT, 2200, 3072, 0", "FIRST_FIT, 2200, 3072, 0",
      "POWER_OF_TWO, 2200, 4096, 0", "BEST_FIT, 10000, 10240, 1", "FIRST_FIT, 10000, 65536, 0",
      "POWER_OF_TWO, 10000, 16384, 1", "EXACT_FIT, 3000, 3072, 0", "BEST_FIT, 900, 1024, 0"})
  void strategiesChooseBlocks(AllocationStrategy strategy, long bytes, long block, long fresh) {
    try (var pool = new MemoryPool(MIB, strategy)) {
      var idle = List.of(pool.acquire(1024), pool.acquire(3072), pool.acquire(65536));
      idle.forEach(pool::release);
      long before = pool.usage().freshBlocks();
      assertThat(pool.acquire(bytes).byteSize()).isEqualTo(block);
      assertThat(pool.usage().freshBlocks() - before).isEqualTo(fresh);
    }
  }

  /** A service of ever new sizes: looser strategies hold less memory or ask less often. */
  @Test
  void strategiesTradeMemoryForReuse() {
    var usage = new ArrayList<MemoryPool.Usage>();
    for (AllocationStrategy strategy : AllocationStrategy.values()) {
      try (var pool = new MemoryPool(1L << 30, strategy)) {
        live(pool, new Random(3), 3000);
        usage.add(pool.usage());
      }
    }
    var exact = usage.get(AllocationStrategy.EXACT_FIT.ordinal());
    assertThat(usage.get(AllocationStrategy.BEST_FIT.ordinal()).freshBlocks())
        .isLessThan(exact.freshBlocks());
    assertThat(usage.get(AllocationStrategy.FIRST_FIT.ordinal()).freshBlocks())
        .isLessThan(usage.get(AllocationStrategy.BEST_FIT.ordinal()).freshBlocks());
    assertThat(usage.get(AllocationStrategy.POWER_OF_TWO.ordinal()).freshBlocks())
        .isLessThan(exact.freshBlocks());
  }

  @Test
  void idleBlocksMakeRoom() {
    try (var pool = new MemoryPool(10 * MIB)) {
      pool.release(pool.acquire(8 * MIB));
      assertThat(pool.usage().heldBytes()).isEqualTo(8 * MIB);
      MemorySegment other = pool.acquire(5 * MIB);
      assertThat(pool.usage().heldBytes()).isEqualTo(5 * MIB);
      assertThatThrownBy(() -> pool.acquire(6 * MIB)).isInstanceOf(MemoryException.class);
      assertThat(pool.usage().heldBytes()).isEqualTo(5 * MIB);
      pool.release(other);
      assertThat(pool.trim()).isEqualTo(5 * MIB);
      assertThat(pool.usage().heldBytes()).isZero();
      assertThat(other.scope().isAlive()).isFalse();
    }
  }

  /** A keeper of blocks is asked last, and nobody is refused before. */
  @Test
  void keptBlocksMakeRoom() {
    var kept = new ArrayList<MemorySegment>();
    var holder = new AtomicReference<MemoryPool>();
    var asked = new AtomicInteger();
    MemoryPool.Keeper keeper = () -> {
      asked.incrementAndGet();
      kept.forEach(holder.get()::release);
      kept.clear();
    };
    try (var pool = new MemoryPool(10 * MIB, AllocationStrategy.EXACT_FIT, NumaPolicy.NONE,
        keeper)) {
      holder.set(pool);
      kept.add(pool.acquire(4 * MIB));
      pool.release(pool.acquire(6 * MIB));
      kept.add(pool.acquire(5 * MIB));
      assertThat(asked).as("idle blocks were enough").hasValue(0);
      MemorySegment other = pool.acquire(7 * MIB);
      assertThat(asked).hasValue(1);
      assertThat(pool.usage().heldBytes()).isEqualTo(7 * MIB);
      assertThatThrownBy(() -> pool.acquire(4 * MIB)).isInstanceOf(MemoryException.class);
      pool.release(other);
      kept.add(pool.acquire(3 * MIB));
      assertThat(pool.trim()).isEqualTo(10 * MIB);
      assertThat(pool.usage().usedBytes()).isZero();
    }
  }

  /** What the keeper gives back may be the very block that is wanted. */
  @Test
  void keptBlocksAreUsedAgain() {
    var kept = new ArrayList<MemorySegment>();
    var holder = new AtomicReference<MemoryPool>();
    try (var pool = new MemoryPool(10 * MIB, AllocationStrategy.EXACT_FIT, NumaPolicy.NONE,
        () -> kept.removeIf(block -> {
          holder.get().release(block);
          return true;
        }))) {
      holder.set(pool);
      MemorySegment block = pool.acquire(8 * MIB);
      kept.add(block);
      assertThat(pool.acquire(8 * MIB)).isSameAs(block);
      assertThat(pool.usage().freshBlocks()).isEqualTo(1);
    }
  }

  /** Small blocks are never freed, so one that is larger than wanted is better than none. */
  @Test
  void smallBlocksOfOtherSizesAreBetterThanNone() {
    try (var pool = new MemoryPool(MIB)) {
      pool.release(pool.acquire(768 << 10));
      MemorySegment block = pool.acquire(512 << 10);
      assertThat(block.byteSize()).isEqualTo(768 << 10);
      assertThatThrownBy(() -> pool.acquire(512 << 10)).isInstanceOf(MemoryException.class);
      assertThat(pool.acquire(256 << 10).byteSize()).isEqualTo(256 << 10);
    }
  }

  /** The keeper has the only block that makes room for both; the second thread waits for it. */
  @Test
  void whatAnotherThreadIsAboutToFreeIsWaitedFor() throws Exception {
    var kept = new ArrayList<MemorySegment>();
    var holder = new AtomicReference<MemoryPool>();
    var refused = new AtomicReference<RuntimeException>();
    Thread second = Thread.ofPlatform().unstarted(() -> {
      try {
        holder.get().release(holder.get().acquire(3 * MIB));
      } catch (RuntimeException problem) {
        refused.set(problem);
      }
    });
    MemoryPool.Keeper keeper = () -> {
      if (second.getState() == Thread.State.NEW) {
        second.start();
        while (second.isAlive() && second.getState() != Thread.State.BLOCKED) {
          Thread.onSpinWait();
        }
        holder.get().release(kept.removeLast());
      }
    };
    try (var pool = new MemoryPool(10 * MIB, AllocationStrategy.EXACT_FIT, NumaPolicy.NONE,
        keeper)) {
      holder.set(pool);
      kept.add(pool.acquire(8 * MIB));
      assertThat(pool.acquire(7 * MIB).byteSize()).isEqualTo(7 * MIB);
      second.join();
      assertThat(refused).hasNullValue();
    }
  }

  @Test
  void largeBlocksFillLargePages() {
    try (var pool = new MemoryPool(100 * MIB)) {
      assertThat(pool.acquire(3 * MIB).address() % MemoryPool.LARGE_PAGE_BYTES).isZero();
    }
  }

  @Test
  void closedPoolGivesNothing() {
    var pool = new MemoryPool(MIB);
    MemorySegment block = pool.acquire(100);
    pool.close();
    pool.release(block);
    assertThatThrownBy(() -> pool.acquire(100)).isInstanceOf(ClosedException.class);
    assertThatThrownBy(pool::trim).isInstanceOf(ClosedException.class);
  }
}
