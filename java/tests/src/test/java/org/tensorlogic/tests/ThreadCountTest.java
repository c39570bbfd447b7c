package org.tensorlogic.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.tensorlogic.einsum.EinsumSpec;
import org.tensorlogic.einsum.Semiring;
import org.tensorlogic.engine.Engine;
import org.tensorlogic.engine.EngineConfig;
import org.tensorlogic.ir.Domain;
import org.tensorlogic.ir.Graph;
import org.tensorlogic.ir.GraphBuilder;
import org.tensorlogic.ir.Node;
import org.tensorlogic.ir.Ops;
import org.tensorlogic.memory.Scope;
import org.tensorlogic.memory.Tensor;
import org.tensorlogic.plan.Schedule;
import org.tensorlogic.testkit.RandomTensors;
import org.tensorlogic.type.DType;

/** Results are the same bits for any number of threads. */
class ThreadCountTest {

  private static Graph graph(DType dtype, long extent) {
    var builder = new GraphBuilder();
    Node a = builder.input("a", dtype, extent, extent + 1);
    Node b = builder.input("b", dtype, extent + 1, extent - 1);
    Node product = Ops.matmul(a, b);
    var outputs = new LinkedHashMap<String, Node>();
    outputs.put("matmul", product);
    outputs.put("sum", Ops.sum(product));
    outputs.put("rows", Ops.sum(Ops.exp(Ops.tanh(a)), 1));
    outputs.put("columns", Ops.sum(Ops.sin(a), 0));
    outputs.put("trace", Ops.einsum("ij,jk,ik->", a, b, product));
    outputs.put("paths", Ops.einsum(EinsumSpec.parse("ij,jk->ik"), Semiring.MIN_PLUS,
        List.of(a, b)));
    outputs.put("log", Ops.einsum(EinsumSpec.parse("ij,jk->k"), Semiring.LOG_SUM_EXP,
        List.of(a, b)));
    return builder.build(outputs);
  }

  private static Map<String, byte[]> bits(String provider, DType dtype, long extent, int threads) {
    try (var engine = Engines.of(provider, threads)) {
      return bits(engine, dtype, extent);
    }
  }

  private static Map<String, byte[]> bits(Engine engine, DType dtype, long extent) {
    Graph graph = graph(dtype, extent);
    var random = new RandomTensors(3);
    var bits = new LinkedHashMap<String, byte[]>();
    try (var scope = new Scope()) {
      var inputs = new LinkedHashMap<String, Tensor>();
      graph.inputs().forEach((name, node) ->
          inputs.put(name, scope.own(random.tensor(engine, node.type(), Domain.REAL))));
      engine.run(graph, inputs).forEach((name, tensor) ->
          bits.put(name, scope.own(tensor).toBytes().toArray(ValueLayout.JAVA_BYTE)));
    }
    return bits;
  }

  @ParameterizedTest
  @CsvSource({"reference, f64, 90", "reference, f32, 90", "native, f64, 400", "native, f32, 400"})
  void sameBits(String provider, String dtype, long extent) {
    var one = bits(provider, DType.parse(dtype), extent, 1);
    for (int threads : List.of(2, 3, 8)) {
      var more = bits(provider, DType.parse(dtype), extent, threads);
      for (String name : new ArrayList<>(one.keySet())) {
        assertThat(more.get(name)).as("%s with %d threads", name, threads)
            .isEqualTo(one.get(name));
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Schedule.class)
  void sameBitsUnderEverySchedule(Schedule schedule) {
    var expected = bits("native", DType.F32, 200, 1);
    for (int threads : List.of(1, 2, 5)) {
      try (var engine = Engine.create(EngineConfig.defaults().withThreads(threads)
          .withSchedule(schedule))) {
        for (int round = 0; round < 5; round++) {
          var came = bits(engine, DType.F32, 200);
          for (String name : expected.keySet()) {
            assertThat(came.get(name)).as("%s with %d threads", name, threads)
                .isEqualTo(expected.get(name));
          }
        }
      }
    }
  }
}
