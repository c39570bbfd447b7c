package org.tensorlogic.exec;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.stream.IntStream;
import org.tensorlogic.plan.Program;
import org.tensorlogic.plan.Step;

/**
 * Counts how often the steps of a program run and what they take, and likewise for the programs
 * that they repeat or run in blocks. Safe for any number of threads.
 */
final class StepClock {

  /* A step's time is that of its stage as the thread sees it that runs the program. Steps that run
   * side by side divide their stage's time by the time that threads were at the tiles of each, so
   * the times of all steps add up to that of the run. Programs of blocks run on several threads at
   * one time, but have no steps side by side. */

  private final Program program;
  private final StepClock[] bodies;
  private final StepClock[] lasts;
  private final AtomicLongArray busyNanos;
  private final List<Set<Thread>> threads;
  private final long[] busyNanosBefore;
  private final List<Samples> samples;

  StepClock(Program program) {
    int steps = program.steps().size();
    this.program = program;
    this.bodies = new StepClock[steps];
    this.lasts = new StepClock[steps];
    this.busyNanos = new AtomicLongArray(steps);
    this.threads = new ArrayList<>(steps);
    this.busyNanosBefore = new long[steps];
    this.samples = new ArrayList<>(steps);
    for (int step = 0; step < steps; step++) {
      threads.add(ConcurrentHashMap.newKeySet());
      samples.add(new Samples());
      switch (program.steps().get(step)) {
        case Step.Run _ -> { }
        case Step.Repeat repeat -> bodies[step] = new StepClock(repeat.body());
        case Step.Blocks blocks -> {
          bodies[step] = new StepClock(blocks.body());
          lasts[step] = blocks.last().map(StepClock::new).orElse(null);
        }
      }
    }
  }

  Program program() {
    return program;
  }

  /** Returns the clock of what a step repeats or runs in blocks, or null. */
  StepClock body(int step) {
    return bodies[step];
  }

  /** Returns the clock of a last block that has a program of its own, or null. */
  StepClock last(int step) {
    return lasts[step];
  }

  /** Adds what the calling thread spent at some tiles of a step. */
  void worked(int step, long tileNanos) {
    busyNanos.getAndAdd(step, tileNanos);
    threads.get(step).add(Thread.currentThread());
  }

  /** Adds a run of a stage: the steps from first to end (exclusive). */
  synchronized void ended(int first, int end, long stageNanos) {
    if (end - first == 1) {
      samples.get(first).add(stageNanos);
      return;
    }
    long busy = 0;
    for (int step = first; step < end; step++) {
      busy += busyNanos.get(step) - busyNanosBefore[step];
    }
    for (int step = first; step < end; step++) {
      long own = busyNanos.get(step) - busyNanosBefore[step];
      busyNanosBefore[step] += own;
      samples.get(step).add(Math.round((double) stageNanos * own / Math.max(1, busy)));
    }
  }

  /** Returns what a step took that has run, after the run. */
  synchronized Times times(int step) {
    var workers = new HashSet<Thread>();
    long busy = busy(step, workers);
    return samples.get(step).times(busy, workers.size());
  }

  /** Returns what all steps would have taken had each run taken the median of its step. */
  double nanosUndisturbed() {
    return IntStream.range(0, samples.size())
        .mapToDouble(step -> times(step).nanosUndisturbed()).sum();
  }

  /** Returns how long threads were at all steps, and adds them to those given. */
  long busy(Set<Thread> workers) {
    return IntStream.range(0, samples.size()).mapToLong(step -> busy(step, workers)).sum();
  }

  private long busy(int step, Set<Thread> workers) {
    workers.addAll(threads.get(step));
    long busy = busyNanos.get(step);
    for (StepClock inside : new StepClock[] {bodies[step], lasts[step]}) {
      busy += inside == null ? 0 : inside.busy(workers);
    }
    return busy;
  }
}
