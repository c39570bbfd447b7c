package org.tensorlogic.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.tensorlogic.einsum.EinsumSpec;
import org.tensorlogic.einsum.Semiring;
import org.tensorlogic.engine.Engine;
import org.tensorlogic.engine.EngineConfig;
import org.tensorlogic.error.ArgumentException;
import org.tensorlogic.error.MemoryException;
import org.tensorlogic.ir.Einsum;
import org.tensorlogic.ir.Fused;
import org.tensorlogic.ir.Graph;
import org.tensorlogic.ir.GraphBuilder;
import org.tensorlogic.ir.Loop;
import org.tensorlogic.ir.Node;
import org.tensorlogic.ir.Ops;
import org.tensorlogic.memory.Tensor;
import org.tensorlogic.type.DType;

/** Graphs that the language and the rewriting rules never make, but a builder can. */
class HandBuiltTest {

  /** In i64 the greatest number stands for "no path"; one more step must not make it the least. */
  @Test
  void noPathStaysNoPathWhereNothingIsSummed() {
    var builder = new GraphBuilder();
    Node i = builder.input("i", DType.I64, 2);
    Node j = builder.input("j", DType.I64, 2);
    Graph graph = builder.build(Ops.einsum(EinsumSpec.parse("i,j->ij"), Semiring.MIN_PLUS,
        List.of(i, j)));
    for (String provider : List.of("reference", "native")) {
      try (Engine engine = Engines.of(provider);
          Tensor left = engine.tensor(new long[] {3, Long.MAX_VALUE}, 2);
          Tensor right = engine.tensor(new long[] {1, 2}, 2);
          Tensor sum = engine.run(graph, Map.of("i", left, "j", right)).get("result")) {
        assertThat(sum.toLongs()).as(provider)
            .containsExactly(4, 5, Long.MAX_VALUE, Long.MAX_VALUE);
      }
    }
  }

  @Test
  void oneRegionOnTwoOperandsHasTwoResults() {
    var body = new GraphBuilder();
    Node inner = body.input("x", DType.F32, 3);
    var region = new Fused(body.build(Ops.mul(Ops.neg(inner), inner)));
    var builder = new GraphBuilder();
    Node x = builder.input("x", DType.F32, 3);
    Node y = builder.input("y", DType.F32, 3);
    Graph graph = builder.build(
        Ops.concat(0, List.of(builder.add(region, x), builder.add(region, y))));
    for (String provider : List.of("reference", "native")) {
      try (Engine engine = Engines.of(provider);
          Tensor first = engine.tensor(new float[] {1, 2, 3}, 3);
          Tensor second = engine.tensor(new float[] {4, 5, 6}, 3);
          Tensor both = engine.run(graph, Map.of("x", first, "y", second)).get("result")) {
        assertThat(both.toFloats()).as(provider).containsExactly(-1, -4, -9, -16, -25, -36);
      }
    }
  }

  @Test
  void anEllipsisIsRefusedWhereItCannotBeExpanded() {
    assertThatThrownBy(() -> new Einsum(EinsumSpec.parse("...i->..."), Semiring.SUM_PRODUCT))
        .isInstanceOf(ArgumentException.class).hasMessageContaining("einsum \"...i->...\"")
        .hasMessageContaining("Ops.einsum");
  }

  /** Two states of the loop fit into the memory beside the input, but not all that it needs. */
  @Test
  void aLoopWithoutEnoughMemoryGivesBackWhatItHas() {
    int count = 1 << 16;
    var body = new GraphBuilder();
    Node state = body.input("h", DType.F32, count);
    var outputs = new LinkedHashMap<String, Node>();
    outputs.put("change", Ops.sum(Ops.abs(state)));
    outputs.put("h", Ops.mul(state, Ops.scalar(state, 0.5)));
    var builder = new GraphBuilder();
    Graph graph = builder.build(builder.add(
        new Loop(body.build(outputs), "h", 10, 0, 0), builder.input("x", DType.F32, count)));
    var config = EngineConfig.defaults().withThreads(1).withMemoryBytesMax(4L * count * 9 / 2);
    try (Engine engine = Engine.create(config);
        Tensor x = engine.tensor(new float[count], count)) {
      long first = 0; // what the kept plan holds between runs counts as used
      for (int i = 0; i < 3; i++) {
        assertThatThrownBy(() -> engine.run(graph, Map.of("x", x)))
            .isInstanceOf(MemoryException.class);
        first = i == 0 ? engine.memory().usedBytes() : first;
        assertThat(engine.memory().usedBytes()).isEqualTo(first);
      }
    }
  }
}
