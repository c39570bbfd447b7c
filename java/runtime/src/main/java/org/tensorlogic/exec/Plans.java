package org.tensorlogic.exec;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.tensorlogic.ir.Graph;
import org.tensorlogic.ir.GraphKey;
import org.tensorlogic.kernel.Machine;
import org.tensorlogic.memory.Tensor;
import org.tensorlogic.plan.FixedElements;
import org.tensorlogic.plan.NamedExtents;
import org.tensorlogic.plan.Planner;
import org.tensorlogic.plan.Program;
import org.tensorlogic.rewrite.OptimizationLevel;
import org.tensorlogic.rewrite.Optimizer;
import org.tensorlogic.rewrite.Rewritten;
import org.tensorlogic.rewrite.Specialization;
import org.tensorlogic.type.Layout;

/**
 * The plans of one graph, one for each combination of input layouts that is met. A general plan is
 * made of the graph as it was optimised once; after some runs the graph is optimised anew for the
 * extents met, on the thread that runs it, and a specialised plan takes the general one's place
 * until it is no longer used. Safe for any number of threads.
 */
final class Plans {

  /* Plans are few and small; the bound only keeps a service that meets ever new shapes from
   * growing without end. Dropped plans lose their frames' memory to the pool. */
  private static final int PLANS_MAX = 64;

  private final Graph graph;
  private final Resources resources;
  private final Jit jit;
  private final Machine machine;
  private final FixedElements constants;
  private final Graph optimised;
  /** How {@link #optimised} came about, once that is known. */
  private volatile Rewritten rewritten;
  private final boolean mayGain;
  private final List<String> names;
  private final LinkedHashMap<List<Layout>, Planned> general =
      new LinkedHashMap<>(16, 0.75f, true);
  private final Map<List<Layout>, Planned> specialised = new HashMap<>();
  private final ArrayDeque<String> told = new ArrayDeque<>();
  private final Object specialising = new Object();
  private final AtomicLong runs = new AtomicLong();
  private long count;
  /** The run of the graph at which a specialisation may have become cold. */
  private volatile long coldAt = Long.MAX_VALUE;
  private volatile Planned recent;

  /** Optimises a legal graph once. */
  Plans(Graph graph, Resources resources, Jit jit, Machine machine) {
    Rewritten fresh = optimise(graph, resources, jit);
    this(graph, fresh.graph(), resources, jit, machine);
    this.rewritten = fresh;
  }

  /** Takes what a legal graph was optimised to before. */
  Plans(Graph graph, Graph optimised, Resources resources, Jit jit, Machine machine) {
    this.graph = graph;
    this.resources = resources;
    this.jit = jit;
    this.machine = machine;
    this.constants = new FixedElements(resources.pool().constants());
    this.optimised = optimised;
    this.names = List.copyOf(graph.inputs().keySet());
    JitConfig config = jit.config();
    boolean named = graph.inputs().values().stream().anyMatch(node -> !node.shape().isStatic());
    this.mayGain = config.specializationsMax() > 0 && config.hot() != OptimizationLevel.NONE
        && (named || config.hot() != config.initial());
  }

  private static Rewritten optimise(Graph graph, Resources resources, Jit jit) {
    return Optimizer.optimize(graph, jit.config().initial(), resources.einsumBytesMax());
  }

  Graph graph() {
    return graph;
  }

  int optimisedNodeCount() {
    return Optimizer.nodeCount(optimised);
  }

  Rewritten optimised() {
    Rewritten known = rewritten;
    if (known == null) {
      known = optimise(graph, resources, jit);
      rewritten = known;
    }
    return known;
  }

  /** Returns the plan for inputs of these layouts. */
  Planned of(List<Layout> layouts) {
    Planned known = find(layouts);
    if (known != null) {
      return known;
    }
    long begin = System.nanoTime();
    return keep(planned(null, optimised, layouts), System.nanoTime() - begin);
  }

  private Planned planned(Rewritten specialisation, Graph source, List<Layout> layouts) {
    var plan = new Planned(specialisation, program(source, layouts), layouts);
    resources.idle().add(plan);
    return plan;
  }

  private Program program(Graph rewritten, List<Layout> layouts) {
    long begin = System.nanoTime();
    Program program = Planner.plan(rewritten, layouts, resources.registry(), resources.schedule(),
        machine, resources.einsumBytesMax(), resources.orders(), constants);
    jit.planned(System.nanoTime() - begin);
    return program;
  }

  private static List<Layout> layouts(Tensor[] tensors) {
    return Arrays.stream(tensors).map(Tensor::layout).toList();
  }

  /** Returns the plan for a run, which is counted. */
  Planned forRun(Tensor[] tensors) {
    Planned plan = recent;
    if (plan == null || !plan.isFor(tensors)) {
      plan = of(layouts(tensors));
      recent = plan;
    }
    return mayGain ? counted(plan) : plan;
  }

  /** Returns the plan for a bound graph, which is worth being specialised at once. */
  Planned forBinding(Tensor[] tensors) {
    List<Layout> layouts = layouts(tensors);
    return mayGain ? specialised(layouts) : of(layouts);
  }

