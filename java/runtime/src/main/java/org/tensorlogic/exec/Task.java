package org.tensorlogic.exec;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * A piece of work submitted to a pool, and its result to come. It starts when all tasks that it
 * comes after have ended; where one of them fails, it fails likewise without starting. Safe for any
 * number of threads.
 *
 * @param <T> the type of its result
 */
public final class Task<T> {

  private enum State { WAITING, DONE, FAILED }

  private final WorkerPool pool;
  private final Callable<T> body;
  private final List<Task<?>> before;
  /** The unfinished ones among those before it, and one more until it is submitted. */
  private final AtomicInteger missing;
  private final List<Task<?>> dependents = new ArrayList<>();
  private final List<Thread> waiting = new ArrayList<>();
  private volatile State state = State.WAITING;
  private volatile Priority priority;
  private volatile Throwable obstacle;
  private volatile int queue = -1;
  private T result;
  private Throwable failure;

  Task(WorkerPool pool, Priority priority, Callable<T> body, List<Task<?>> before) {
    this.pool = pool;
    this.priority = priority;
    this.body = body;
    this.before = List.copyOf(before);
    this.missing = new AtomicInteger(before.size() + 1);
  }

  /** Returns the priority, which grows where a more urgent task comes after this one. */
  public Priority priority() {
    return priority;
  }

  /** Returns whether it has ended, well or not. */
  public boolean isDone() {
    return state != State.WAITING;
  }

  /**
   * Returns its result; until it is there, the calling thread runs other tasks of the pool.
   *
   * @throws RuntimeException what the task threw, or one before it
   * @throws org.tensorlogic.error.ClosedException when the pool closed before it could start
   */
  public T join() {
    pool.runUntil(this);
    if (state == State.FAILED) {
      TileJob.rethrow(failure);
    }
    return result;
  }

  /** Counts down the tasks before it as they end; true when it may start now. */
  boolean submit() {
    for (Task<?> other : before) {
      other.raise(priority);
      other.then(this);
    }
    return missing.decrementAndGet() == 0;
  }

  private void then(Task<?> dependent) {
    synchronized (this) {
      if (!isDone()) {
        dependents.add(dependent);
        return;
      }
    }
    dependent.obstructed(failure);
    dependent.missing.decrementAndGet();
  }

  private void obstructed(Throwable by) {
    if (by != null) {
      obstacle = by;
    }
  }

  /** Lends it, and all before it, the priority of what comes after. */
  private void raise(Priority to) {
    synchronized (this) {
      Priority from = priority;
      if (isDone() || from.compareTo(to) >= 0) {
        return;
      }
      priority = to;
      pool.queues().move(this, from, to);
    }
    before.forEach(other -> other.raise(to));
  }

  boolean belongsTo(WorkerPool other) {
    return pool == other;
  }

  int queue() {
    return queue;
  }

  void setQueue(int index) {
    queue = index;
  }

  /** Runs it on this thread and returns the tasks that may start now. */
  List<Task<?>> run() {
    if (obstacle != null) {
      return end(null, obstacle);
    }
    try {
      return end(body.call(), null);
    } catch (Throwable thrown) {
      return end(null, thrown);
    }
  }

  /** Ends it without a run. */
  List<Task<?>> fail(Throwable why) {
    return end(null, why);
  }

  private List<Task<?>> end(T value, Throwable thrown) {
    synchronized (this) {
      if (isDone()) {
        return List.of();
      }
      result = value;
      failure = thrown;
      state = thrown == null ? State.DONE : State.FAILED;
      waiting.forEach(LockSupport::unpark);
    }
    var ready = new ArrayList<Task<?>>();
    for (Task<?> dependent : dependents) {
      dependent.obstructed(thrown);
      if (dependent.missing.decrementAndGet() == 0) {
        ready.add(dependent);
      }
    }
    return ready;
  }

  /** Has the calling thread woken at its end; false where it has ended. */
  synchronized boolean wakes(Thread thread) {
    return !isDone() && waiting.add(thread);
  }

  synchronized void wakesNoMore(Thread thread) {
    waiting.remove(thread);
  }
}
