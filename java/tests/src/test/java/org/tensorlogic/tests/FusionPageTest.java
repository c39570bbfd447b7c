package org.tensorlogic.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.tensorlogic.engine.Engine;
import org.tensorlogic.ir.Blocked;
import org.tensorlogic.ir.Graph;
import org.tensorlogic.ir.GraphBuilder;
import org.tensorlogic.ir.Node;
import org.tensorlogic.ir.Ops;
import org.tensorlogic.ir.Reduction;
import org.tensorlogic.plan.Program;
import org.tensorlogic.plan.Step;
import org.tensorlogic.plan.Value;
import org.tensorlogic.rewrite.OptimizationLevel;
import org.tensorlogic.type.DType;

/** docs/fusion.md says what the code does. */
class FusionPageTest {

  private static final String PAGE = Project.read("docs/fusion.md");

  @Test
  void theTableIsThatOfThePlans() {
    assertThat(PAGE).contains("| program | level | steps | moved | workspace |\n"
        + "|---|---|---|---|---|\n"
        + rows("softmax of 4096 rows of 4096", softmaxRows())
        + rows("layer norm of 8192 rows of 1024", layerNorm())
        + rows("attention of 64 heads, 256 by 64", attention())
        + rows("an optimiser's step of 4 million parameters", optimiser()) + "\n");
  }

  private static String rows(String name, Graph graph) {
    return row(name, graph, OptimizationLevel.BASIC) + row(name, graph, OptimizationLevel.MODERATE);
  }

  private static String row(String name, Graph graph, OptimizationLevel level) {
    try (Engine engine = Engines.of("native", level)) {
      Program program = engine.compile(graph).program();
      return String.format(Locale.ROOT, "| %s | %s | %d | %.1f MB | %.1f MB |\n", name, level,
          program.steps().size(), program.steps().stream()
          .mapToLong(FusionPageTest::bytesMoved).sum() / 1e6, workspace(program) / 1e6);
    }
  }

  /** What a step reads and writes; of blocks, what goes into them and comes out. */
  private static long bytesMoved(Step step) {
    return switch (step) {
      case Step.Run run -> run.results().stream().mapToLong(FusionPageTest::bytes).sum()
          + run.operands().stream().mapToLong(FusionPageTest::bytes).sum();
      case Step.Blocks blocks -> {
        long bytes = bytes(blocks.result());
        for (int i = 0; i < blocks.operands().size(); i++) {
          boolean whole = blocks.axes().get(i) == Blocked.WHOLE;
          bytes += bytes(blocks.operands().get(i)) * (whole ? blocks.count() : 1);
        }
        yield bytes;
      }
      case Step.Repeat repeat -> throw new AssertionError("no loop is expected: " + repeat);
    };
  }

  private static long bytes(Value value) {
    long count = 1;
    for (int axis = 0; axis < value.layout().rank(); axis++) {
      count *= value.layout().stride(axis) == 0 ? 1 : value.layout().extent(axis);
    }
    return count * value.dtype().bytes();
  }

  /** The memory of temporaries on one thread. */
  private static long workspace(Program program) {
    return program.workspaceBytes() + program.steps().stream()
        .mapToLong(step -> step instanceof Step.Blocks blocks
            ? workspace(blocks.body()) : 0).sum();
  }

  private static Node softmax(Node x) {
    List<Integer> last = List.of(x.rank() - 1);
    Node max = Ops.reduce(Reduction.MAX, x, last);
    Node exp = Ops.exp(Ops.sub(x, Ops.insertAxes(max, x.shape(), last)));
    return Ops.div(exp, Ops.insertAxes(Ops.reduce(Reduction.SUM, exp, last), x.shape(), last));
  }

  private static Graph softmaxRows() {
    var builder = new GraphBuilder();
    return builder.build(softmax(builder.input("x", DType.F32, 4096, 4096)));
  }

  private static Graph layerNorm() {
    var builder = new GraphBuilder();
    Node x = builder.input("x", DType.F32, 8192, 1024);
    Node scale = builder.input("scale", DType.F32, 1024);
    Node shift = builder.input("shift", DType.F32, 1024);
    Node centred = Ops.sub(x, spread(mean(x), x));
    Node variance = mean(Ops.square(centred));
    Node deviation = Ops.sqrt(Ops.add(variance, Ops.scalar(variance, 1e-5)));
    return builder.build(Ops.add(Ops.mul(Ops.div(centred, spread(deviation, x)),
        Ops.broadcastTo(scale, x.shape())), Ops.broadcastTo(shift, x.shape())));
  }

  private static Node mean(Node x) {
    Node sum = Ops.sum(x, 1);
    return Ops.div(sum, Ops.scalar(sum, 1024));
  }

  private static Node spread(Node rows, Node like) {
    return Ops.insertAxes(rows, like.shape(), List.of(1));
  }

  private static Graph attention() {
    var builder = new GraphBuilder();
    Node q = builder.input("q", DType.F32, 64, 256, 64);
    Node k = builder.input("k", DType.F32, 64, 256, 64);
    Node v = builder.input("v", DType.F32, 64, 256, 64);
    Node scores = Ops.einsum("bqd,bkd->bqk", q, k);
    Node scaled = Ops.div(scores, Ops.scalar(scores, 8));
    return builder.build(Ops.einsum("bqk,bkd->bqd", softmax(scaled), v));
  }

  /** Adam (Kingma and Ba, 2015) without the correction of its first steps. */
  private static Graph optimiser() {
    var builder = new GraphBuilder();
    Node parameters = builder.input("parameters", DType.F32, 4_000_000);
    Node gradient = builder.input("gradient", DType.F32, 4_000_000);
    Node first = mixed(builder.input("first", DType.F32, 4_000_000), gradient, 0.9);
    Node second =
        mixed(builder.input("second", DType.F32, 4_000_000), Ops.square(gradient), 0.999);
    Node scaled = Ops.div(first, Ops.add(Ops.sqrt(second), Ops.scalar(second, 1e-8)));
    Node next = Ops.sub(parameters, Ops.mul(scaled, Ops.scalar(scaled, 1e-3)));
    var outputs = new LinkedHashMap<String, Node>();
    outputs.put("first", first);
    outputs.put("second", second);
    outputs.put("parameters", next);
    return builder.build(outputs);
  }

  private static Node mixed(Node old, Node now, double share) {
    return Ops.add(Ops.mul(old, Ops.scalar(old, share)), Ops.mul(now, Ops.scalar(now, 1 - share)));
  }

  @Test
  void theExampleRunsAndPrintsWhatThePageSays() throws Exception {
    String source = Project.read("examples/java/Attention.java");
    assertThat(PAGE).contains("```java\n" + source + "```\n");
    var child = Child.run(Project.file("examples/java/Attention.java").toString());
    assertThat(child.err()).isEmpty();
    assertThat(PAGE).contains("```text\n" + child.out().replace("\r\n", "\n") + "```\n");
  }
}
