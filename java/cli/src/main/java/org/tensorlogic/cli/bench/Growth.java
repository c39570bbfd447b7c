package org.tensorlogic.cli.bench;

import java.io.PrintWriter;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import org.tensorlogic.engine.Engine;
import org.tensorlogic.ir.Graph;
import org.tensorlogic.ir.GraphBuilder;
import org.tensorlogic.ir.Node;
import org.tensorlogic.ir.Ops;
import org.tensorlogic.memory.CacheLevels;
import org.tensorlogic.memory.Tensor;
import org.tensorlogic.plan.Schedule;
import org.tensorlogic.type.DType;
import org.tensorlogic.type.TensorType;

/**
 * How time grows with work: where it is linear, the time of one unit stays, but for steps where the
 * data outgrow a cache.
 */
final class Growth {

  private static final int BITS_MIN = 10;
  private static final int BITS_MAX = 24;
  private static final int NODES_MAX = 100_000;
  /** Above the least time of one unit by so much is growth, within one cache. */
  private static final double TOLERANCE = 1.15;

  private final Engine engine;
  private final PrintWriter out;
  private final CacheLevels caches = CacheLevels.system();
  private final Map<String, Double> least = new HashMap<>();
  private int lines;
  private int grown;

  Growth(Engine engine, PrintWriter out) {
    this.engine = engine;
    this.out = out;
  }

  void print() {
    int threads = engine.capabilities().threads();
    out.printf("%d threads%n%-20s %12s %14s %14s %8s%n", threads, "what", "elements",
        "time of one", "ns per unit", "held by");
    for (int bits = BITS_MIN; bits <= BITS_MAX; bits += 2) {
      long side = 1L << bits / 2;
      row("matmul", 3 * side * side, (double) side * side * side,
          x -> Ops.matmul(x, x), side, side);
      row("pointwise", 2 * side * side, side * side, x -> Ops.mul(Ops.exp(x), x), side * side);
      row("reduction", side * side, side * side, x -> Ops.sum(x, 1), side, side);
    }
    for (Schedule schedule : Schedule.values()) {
      plans(threads, schedule);
    }
    out.printf("time of one unit more than 15 %% above the least within the same cache: "
        + "%d of %d rows%n", grown, lines);
  }

  private void plans(int threads, Schedule schedule) {
    String what = "plan " + schedule.name().toLowerCase(Locale.ROOT);
    try (var forgetful = Harness.forgetful(threads, schedule)) {
      for (int nodes = 100; nodes <= NODES_MAX; nodes *= 10) {
        Graph graph = chain(nodes);
        Stopwatch.Timing timing = Stopwatch.time(Rules.PEERS,
            () -> forgetful.compile(graph).program());
        line(what, nodes, "", timing.samples().min(), nodes);
      }
    }
  }

  private void row(String what, long touched, double work, Function<Node, Node> body,
      long... extents) {
    var builder = new GraphBuilder();
    Graph graph = builder.build(body.apply(builder.input("x", DType.F32, extents)));
    try (Tensor x = engine.allocate(TensorType.of(DType.F32, extents))) {
      long elements = x.type().shape().count();
      x.access(memory -> {
        new Generator("growth/" + elements).fill(memory, elements, 1);
        return null;
      });
      var compiled = engine.compile(graph);
      try (var bound = compiled.bind(x)) {
        line(what, elements, caches.holding((double) touched * Float.BYTES),
            Stopwatch.time(Rules.PEERS, bound::run).samples().min(), work);
      }
    }
  }

  private void line(String what, long elements, String cache, double seconds, double work) {
    double unit = seconds * 1e9 / work;
    double before = least.merge(what + cache, unit, Math::min);
    boolean grows = unit > before * TOLERANCE;
    lines++;
    grown += grows ? 1 : 0;
    out.printf(Locale.ROOT, "%-20s %12d %11.3f us %14.4f %8s%s%n", what, elements, seconds * 1e6,
        unit, cache, grows ? "  grows" : "");
    out.flush();
  }

  /** A chain that no rule shortens: sines and cosines in turn, each of one product. */
  private static Graph chain(int nodes) {
    var builder = new GraphBuilder();
    Node x = builder.input("x", DType.F32, 4, 4);
    for (int i = 1; i < nodes; i++) {
      x = i % 3 == 0 ? Ops.matmul(x, x) : i % 3 == 1 ? Ops.sin(x) : Ops.cos(x);
    }
    return builder.build(x);
  }
}
