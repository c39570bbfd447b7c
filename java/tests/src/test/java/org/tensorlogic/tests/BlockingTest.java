package org.tensorlogic.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.tensorlogic.autodiff.Gradients;
import org.tensorlogic.engine.Engine;
import org.tensorlogic.error.GraphException;
import org.tensorlogic.error.KernelException;
import org.tensorlogic.ir.Blocked;
import org.tensorlogic.ir.Domain;
import org.tensorlogic.ir.Graph;
import org.tensorlogic.ir.GraphBuilder;
import org.tensorlogic.ir.Node;
import org.tensorlogic.ir.Ops;
import org.tensorlogic.ir.Reduction;
import org.tensorlogic.ir.Verifier;
import org.tensorlogic.memory.Tensor;
import org.tensorlogic.plan.Step;
import org.tensorlogic.rewrite.OptimizationLevel;
import org.tensorlogic.rewrite.Optimizer;
import org.tensorlogic.testkit.RandomTensors;
import org.tensorlogic.testkit.Tolerance;
import org.tensorlogic.type.DType;
import org.tensorlogic.type.Dim;
import org.tensorlogic.type.Shape;
import org.tensorlogic.type.TensorType;

/** Blocked regions: large values between contractions never exist as a whole. */
class BlockingTest {

  private static final Map<String, Graph> CASES = cases();

  private static Map<String, Graph> cases() {
    var cases = new LinkedHashMap<String, Graph>();
    cases.put("heads", attention("bqd,bkd->bqk", "bqk,bkd->bqd", List.of(33, 131, 16), false));
    cases.put("heads, masked", attention("bqd,bkd->bqk", "bqk,bkd->bqd", List.of(9, 257, 8), true));
    cases.put("last block shorter",
        attention("bqd,bkd->bqk", "bqk,bkd->bqd", List.of(101, 67, 5), false));
    cases.put("one long sequence",
        attention("qd,kd->qk", "qk,kd->qd", List.of(1031, 8), true));
    cases.put("heads inside",
        attention("qbd,kbd->bqk", "bqk,kbd->qbd", List.of(150, 13, 8), false));
    cases.put("sum of large products", sumOfProducts());
    return Collections.unmodifiableMap(cases);
  }

  private static Graph attention(String scoresSpec, String resultSpec, List<Integer> extents,
      boolean causal) {
    var builder = new GraphBuilder();
    long[] dims = extents.stream().mapToLong(extent -> extent).toArray();
    Node q = builder.input("q", DType.F32, dims);
    Node k = builder.input("k", DType.F32, dims);
    Node v = builder.input("v", DType.F32, dims);
    Node scores = Ops.einsum(scoresSpec, q, k);
    scores = Ops.div(scores, Ops.scalar(scores, 8));
    if (causal) {
      Node mask = Ops.broadcastTo(
          builder.input("mask", DType.BOOL, dims[dims.length - 2], dims[dims.length - 2]),
          scores.shape());
      scores = Ops.select(mask, scores, Ops.scalar(scores, -1e30));
    }
    int last = scores.rank() - 1;
    Node max = Ops.reduce(Reduction.MAX, scores, List.of(last));
    Node exp = Ops.exp(Ops.sub(scores, Ops.insertAxes(max, scores.shape(), List.of(last))));
    Node weights = Ops.div(exp, Ops.insertAxes(Ops.sum(exp, last), exp.shape(), List.of(last)));
    return builder.build(Ops.einsum(resultSpec, weights, v));
  }

  private static Graph sumOfProducts() {
    var builder = new GraphBuilder();
    Node a = builder.input("a", DType.F64, 1037, 16);
    Node b = builder.input("b", DType.F64, 16, 300);
    return builder.build(Ops.sum(Ops.square(Ops.einsum("ij,jk->ik", a, b)), 1));
  }

  @TestFactory
  Stream<DynamicTest> valuesStayAndMemoryDoesNot() {
    return CASES.entrySet().stream().map(entry -> DynamicTest.dynamicTest(entry.getKey(), () -> {
      Graph graph = entry.getValue();
      Graph optimised = Optimizer.optimize(graph, OptimizationLevel.MODERATE).graph();
      Verifier.verify(optimised);
      assertThat(optimised.nodes()).anyMatch(node -> node.op() instanceof Blocked);
      try (Engine tested = Engines.of("native"); Engine reference = Engines.of("reference")) {
        assertThat(tested.explain(graph)).contains("stay inside");
        // Products of up to 1037 terms of size 4, through an exponential: values are of size 1.
        new Tolerance(1e-4, 1e-4).check(entry.getKey(), run(graph, reference), run(graph, tested));
      }
    }));
  }

  private static double[] run(Graph graph, Engine engine) {
    return Engines.runOnRandom(graph, engine, 7);
  }

  @Test
  void sameBitsForAnyThreads() {
    CASES.forEach((name, graph) -> {
      double[] first = null;
      for (int threads : new int[] {1, 2, 3, 8}) {
        try (Engine engine = Engines.of("native", threads)) {
          double[] values = run(graph, engine);
          first = first == null ? values : first;
          assertThat(values).as(name + " with " + threads + " threads").isEqualTo(first);
        }
      }
    });
  }

