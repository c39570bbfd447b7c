package org.tensorlogic.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.tensorlogic.engine.Engine;
import org.tensorlogic.memory.Scope;
import org.tensorlogic.memory.Tensor;
import org.tensorlogic.plan.Program;
import org.tensorlogic.plan.Step;
import org.tensorlogic.rewrite.OptimizationLevel;
import org.tensorlogic.testkit.RandomTensors;
import org.tensorlogic.testkit.Tolerance;
import org.tensorlogic.type.DType;
import org.tensorlogic.type.TensorType;

/**
 * Random graphs that are large enough for blocks, packing of columns for all tiles, epilogues,
 * products of many tiles and long rows to occur: every level of optimisation agrees with reference
 * kernels on the graph as it was written, and has the same bits with 1 and 3 threads. {@code
 * -Dlarge.graphs} sets how many there are of each dtype, {@code -Dlarge.seed} the first seed.
 */
class LargeGraphTest {

  private static final int GRAPHS = Integer.getInteger("large.graphs", 10);
  /** Longer rows take more than one chunk in a fused region, whatever the dtype. */
  private static final long CHUNK = 1024;

  /** What a plan has; each must occur in one of so many graphs at least. */
  private enum Part {
    BLOCKS(5), PACKING(10), EPILOGUE(5), LARGE_EPILOGUE(10), TILES(5), RESULTS(5), LONG_ROWS(10);

    private final int graphsMost;

    Part(int graphsMost) {
      this.graphsMost = graphsMost;
    }
  }

  private record Setup(OptimizationLevel level, int threads) {}

  private final Map<Part, Integer> occurred = new EnumMap<>(Part.class);

  @Test
  void levelsAgreeAndThreadsKeepBits() {
    var engines = new LinkedHashMap<Setup, Engine>();
    try (Engine reference = Engines.of("reference", OptimizationLevel.NONE, 2)) {
      for (OptimizationLevel level : OptimizationLevel.values()) {
        for (int threads : new int[] {1, 3}) {
          engines.put(new Setup(level, threads), Engines.of("native", level, threads));
        }
      }
      int first = Integer.getInteger("large.seed", 0);
      for (int seed = first; seed < first + GRAPHS; seed++) {
        compare(seed, DType.F32, reference, engines);
        compare(seed, DType.F64, reference, engines);
      }
    } finally {
      engines.values().forEach(Engine::close);
    }
    System.out.println("levels agree on " + 2 * GRAPHS + " large graphs with " + occurred);
    for (Part part : Part.values()) {
      assertThat(occurred.getOrDefault(part, 0)).as("graphs whose plans have %s", part)
          .isGreaterThanOrEqualTo(2 * GRAPHS / part.graphsMost);
    }
  }

  private void compare(int seed, DType dtype, Engine reference, Map<Setup, Engine> engines) {
    LargeGraphs.Large large = LargeGraphs.of(seed, dtype);
    Map<String, double[]> expected = run(large, reference, seed);
    var found = new EnumMap<Part, Boolean>(Part.class);
    var oneThread = new TreeMap<OptimizationLevel, Map<String, double[]>>();
    engines.forEach((setup, engine) -> {
      if (setup.level.compareTo(OptimizationLevel.MODERATE) >= 0) {
        find(engine.compile(large.graph()).program(), found);
      }
      String title = "seed " + seed + " " + dtype + " with " + setup + " of\n" + large.graph()
          + "which runs as\n" + engine.explain(large.graph());
      Map<String, double[]> came = run(large, engine, seed);
      Map<String, double[]> before = oneThread.putIfAbsent(setup.level, came);
      expected.forEach((name, values) -> {
        // Both sides round, and a rule may give sums and products another order.
        double off = 4 * large.roundings().get(name) * dtype.unitRoundoff();
        new Tolerance(0, off).check(name + " of " + title, values, came.get(name));
        if (before != null) {
          assertThat(came.get(name)).as(name + " of " + title).isEqualTo(before.get(name));
        }
      });
    });
    found.keySet().forEach(part -> occurred.merge(part, 1, Integer::sum));
  }

  private static void find(Program program, Map<Part, Boolean> found) {
    for (Step step : program.steps()) {
      switch (step) {
        case Step.Blocks blocks -> {
          found.put(Part.BLOCKS, true);
          find(blocks.body(), found);
        }
        case Step.Repeat repeat -> find(repeat.body(), found);
        case Step.Run run -> find(run, found);
      }
    }
  }

  private static void find(Step.Run run, Map<Part, Boolean> found) {
    String kernel = run.kernel().name();
    boolean tiles = run.kernel().tileCount() > 1;
    if (kernel.startsWith("contract_pack")) {
      found.put(Part.PACKING, true);
    } else if (kernel.startsWith("contract_") && tiles) {
      found.put(Part.TILES, true);
    }
    if (kernel.contains(" + ")) {
      found.put(Part.EPILOGUE, true);
      if (tiles) {
        found.put(Part.LARGE_EPILOGUE, true);
      }
    }
    if (run.results().size() > 1) {
      found.put(Part.RESULTS, true);
    }
    if (kernel.startsWith("fused_rows") && run.operands().stream()
        .map(operand -> operand.layout().shape())
        .anyMatch(shape -> shape.rank() == 2 && shape.dim(1).extent() > CHUNK)) {
      found.put(Part.LONG_ROWS, true);
    }
  }

  private static Map<String, double[]> run(LargeGraphs.Large large, Engine engine, long seed) {
    var random = new RandomTensors(seed);
    var results = new LinkedHashMap<String, double[]>();
    try (var scope = new Scope()) {
      var inputs = new LinkedHashMap<String, Tensor>();
      large.graph().inputs().forEach((name, node) -> inputs.put(name,
          scope.own(random.between(0, 3) > 0 || node.rank() != 2
              ? random.tensor(engine, node.type(), LargeGraphs.DOMAIN)
              : columnByColumn(engine, node.type(), random))));
      engine.run(large.graph(), inputs).forEach((name, tensor) ->
          results.put(name, scope.own(tensor).toDoubles()));
    }
    return results;
  }

  /** A matrix whose columns lie one after the other in memory. */
  private static Tensor columnByColumn(Engine engine, TensorType type, RandomTensors random) {
    long[] extents = type.shape().extents();
    var turned = TensorType.of(type.dtype(), extents[1], extents[0]);
    try (Tensor rows = random.tensor(engine, turned, LargeGraphs.DOMAIN)) {
      return rows.permute(1, 0);
    }
  }
}
