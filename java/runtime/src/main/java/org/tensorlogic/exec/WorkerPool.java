package org.tensorlogic.exec;

import java.util.ArrayDeque;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.LockSupport;
import org.tensorlogic.error.ClosedException;
import org.tensorlogic.error.Code;
import org.tensorlogic.error.Diagnostic;
import org.tensorlogic.error.KernelException;
import org.tensorlogic.error.Requirement;
import org.tensorlogic.memory.NumaPolicy;

/**
 * The threads of one engine. They share loops over tiles with the threads that call, and run tasks
 * that come after each other. The calling thread always works on what it waits for. Which thread
 * does what never shows in the result. Any number of threads may call at a time: a caller never
 * waits for a worker that has not joined its job.
 */
public final class WorkerPool implements AutoCloseable {

  /* A caller posts its job in a free place of a short board and wakes as many sleeping workers as
   * the job is worth; workers look over the board, join what has unclaimed tiles, and take tasks
   * when there is none. With the board full, everybody is busy and a caller works alone. Posting,
   * joining and leaving allocate nothing.
   *
   * A worker that runs out of work watches for a while before it sleeps; WatchTime says how long.
   *
   * On a machine of several memory nodes a policy may bind workers to the processors of one; a
   * block's pages lie where the thread that first wrote them ran, unless the policy places them. */

  /** Computes tiles from begin to end (exclusive). */
  @FunctionalInterface
  public interface TileTask {
    /** Runs on any thread. */
    void run(long tileBegin, long tileEnd);
  }

  private static final int BOARD = 64;

  private final class Worker extends Thread {
    private final int index;
    private final AtomicInteger asleep = new AtomicInteger();
    private volatile long wokenNanos;
    private final WatchTime watchTime = new WatchTime();

    Worker(int index) {
      super(null, null, "tensorlogic-worker-" + index, 0, false);
      this.index = index;
      setDaemon(true);
    }

    @Override
    public void run() {
      numa.placeWorker(index);
      while (!closed) {
        if (!joinJob(index) && !runTask(index) && !watch()) {
          sleep();
        }
      }
    }

    /** Waits for work without sleeping; false where none came. */
    private boolean watch() {
      watching.incrementAndGet();
      long now = System.nanoTime();
      long end = now + watchTime.nanos();
      long longestGap = 0;
      boolean found = hasWork();
      while (!found && now < end) {
        Thread.onSpinWait();
        found = hasWork();
        long before = now;
        now = System.nanoTime();
        longestGap = Math.max(longestGap, now - before);
      }
      watching.decrementAndGet();
      watchTime.watched(found, longestGap);
      return found;
    }

    private void sleep() {
      counters.add(index, Counters.Event.PARK, 1);
      long begin = System.nanoTime();
      wokenNanos = begin;
      asleep.set(1);
      // Whoever posts work looks at the sign afterwards, so one of the two sees the other.
      while (asleep.get() == 1 && !hasWork()) {
        LockSupport.park(WorkerPool.this);
        Thread.interrupted(); // Only close ends a worker, by its own sign.
      }
      asleep.set(0);
      watchTime.slept(wokenNanos - begin);
    }

    WorkerPool pool() {
      return WorkerPool.this;
    }

    boolean wake() {
      if (asleep.get() == 1) {
        wokenNanos = System.nanoTime();
        if (asleep.compareAndSet(1, 0)) {
          LockSupport.unpark(this);
          return true;
        }
      }
      return false;
    }
  }

  private final PoolConfig config;
  private final NumaPolicy numa;
  private final Counters counters;
  private final TaskQueues queues;
  private final AtomicReferenceArray<TileJob> board = new AtomicReferenceArray<>(BOARD);
  private final AtomicInteger watching = new AtomicInteger();
  private final AtomicInteger waitingTasks = new AtomicInteger();
  private final AtomicInteger waitingTasksMost = new AtomicInteger();
  private final Set<Thread> helpers = ConcurrentHashMap.newKeySet();
  private final Worker[] workers;
  private volatile boolean closed;

  /** Starts threads - 1 workers; the calling thread is the other one. */
  public WorkerPool(int threads) {
    this(PoolConfig.of(threads));
  }

  /** Starts one worker less than the setup has threads; the calling thread is the other one. */
  public WorkerPool(PoolConfig config) {
    this(config, NumaPolicy.NONE);
  }

  /** Starts workers likewise that a policy places on memory nodes. */
  public WorkerPool(PoolConfig config, NumaPolicy numa) {
    this.config = config;
    this.numa = numa;
    this.workers = new Worker[config.threads() - 1];
    this.counters = new Counters(workers.length);
    this.queues = new TaskQueues(workers.length, config.stealStrategy(), counters);
    for (int i = 0; i < workers.length; i++) {
      workers[i] = new Worker(i);
    }
    for (Worker worker : workers) {
      worker.start();
    }
  }

  /** Returns how many threads can work on one job. */
  public int threads() {
    return workers.length + 1;
  }

  /** Runs all tiles and returns when they are done; throws what the first failing tile threw. */
  public void run(long tileCount, TileTask task) {
    run(new TileJob() {
      @Override
      void tiles(long begin, long end) {
        task.run(begin, end);
      }
    }, tileCount, (int) Math.min(workers.length, tileCount - 1));
  }