  /** One head's scores become its weights in place: 256 KiB where 64 heads took 32 MiB. */
  @Test
  void scoresAreNeverWhole() {
    Graph graph = attention("bqd,bkd->bqk", "bqk,bkd->bqd", List.of(64, 256, 64), false);
    long scores = 64L * 256 * 256 * Float.BYTES;
    long queries = 64L * 256 * 64 * Float.BYTES; // the scale is theirs: they are fewer
    try (Engine engine = Engines.of("native")) {
      var program = engine.compile(graph).program();
      assertThat(program.workspaceBytes()).isZero();
      assertThat(program.steps()).singleElement().isInstanceOfSatisfying(Step.Blocks.class, it -> {
        assertThat(it.count()).isEqualTo(64);
        assertThat(it.temporaryBytes()).isGreaterThanOrEqualTo(2 * scores);
        assertThat(it.body().workspaceBytes()).isEqualTo(scores / 64 + queries / 64);
        assertThat(program.flops()).isGreaterThan(1.07e9);
      });
    }
    try (Engine engine = Engines.of("native", OptimizationLevel.BASIC)) {
      assertThat(engine.compile(graph).program().workspaceBytes()).isGreaterThanOrEqualTo(scores);
    }
  }

  @Test
  void viewsAreCutWhereTheyLie() {
    Graph graph = CASES.get("last block shorter");
    try (Engine engine = Engines.of("native")) {
      var random = new RandomTensors(3);
      var views = new ArrayList<Tensor>();
      var copies = new ArrayList<Tensor>();
      try (Tensor wide = random.tensor(engine, TensorType.of(DType.F32, 67, 205, 5),
          new Domain(-2, 2))) {
        for (int i = 0; i < 3; i++) {
          try (Tensor moved = wide.permute(1, 0, 2)) {
            views.add(i == 1 ? moved.slice(0, 202, 101, -2) : moved.slice(0, i + 1, 101, 2));
          }
          copies.add(engine.tensor(floats(views.get(i)), 101, 67, 5));
        }
        try (Tensor expected = engine.compile(graph).run(copies.toArray(Tensor[]::new));
            Tensor came = engine.compile(graph).run(views.toArray(Tensor[]::new))) {
          new Tolerance(1e-5, 1e-5).check("views", expected.toDoubles(), came.toDoubles());
        }
      } finally {
        views.forEach(Tensor::close);
        copies.forEach(Tensor::close);
      }
    }
  }

  private static float[] floats(Tensor tensor) {
    double[] values = tensor.toDoubles();
    var floats = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      floats[i] = (float) values[i];
    }
    return floats;
  }

  /** Small products, products that are returned, and results that every block would need. */
  @Test
  void whatIsNotWorthItStays() {
    var small = attention("bqd,bkd->bqk", "bqk,bkd->bqd", List.of(8, 32, 8), false);
    var builder = new GraphBuilder();
    Node a = builder.input("a", DType.F32, 600, 600);
    Node product = Ops.einsum("ij,jk->ik", a, a);
    var outputs = new LinkedHashMap<String, Node>();
    outputs.put("product", product);
    outputs.put("sums", Ops.sum(Ops.square(product), 1));
    outputs.put("squared", Ops.einsum("ij,jk->ik", product, product));
    for (Graph graph : List.of(small, builder.build(outputs))) {
      assertThat(Optimizer.optimize(graph, OptimizationLevel.MODERATE).graph().nodes())
          .noneMatch(node -> node.op() instanceof Blocked);
    }
  }

  @Test
  void aCancelledRunEndsBetweenBlocks() {
    try (Engine engine = Engines.of("native", 1)) {
      Thread.currentThread().interrupt();
      try {
        assertThatThrownBy(() -> run(CASES.get("heads"), engine))
            .isInstanceOf(KernelException.class).hasMessageContaining("cancelled");
      } finally {
        assertThat(Thread.interrupted()).isTrue();
      }
      assertThat(run(CASES.get("heads"), engine)).isNotEmpty();
    }
  }

  @Test
  void illegalRegionsAreRefused() {
    var inner = new GraphBuilder();
    var type = new TensorType(DType.F32, new Shape(List.of(Blocked.EXTENT, Dim.of(3))));
    Graph body = inner.build(Ops.neg(inner.input("x", type)));
    var builder = new GraphBuilder();
    Node x = builder.input("x", DType.F32, 12, 3);
    Node blocked = builder.add(new Blocked(body, List.of(0), 0, 5), List.of(x));
    assertThat(blocked.type()).isEqualTo(x.type());
    assertThatThrownBy(() -> builder.add(new Blocked(body, List.of(0), 0, 5), List.of(x, x)))
        .isInstanceOf(GraphException.class).hasMessageContaining("(C1)");
    assertThatThrownBy(() -> builder.add(new Blocked(body, List.of(1), 0, 5), List.of(x)))
        .isInstanceOf(GraphException.class).hasMessageContaining("(C2)");
    assertThatThrownBy(() -> builder.add(new Blocked(body, List.of(Blocked.WHOLE), 0, 5),
        List.of(x))).isInstanceOf(GraphException.class).hasMessageContaining("(C2)");
    assertThatThrownBy(() -> Gradients.of(Ops.sum(blocked), List.of(x)))
        .isInstanceOf(GraphException.class).hasMessageContaining("before regions are blocked");
  }
}
