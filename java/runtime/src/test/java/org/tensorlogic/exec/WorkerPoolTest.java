package org.tensorlogic.exec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorlogic.engine.Engine;
import org.tensorlogic.engine.EngineConfig;
import org.tensorlogic.error.ClosedException;
import org.tensorlogic.error.KernelException;
import org.tensorlogic.error.TensorLogicException;
import org.tensorlogic.memory.AllocationStrategy;

/** Threads of an engine: shared loops, tasks after each other, theft, failure, end. */
@Timeout(60)
class WorkerPoolTest {

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 8})
  void everyTileRunsOnce(int threads) {
    try (var pool = new WorkerPool(threads)) {
      for (int tiles : new int[] {1, 2, 7, 64, 1000}) {
        var counts = new AtomicIntegerArray(tiles);
        pool.run(tiles, (begin, end) -> {
          for (long tile = begin; tile < end; tile++) {
            counts.incrementAndGet((int) tile);
          }
        });
        for (int tile = 0; tile < tiles; tile++) {
          assertThat(counts.get(tile)).as("tile %d of %d", tile, tiles).isEqualTo(1);
        }
      }
    }
  }

  @Test
  void manyCallersShareTheWorkers() throws InterruptedException {
    try (var pool = new WorkerPool(4)) {
      var sum = new AtomicInteger();
      var callers = new ArrayList<Thread>();
      for (int i = 0; i < 300; i++) {
        callers.add(Thread.ofPlatform().start(() -> {
          for (int round = 0; round < 20; round++) {
            pool.run(10, (begin, end) -> sum.addAndGet((int) (end - begin)));
          }
        }));
      }
      for (Thread caller : callers) {
        caller.join();
      }
      assertThat(sum.get()).isEqualTo(300 * 20 * 10);
    }
  }

  @Test
  void workersJoin() {
    try (var pool = new WorkerPool(3)) {
      var names = Collections.synchronizedSet(new HashSet<Thread>());
      var all = new CountDownLatch(3);
      pool.run(3, (_, _) -> {
        names.add(Thread.currentThread());
        all.countDown();
        awaitUnchecked(all);
      });
      assertThat(names).hasSize(3).contains(Thread.currentThread());
      assertThat(pool.statistics().tiles().stream().mapToLong(Long::longValue).sum()).isEqualTo(3);
      assertThat(pool.statistics().tileBalance().isBalanced()).isTrue();
    }
  }

  private static void awaitUnchecked(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException problem) {
      throw new IllegalStateException(problem);
    }
  }

  @Test
  void aFailingTileEndsTheJob() {
    try (var pool = new WorkerPool(3)) {
      assertThatThrownBy(() -> pool.run(100, (begin, _) -> {
        if (begin >= 40) {
          throw new IllegalArgumentException("tile " + begin);
        }
      })).isInstanceOf(IllegalArgumentException.class).hasMessageStartingWith("tile");
      pool.run(100, (_, _) -> { });
    }
  }

  /** Random graphs of tasks, nested submissions included: each task after all those before it. */
  @ParameterizedTest
  @EnumSource(StealStrategy.class)
  void tasksKeepTheirOrder(StealStrategy strategy) {
    for (int threads : new int[] {1, 2, 5}) {
      try (var pool = new WorkerPool(PoolConfig.of(threads).withStealStrategy(strategy))) {
        var random = new Random(threads);
        var done = new AtomicIntegerArray(500);
        var tasks = new ArrayList<Task<Integer>>();
        for (int i = 0; i < 500; i++) {
          int self = i;
          int[] before = random.ints(Math.min(i, 3), 0, Math.max(i, 1)).toArray();
          tasks.add(pool.submit(Priority.values()[i % 4], () -> {
            for (int other : before) {
              assertThat(done.get(other)).isEqualTo(1);
            }
            return done.incrementAndGet(self);
          }, IntStream.of(before).mapToObj(tasks::get).toArray(Task<?>[]::new)));
        }
        tasks.forEach(task -> assertThat(task.join()).isEqualTo(1));
        assertThat(pool.statistics().tasks().stream().mapToLong(Long::longValue).sum())
            .isEqualTo(500);
      }
    }
  }

  @Test
  void tasksMaySubmitAndJoin() {
    for (int threads : new int[] {1, 4}) {
      try (var pool = new WorkerPool(threads)) {
        assertThat(fibonacci(pool, 15)).isEqualTo(610);
      }
    }
  }

  private static int fibonacci(WorkerPool pool, int n) {
    if (n < 2) {
      return n;
    }
    Task<Integer> one = pool.submit(Priority.NORMAL, () -> fibonacci(pool, n - 1));
    return fibonacci(pool, n - 2) + one.join();
  }

  /** The tasks wait until the only thread looks for work, so their order is the pool's choice. */
  @Test
  void urgentTasksRunFirst() {
    try (var pool = new WorkerPool(1)) {
      var order = new ArrayList<String>();
      var last = new ArrayList<Task<?>>();
      for (Priority priority : Priority.values()) {
        last.add(pool.submit(priority, () -> order.add(priority.name())));
      }
      last.forEach(Task::join);
      assertThat(order).containsExactly("CRITICAL", "HIGH", "NORMAL", "LOW");
    }
  }

  @Test
  void whatAnUrgentTaskNeedsBecomesUrgent() {
    try (var pool = new WorkerPool(1)) {
      var order = new ArrayList<String>();
      Task<?> first = pool.submit(Priority.LOW, () -> order.add("needed first"));
      Task<?> needed = pool.submit(Priority.LOW, () -> order.add("needed"), first);
      Task<?> other = pool.submit(Priority.HIGH, () -> order.add("other"));
      Task<?> urgent = pool.submit(Priority.CRITICAL, () -> order.add("urgent"), needed);
      assertThat(first.priority()).isEqualTo(Priority.CRITICAL);
      other.join();
      assertThat(order).containsExactly("needed first", "needed", "urgent", "other");
      assertThat(urgent.isDone()).isTrue();
    }
  }

  @Test
  void aFailureReachesWhatComesAfter() {
    try (var pool = new WorkerPool(2)) {
      var ran = new AtomicBoolean();
      Task<?> bad = pool.submit(Priority.NORMAL, () -> {
        throw new IllegalArgumentException("bad");
      });
      Task<?> after = pool.submit(Priority.NORMAL, () -> ran.getAndSet(true), bad);
      Task<?> later = pool.submit(Priority.NORMAL, () -> ran.getAndSet(true), after);
      assertThatThrownBy(later::join).isInstanceOf(IllegalArgumentException.class)
          .hasMessage("bad");
      assertThat(ran).isFalse();
      assertThatThrownBy(() -> pool.submit(Priority.LOW, () -> 1, otherPoolsTask()))
          .isInstanceOf(TensorLogicException.class).hasMessageContaining("its own pool");
    }
  }

  private static Task<?> otherPoolsTask() {
    try (var other = new WorkerPool(1)) {
      Task<Integer> task = other.submit(Priority.LOW, () -> 1);
      task.join();
      return task;
    }
  }

  @Test
  void aFullQueueRefusesOrLetsTheCallerWork() {
    var config = PoolConfig.of(1);
    try (var pool = new WorkerPool(
        config.withQueueLengthMax(2, PoolConfig.WhenFull.REFUSE))) {
      Task<Integer> one = pool.submit(Priority.LOW, () -> 1);
      pool.submit(Priority.LOW, () -> 2);
      assertThatThrownBy(() -> pool.submit(Priority.LOW, () -> 3))
          .isInstanceOf(KernelException.class).hasMessageContaining("2 tasks wait already");
      assertThat(one.join()).isEqualTo(1);
      assertThat(pool.statistics().queueLengthMax()).isEqualTo(2);
    }
    try (var pool = new WorkerPool(
        config.withQueueLengthMax(2, PoolConfig.WhenFull.CALLER_RUNS))) {
      pool.submit(Priority.LOW, () -> 1);
      pool.submit(Priority.LOW, () -> 2);
      assertThat(pool.submit(Priority.LOW, () -> 3).isDone()).isTrue();
    }
    assertThatThrownBy(() -> config.withQueueLengthMax(0, PoolConfig.WhenFull.REFUSE))
        .isInstanceOf(TensorLogicException.class);
  }

  /** Whose queue each strategy looks at first, seen from queue 0 of 4. */
  @Test
  void strategiesChooseVictims() {
    var victims = new ArrayList<List<Integer>>();
    for (StealStrategy strategy : StealStrategy.values()) {
      var queues = new TaskQueues(3, strategy, new Counters(3));
      try (var pool = new WorkerPool(1)) {
        for (int owner : new int[] {1, 2, 2, 2, 3, 3}) {
          queues.add(owner, new Task<>(pool, Priority.NORMAL, () -> 1, List.of()));
        }
        var chosen = new ArrayList<Integer>();
        for (int i = 0; i < 6; i++) {
          chosen.add(queues.victim(0));
          assertThat(queues.take(0)).isNotNull();
        }
        assertThat(queues.take(0)).isNull();
        victims.add(chosen);
      }
    }
    assertThat(victims.get(StealStrategy.MAX_LOAD.ordinal())).containsExactly(2, 2, 3, 1, 2, 3);
    assertThat(victims.get(StealStrategy.LRU.ordinal())).containsExactly(1, 2, 3, 2, 3, 2);
    assertThat(victims.get(StealStrategy.ROUND_ROBIN.ordinal()))
        .containsExactly(0, 2, 0, 2, 0, 2);
    assertThat(victims.get(StealStrategy.RANDOM.ordinal())).allMatch(i -> i >= 0 && i < 4);
  }

  @Test
  void theftIsCounted() {
    try (var pool = new WorkerPool(2)) {
      var begun = new CountDownLatch(1);
      var stolen = new CountDownLatch(1);
      // The caller's queue; the worker has to take at least one from it.
      Task<?> task = pool.submit(Priority.NORMAL, () -> {
        begun.countDown();
        stolen.await();
        return null;
      });
      awaitUnchecked(begun);
      stolen.countDown();
      task.join();
      assertThat(pool.statistics().steals()).isEqualTo(1);
      assertThat(pool.statistics().tasks()).containsExactly(1L, 0L);
      assertThat(pool.statistics().taskBalance().imbalance()).isEqualTo(2);
      assertThat(pool.statistics().taskBalance().isBalanced()).isFalse();
    }
  }

  @Test
  void anEngineHonoursItsSetup() {
    var config = EngineConfig.defaults().withProvider("reference")
        .withWorkers(PoolConfig.of(1).withQueueLengthMax(1, PoolConfig.WhenFull.REFUSE))
        .withAllocation(AllocationStrategy.FIRST_FIT);
    try (Engine engine = Engine.create(config)) {
      engine.workers().submit(Priority.LOW, () -> 1);
      assertThatThrownBy(() -> engine.workers().submit(Priority.LOW, () -> 2))
          .isInstanceOf(KernelException.class);
      engine.tensor(new float[1000]).close();
      long held = engine.memory().heldBytes();
      engine.tensor(new float[10]).close();
      assertThat(engine.memory().heldBytes()).isEqualTo(held);
    }
  }

  @Test
  void idleWorkersSleep() throws InterruptedException {
    try (var pool = new WorkerPool(3)) {
      long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
      while (pool.statistics().parks() < 2 && System.nanoTime() < end) {
        Thread.sleep(1);
      }
      assertThat(pool.statistics().parks()).isEqualTo(2);
    }
  }

  @Test
  void closingInMidRunEndsEverything() throws InterruptedException {
    for (int threads : new int[] {1, 4}) {
      var pool = new WorkerPool(threads);
      var outcomes = new ConcurrentLinkedQueue<Object>();
      var callers = new ArrayList<Thread>();
      var begun = new CountDownLatch(4);
      for (int i = 0; i < 4; i++) {
        callers.add(Thread.ofPlatform().start(() -> {
          try {
            Task<Integer> last = pool.submit(Priority.NORMAL, () -> 0);
            while (true) {
              Task<Integer> before = last;
              last = pool.submit(Priority.NORMAL, () -> before.join() + 1, before);
              last.join();
              pool.run(10, (_, _) -> { });
              begun.countDown();
            }
          } catch (RuntimeException end) {
            outcomes.add(end);
          }
        }));
      }
      begun.await();
      pool.close();
      for (Thread caller : callers) {
        caller.join();
      }
      assertThat(outcomes).hasSize(4).allMatch(ClosedException.class::isInstance);
      assertThatThrownBy(() -> pool.submit(Priority.LOW, () -> 1))
          .isInstanceOf(ClosedException.class);
    }
  }
}