  /** Runs all tiles, with at most that many workers beside the calling thread. */
  void run(TileJob job, long tileCount, int helpersMax) {
    int place = helpersMax <= 0 ? -1 : freePlace();
    if (place < 0) {
      job.tiles(0, tileCount);
      return;
    }
    job.start(tileCount, helpersMax + 1);
    if (!board.compareAndSet(place, null, job)) {
      place = -1;
    } else {
      wakeWorkers(helpersMax);
    }
    long done = job.work();
    if (place >= 0) {
      board.set(place, null);
    }
    counters.add(workers.length, Counters.Event.TILE, done);
    job.finish();
  }

  /** A place on the board that was free a moment ago, or -1. */
  private int freePlace() {
    int start = (int) Thread.currentThread().threadId();
    for (int i = 0; i < BOARD; i++) {
      int place = start + i & BOARD - 1;
      if (board.getPlain(place) == null) {
        return place;
      }
    }
    return -1;
  }

  private void wakeWorkers(int count) {
    int missing = count - watching.get();
    for (int i = 0; missing > 0 && i < workers.length; i++) {
      missing -= workers[i].wake() ? 1 : 0;
    }
  }

  private boolean hasWork() {
    if (closed || !queues.isEmpty()) {
      return true;
    }
    for (int i = 0; i < BOARD; i++) {
      TileJob job = board.get(i);
      if (job != null && job.isOpen()) {
        return true;
      }
    }
    return false;
  }

  private boolean joinJob(int worker) {
    for (int i = 0; i < BOARD; i++) {
      TileJob job = board.get(i + worker & BOARD - 1);
      if (job != null && job.isOpen() && job.join()) {
        long done = job.work();
        counters.add(worker, Counters.Event.TILE, done);
        job.leave();
        return true;
      }
    }
    return false;
  }

  /**
   * Submits a task that starts when all others have ended.
   *
   * @throws KernelException when too many tasks wait and the setup refuses more
   * @throws ClosedException after {@link #close}
   */
  public <T> Task<T> submit(Priority priority, Callable<T> body, Task<?>... after) {
    if (closed) {
      throw closedException();
    }
    boolean full = waitingTasks.get() >= config.queueLengthMax();
    if (full && config.whenFull() == PoolConfig.WhenFull.REFUSE) {
      throw new KernelException(Diagnostic.error(Code.KERNEL,
          "a task is refused: %d tasks wait already", waitingTasks.get())
          .hint("wait for tasks to end, or allow a longer queue"));
    }
    for (Task<?> other : after) {
      Requirement.requireArgument(other.belongsTo(this), () -> "submit both tasks to one pool",
          "submit: a task can only come after tasks of its own pool");
    }
    var task = new Task<>(this, priority, body, List.of(after));
    int waiting = waitingTasks.incrementAndGet();
    waitingTasksMost.accumulateAndGet(waiting, Math::max);
    if (task.submit()) {
      ready(task);
    }
    if (full) {
      runUntil(task);
    }
    return task;
  }

  private void ready(Task<?> task) {
    queues.add(self(), task);
    boolean woken = false;
    for (int i = 0; !woken && i < workers.length; i++) {
      woken = workers[i].wake();
    }
    if (!woken) {
      helpers.forEach(LockSupport::unpark);
    }
    if (closed) {
      failTasks();
    }
  }

  private int self() {
    return Thread.currentThread() instanceof Worker worker && worker.pool() == this
        ? worker.index : workers.length;
  }

  private boolean runTask(int thread) {
    Task<?> task = queues.take(thread);
    if (task == null) {
      return false;
    }
    waitingTasks.decrementAndGet();
    counters.add(thread, Counters.Event.TASK, 1);
    task.run().forEach(this::ready);
    return true;
  }

  /** Runs tasks until one has ended; sleeps only while no task at all is ready. */
  void runUntil(Task<?> task) {
    int self = self();
    Thread thread = Thread.currentThread();
    boolean interrupted = false;
    while (!task.isDone()) {
      if (runTask(self)) {
        continue;
      }
      helpers.add(thread);
      if (task.wakes(thread)) {
        if (queues.isEmpty()) {
          LockSupport.park(task);
          interrupted |= Thread.interrupted();
        }
        task.wakesNoMore(thread);
      }
      helpers.remove(thread);
    }
    if (interrupted) {
      thread.interrupt();
    }
  }

  TaskQueues queues() {
    return queues;
  }

  /** Returns what the threads have done so far. */
  public PoolStatistics statistics() {
    return new PoolStatistics(counters.all(Counters.Event.TASK),
        counters.all(Counters.Event.TILE), counters.sum(Counters.Event.STEAL),
        counters.sum(Counters.Event.FAILED_STEAL), counters.sum(Counters.Event.PARK),
        waitingTasksMost.get());
  }

  private static ClosedException closedException() {
    return new ClosedException(Diagnostic.error(Code.USE_AFTER_CLOSE,
        "the pool of threads is closed").hint("keep the engine open until the last task ends"));
  }

  private void failTasks() {
    var failing = new ArrayDeque<Task<?>>();
    do {
      Task<?> task = failing.isEmpty() ? queues.take(workers.length) : failing.poll();
      if (task == null) {
        return;
      }
      waitingTasks.decrementAndGet();
      failing.addAll(task.fail(closedException()));
    } while (true);
  }

  /**
   * Ends the workers after the jobs and tasks that they are at; tasks that have not started fail
   * with a ClosedException.
   */
  @Override
  public void close() {
    closed = true;
    failTasks();
    for (Worker worker : workers) {
      LockSupport.unpark(worker);
    }
    helpers.forEach(LockSupport::unpark);
  }
}
