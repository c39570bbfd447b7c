package org.tensorlogic.exec;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Tasks that are ready to run: a queue for each worker and one for all callers, each with a deque
 * for each priority. An owner takes its youngest task, whose data is still in its cache; a thief
 * takes the oldest, which likely leads to the most work. A more urgent task is always taken first,
 * whoever's it is. Safe for any number of threads.
 */
final class TaskQueues {

  private static final Priority[] PRIORITIES = Priority.values();

  /** The ready tasks of one owner; guarded by itself. */
  private static final class Queue {
    private final List<ArrayDeque<Task<?>>> tasks = new ArrayList<>();
    private volatile int length;
    private volatile long stolenAt;

    Queue() {
      for (int i = 0; i < PRIORITIES.length; i++) {
        tasks.add(new ArrayDeque<>());
      }
    }

    synchronized void add(Task<?> task, Priority priority, int index) {
      task.setQueue(index);
      tasks.get(priority.ordinal()).addLast(task);
      length++;
    }

    synchronized Task<?> take(int priority, boolean youngest) {
      ArrayDeque<Task<?>> deque = tasks.get(priority);
      Task<?> task = youngest ? deque.pollLast() : deque.pollFirst();
      if (task != null) {
        task.setQueue(-1);
        length--;
      }
      return task;
    }

    synchronized boolean move(Task<?> task, Priority from, Priority to) {
      return tasks.get(from.ordinal()).remove(task) && tasks.get(to.ordinal()).add(task);
    }
  }

  private final StealStrategy strategy;
  private final Counters counters;
  private final Queue[] queues;
  private final AtomicInteger[] ready = new AtomicInteger[PRIORITIES.length];
  private final AtomicInteger turn = new AtomicInteger();
  private final AtomicLong clock = new AtomicLong();

  /** Makes queues for some workers and, last, for callers. */
  TaskQueues(int workers, StealStrategy strategy, Counters counters) {
    this.strategy = strategy;
    this.counters = counters;
    this.queues = new Queue[workers + 1];
    for (int i = 0; i < queues.length; i++) {
      queues[i] = new Queue();
    }
    for (int i = 0; i < ready.length; i++) {
      ready[i] = new AtomicInteger();
    }
  }

  boolean isEmpty() {
    for (AtomicInteger count : ready) {
      if (count.get() != 0) {
        return false;
      }
    }
    return true;
  }

  void add(int owner, Task<?> task) {
    // The count may run ahead of the queue, never behind: a sleeper looks at the count.
    Priority priority = task.priority();
    ready[priority.ordinal()].getAndIncrement();
    queues[owner].add(task, priority, owner);
    if (task.priority() != priority) {
      move(task, priority, task.priority());
    }
  }

  /** Returns the most urgent task, a thread's own before others'; null where there is none. */
  Task<?> take(int thread) {
    for (int priority = PRIORITIES.length - 1; priority >= 0; priority--) {
      if (ready[priority].get() == 0) {
        continue;
      }
      Task<?> task = queues[thread].take(priority, true);
      task = task != null ? task : steal(thread, priority);
      if (task != null) {
        ready[priority].getAndDecrement();
        return task;
      }
    }
    return null;
  }

  private Task<?> steal(int thief, int priority) {
    int first = victim(thief);
    for (int i = 0; i < queues.length; i++) {
      int victim = (first + i) % queues.length;
      if (victim == thief) {
        continue;
      }
      Task<?> task = queues[victim].length == 0 ? null : queues[victim].take(priority, false);
      if (task != null) {
        queues[victim].stolenAt = clock.incrementAndGet();
        counters.add(thief, Counters.Event.STEAL, 1);
        return task;
      }
      counters.add(thief, Counters.Event.FAILED_STEAL, 1);
    }
    return null;
  }

  /** Returns whose queue the strategy looks at first. */
  int victim(int thief) {
    return switch (strategy) {
      case RANDOM -> ThreadLocalRandom.current().nextInt(queues.length);
      case ROUND_ROBIN -> Math.floorMod(turn.getAndIncrement(), queues.length);
      case MAX_LOAD -> best(thief, true);
      case LRU -> best(thief, false);
    };
  }

  private int best(int thief, boolean byLoad) {
    int best = (thief + 1) % queues.length;
    for (int i = 0; i < queues.length; i++) {
      boolean better = byLoad ? queues[i].length > queues[best].length
          : queues[i].length > 0 && (queues[best].length == 0
              || queues[i].stolenAt < queues[best].stolenAt);
      best = i != thief && better ? i : best;
    }
    return best;
  }

  /** Moves a task that waits in a queue to the deque of another priority. */
  void move(Task<?> task, Priority from, Priority to) {
    int index = task.queue();
    // Counted before it can be taken, so that no count falls short.
    ready[to.ordinal()].getAndIncrement();
    boolean moved = index >= 0 && queues[index].move(task, from, to);
    ready[moved ? from.ordinal() : to.ordinal()].getAndDecrement();
  }
}