  private Planned counted(Planned plan) {
    long now = runs.incrementAndGet();
    plan.lastRun.setRelease(now);
    if (now >= coldAt) {
      dropCold(now);
    }
    if (!plan.isSpecialised && plan.runs.getAndIncrement() == jit.config().hotThreshold()) {
      Planned better = specialised(plan.inputs);
      recent = better;
      plan = better;
    }
    (plan.isSpecialised ? jit.specializedRuns : jit.generalRuns).increment();
    return plan;
  }

  /** Optimises and plans anew where that was not done for these layouts and changes anything. */
  private Planned specialised(List<Layout> layouts) {
    synchronized (specialising) {
      Planned plan = of(layouts);
      if (plan.isSpecialised || plan.isFinal) {
        return plan;
      }
      long begin = System.nanoTime();
      Map<String, Long> extents = NamedExtents.of(graph, layouts);
      Rewritten known = Optimizer.optimize(Specialization.of(graph, extents), jit.config().hot(),
          resources.einsumBytesMax());
      plan.isFinal = GraphKey.of(known.graph()).equals(
          GraphKey.of(Specialization.of(optimised, extents)));
      Planned better = plan.isFinal ? plan
          : planned(known, known.graph(), layouts);
      long nanos = System.nanoTime() - begin;
      jit.nanos.add(nanos);
      (plan.isFinal ? jit.unchanged : jit.made).increment();
      if (better != plan) {
        replace(plan, better, nanos);
      }
      return better;
    }
  }

  private synchronized Planned find(List<Layout> layouts) {
    Planned known = specialised.get(layouts);
    return known != null ? known : general.get(layouts);
  }

  /** Keeps a plan unless another thread came first; the least recently used one makes room. */
  private synchronized Planned keep(Planned fresh, long nanos) {
    Planned earlier = general.get(fresh.inputs);
    if (earlier != null) {
      return earlier;
    }
    Planned before = general.isEmpty() ? null : general.lastEntry().getValue();
    tell("plan %d, %.1f ms: %s".formatted(++count, nanos / 1e6,
        before == null ? "the first" : difference(before.inputs, fresh.inputs)));
    general.put(fresh.inputs, fresh);
    if (general.size() > PLANS_MAX) {
      general.pollFirstEntry().getValue().drop();
    }
    return fresh;
  }

  private synchronized void replace(Planned plan, Planned better, long nanos) {
    JitConfig config = jit.config();
    if (specialised.size() == config.specializationsMax()) {
      drop(specialised.values().stream()
          .min(Comparator.comparingLong(one -> one.lastRun.get())).orElseThrow(),
          "%d others ran since".formatted(specialised.size()));
    }
    better.lastRun.set(runs.get());
    specialised.put(better.inputs, better);
    coldAt = Math.min(coldAt, better.lastRun.get() + config.profilingWindow());
    plan.trim();
    tell("plan %d, %.1f ms: specialised for %s; %s".formatted(++count, nanos / 1e6,
        described(better.inputs), better.specialised.statistics()));
  }

  private synchronized void dropCold(long now) {
    int window = jit.config().profilingWindow();
    for (Planned one : List.copyOf(specialised.values())) {
      if (now - one.lastRun.get() >= window) {
        drop(one, "not used in %d runs".formatted(window));
      }
    }
    coldAt = specialised.values().stream().mapToLong(one -> one.lastRun.get() + window).min()
        .orElse(Long.MAX_VALUE);
  }

  private void drop(Planned plan, String reason) {
    specialised.remove(plan.inputs);
    plan.drop();
    Planned again = general.get(plan.inputs);
    if (again != null) {
      again.runs.set(0);
    }
    jit.dropped.increment();
    tell("dropped, %s: specialised for %s".formatted(reason, described(plan.inputs)));
  }

  private void tell(String line) {
    told.add(line);
    if (told.size() > PLANS_MAX) {
      told.removeFirst();
    }
  }

  private String difference(List<Layout> before, List<Layout> now) {
    return IntStream.range(0, now.size()).filter(i -> !now.get(i).equals(before.get(i)))
        .mapToObj(i -> "input \"%s\" is %s, it was %s".formatted(names.get(i), now.get(i),
            before.get(i)))
        .collect(Collectors.joining("; "));
  }

  private String described(List<Layout> layouts) {
    return IntStream.range(0, layouts.size())
        .mapToObj(i -> "input \"%s\" %s".formatted(names.get(i), layouts.get(i)))
        .collect(Collectors.joining(", "));
  }

  /** Returns why each plan was made, the last ones of many. */
  synchronized List<String> told() {
    return List.copyOf(told);
  }

  /** Returns how inputs of these layouts are computed as text: rewrites, then the program. */
  String explain(List<Layout> layouts) {
    Planned plan = of(layouts);
    Rewritten shown = plan.isSpecialised ? plan.specialised : optimised();
    var text = new StringBuilder(plan.isSpecialised ? "specialised: " : "optimised: ")
        .append(shown.statistics()).append('\n');
    shown.trace().forEach(firing -> text.append("  ").append(firing).append('\n'));
    if (mayGain && !plan.isSpecialised) {
      text.append(plan.isFinal ? "a specialised plan would be the same\n"
          : "specialised after %d runs on these layouts, %d so far\n".formatted(
              jit.config().hotThreshold(), plan.runs.get()));
    }
    return text.append(plan.program).toString();
  }

  /** Gives the idle memory of all plans back. */
  synchronized void trim() {
    for (Collection<Planned> plans : List.of(general.values(), specialised.values())) {
      plans.forEach(Planned::trim);
    }
  }
}
