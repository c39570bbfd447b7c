package org.tensorlogic.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tensorlogic.einsum.EinsumSpec;
import org.tensorlogic.einsum.Semiring;
import org.tensorlogic.engine.Engine;
import org.tensorlogic.ir.Domain;
import org.tensorlogic.ir.Graph;
import org.tensorlogic.ir.GraphBuilder;
import org.tensorlogic.ir.Literal;
import org.tensorlogic.ir.Node;
import org.tensorlogic.ir.Ops;
import org.tensorlogic.memory.Scope;
import org.tensorlogic.memory.Tensor;
import org.tensorlogic.plan.Program;
import org.tensorlogic.plan.Slot;
import org.tensorlogic.plan.Step;
import org.tensorlogic.testkit.RandomTensors;
import org.tensorlogic.type.DType;
import org.tensorlogic.type.TensorType;

/** Operands that a product takes packed: once for all tiles, or when planned if constant. */
class PreparedTest {

  private static final long SEED = 5;

  /** A product, one operand of which the graph may hold; its elements are those of the input. */
  private record Product(EinsumSpec spec, Semiring semiring, List<TensorType> types) {

    static Product of(String spec, Semiring semiring, DType dtype, long m, long n, long k) {
      EinsumSpec parsed = EinsumSpec.parse(spec);
      var extents = Map.of('i', m, 'j', n, 'k', k);
      var types = new ArrayList<TensorType>();
      for (String term : spec.substring(0, spec.indexOf("->")).split(",")) {
        types.add(TensorType.of(dtype,
            term.chars().mapToLong(letter -> extents.get((char) letter)).toArray()));
      }
      return new Product(parsed, semiring, types);
    }

    List<Tensor> operands(Engine engine, Scope scope) {
      var random = new RandomTensors(SEED);
      return types.stream()
          .map(type -> scope.own(random.tensor(engine, type, new Domain(-2, 2))))
          .toList();
    }

    /** The graph; the operand of that number is a constant, -1 for none. */
    Graph graph(List<Tensor> operands, int constant) {
      var builder = new GraphBuilder();
      var nodes = new ArrayList<Node>();
      for (int i = 0; i < types.size(); i++) {
        nodes.add(i == constant
            ? builder.constant(types.get(i), Literal.of(operands.get(i).toDoubles()))
            : builder.input("x" + i, types.get(i)));
      }
      return builder.build(Ops.einsum(spec, semiring, nodes));
    }
  }

  private static double[] run(Engine engine, Product product, int constant) {
    try (var scope = new Scope()) {
      List<Tensor> operands = product.operands(engine, scope);
      var inputs = new LinkedHashMap<String, Tensor>();
      IntStream.range(0, operands.size()).filter(i -> i != constant)
          .forEach(i -> inputs.put("x" + i, operands.get(i)));
      Graph graph = product.graph(operands, constant);
      return scope.own(engine.run(graph, inputs).values().iterator().next()).toDoubles();
    }
  }

  /** Columns in B and in A, transposed operands and results, edges of every block, semirings. */
  @ParameterizedTest
  @CsvSource({
      "'ik,kj->ij', SUM_PRODUCT, F32, 130, 1100, 600",
      "'ik,jk->ij', SUM_PRODUCT, F32, 9, 70, 300",
      "'ki,kj->ij', SUM_PRODUCT, F64, 301, 513, 289",
      "'ik,kj->ji', SUM_PRODUCT, F32, 1030, 77, 577",
      "'ki,jk->ji', SUM_PRODUCT, F64, 65, 259, 700",
      "'ik,kj->ij', MAX_PLUS, F32, 200, 333, 400",
      "'ik,kj->ij', SUM_PRODUCT, F32, 5, 5, 5000"})
  void constantsAndThreadsKeepTheBits(String spec, Semiring semiring, DType dtype, long m, long n,
      long k) {
    Product product = Product.of(spec, semiring, dtype, m, n, k);
    double[] expected;
    try (Engine engine = Engines.of("native", 1)) {
      expected = run(engine, product, -1);
    }
    for (int threads : List.of(1, 2, 5)) {
      try (Engine engine = Engines.of("native", threads)) {
        for (int constant : List.of(-1, 0, 1)) {
          assertThat(run(engine, product, constant))
              .as("%d threads, constant operand %d", threads, constant).isEqualTo(expected);
        }
      }
    }
  }

  @Test
  void manyTilesShareWhatOneStepPacks() {
    Product product = Product.of("ik,kj->ij", Semiring.SUM_PRODUCT, DType.F32, 512, 512, 512);
    try (Engine engine = Engines.of("native"); var scope = new Scope()) {
      Graph graph = product.graph(product.operands(engine, scope), -1);
      Program program = engine.compile(graph).program();
      assertThat(program.steps()).extracting(step -> ((Step.Run) step).kernel().name())
          .containsExactly("contract_pack_f32", "contract_sum_product_f32");
      assertThat(program.workspaceBytes()).isEqualTo(512 * 512 * Float.BYTES);
      assertThat(engine.explain(graph)).contains("columns packed once for all tiles");
    }
  }

  /** A network that takes the same weights again keeps them once, and packs a shared input once. */
  @Test
  void oneOperandIsPackedOnce() {
    TensorType square = TensorType.of(DType.F32, 512, 512);
    for (boolean constant : List.of(true, false)) {
      var builder = new GraphBuilder();
      Node weights = constant
          ? builder.constant(square, Literal.of(new double[512 * 512]))
          : builder.input("w", square);
      Node state = builder.input("x", square);
      for (int i = 0; i < 3; i++) {
        state = Ops.tanh(Ops.matmul(state, weights));
      }
      try (Engine engine = Engines.of("native")) {
        Program program = engine.compile(builder.build(state)).program();
        assertThat(program.steps()).hasSize(constant ? 3 : 4);
        assertThat(fixedBytes(program)).isEqualTo(constant ? 512 * 512 * Float.BYTES : 0);
      }
    }
  }

  private static long fixedBytes(Program program) {
    return program.slots().stream().filter(Slot.Fixed.class::isInstance)
        .map(slot -> ((Slot.Fixed) slot).elements()).mapToLong(MemorySegment::byteSize).sum();
  }

  /** What is packed when planned takes no step, and the elements in their old order no memory. */
  @Test
  void constantsArePackedWhenPlanned() {
    Product product = Product.of("ik,kj->ij", Semiring.SUM_PRODUCT, DType.F32, 64, 500, 512);
    try (Engine engine = Engines.of("native"); var scope = new Scope()) {
      Graph graph = product.graph(product.operands(engine, scope), 1);
      Program program = engine.compile(graph).program();
      assertThat(program.steps()).singleElement();
      assertThat(fixedBytes(program)).isEqualTo(512 * 512 * Float.BYTES);
      assertThat(engine.explain(graph)).contains("columns packed when planned");
    }
  }
}
