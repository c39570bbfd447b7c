package org.tensorlogic.engine;

import java.lang.foreign.ValueLayout;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.tensorlogic.exec.Bound;
import org.tensorlogic.ir.Graph;
import org.tensorlogic.kernel.Choice;
import org.tensorlogic.kernel.Choices;
import org.tensorlogic.memory.Scope;
import org.tensorlogic.memory.Tensor;
import org.tensorlogic.tuning.Tuner;
import org.tensorlogic.type.DType;

/** Times candidates by running a cell's graph on an engine for each number of threads. */
final class EngineMeasurer implements Tuner.Measurer, AutoCloseable {

  private static final double SAMPLE_SECONDS = 0.001;

  private final EngineConfig config;
  private final Map<Integer, Engine> engines = new HashMap<>();

  EngineMeasurer(EngineConfig config) {
    this.config = config.withTuningFolder(null);
  }

  @Override
  public Tuner.Trial trial(Choice choice, String cell, int threads) {
    return new EngineTrial(engines.computeIfAbsent(threads,
        count -> Engine.create(config.withThreads(count))), choice, cell);
  }

  @Override
  public void close() {
    engines.values().forEach(Engine::close);
  }

  /** All candidates run on the same tensors, so that no one has better places in memory. */
  private static final class EngineTrial implements Tuner.Trial {
    private final Scope scope = new Scope();
    private final Engine engine;
    private final Choice choice;
    private final String cell;
    private final Graph graph;
    private final Map<String, Tensor> inputs = new LinkedHashMap<>();
    private final Map<String, Tensor> outputs = new LinkedHashMap<>();
    private final Map<String, Candidate> candidates = new HashMap<>();

    private record Candidate(Bound bound, int runs) {}

    EngineTrial(Engine engine, Choice choice, String cell) {
      this.engine = engine;
      this.choice = choice;
      this.cell = cell;
      this.graph = choice.graph(cell);
      graph.inputs().forEach((name, node) ->
          inputs.put(name, scope.own(filled(engine.allocate(node.type())))));
      graph.outputs().forEach((name, node) ->
          outputs.put(name, scope.own(engine.allocate(node.type()))));
    }

    /** Any elements of common size; f32 or f64 by the contract of choices. */
    private static Tensor filled(Tensor tensor) {
      var random = new SplittableRandom(1);
      long count = tensor.layout().count();
      tensor.access(memory -> {
        for (long i = 0; i < count; i++) {
          double value = random.nextDouble(-1, 1);
          if (tensor.dtype() == DType.F32) {
            memory.setAtIndex(ValueLayout.JAVA_FLOAT, i, (float) value);
          } else {
            memory.setAtIndex(ValueLayout.JAVA_DOUBLE, i, value);
          }
        }
        return tensor;
      });
      return tensor;
    }

    @Override
    public double seconds(String name) {
      Candidate candidate = candidates.computeIfAbsent(name, this::prepared);
      return seconds(candidate.bound, candidate.runs);
    }

    private Candidate prepared(String name) {
      Bound bound = engine.compile(graph, Choices.NONE.with(choice.name(), cell, name))
          .bind(inputs, outputs);
      bound.run();
      return new Candidate(bound, (int) Math.ceil(SAMPLE_SECONDS / seconds(bound, 1)));
    }

    private static double seconds(Bound bound, int runs) {
      long begin = System.nanoTime();
      for (int i = 0; i < runs; i++) {
        bound.run();
      }
      return Math.max(1, System.nanoTime() - begin) * 1e-9 / runs;
    }

    @Override
    public void close() {
      candidates.values().forEach(candidate -> candidate.bound.close());
      scope.close();
    }
  }
}
