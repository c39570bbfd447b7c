package org.tensorlogic.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorlogic.autodiff.Gradients;
import org.tensorlogic.einsum.EinsumSpec;
import org.tensorlogic.einsum.Semiring;
import org.tensorlogic.engine.Engine;
import org.tensorlogic.engine.EngineConfig;
import org.tensorlogic.error.Origin;
import org.tensorlogic.error.TensorLogicException;
import org.tensorlogic.io.Npy;
import org.tensorlogic.ir.Binary;
import org.tensorlogic.ir.Graph;
import org.tensorlogic.ir.GraphBuilder;
import org.tensorlogic.ir.Loop;
import org.tensorlogic.ir.Node;
import org.tensorlogic.ir.Ops;
import org.tensorlogic.ir.Reduction;
import org.tensorlogic.ir.Unary;
import org.tensorlogic.lang.ProgramOptions;
import org.tensorlogic.lang.TensorProgram;
import org.tensorlogic.memory.Scope;
import org.tensorlogic.memory.Tensor;
import org.tensorlogic.type.DType;
import org.tensorlogic.type.Shape;
import org.tensorlogic.type.TensorType;

/**
 * What users are told, word for word: messages.txt holds one block for each case, its title behind
 * {@code ==} and the code and message below.
 */
class MessagesTest {

  @TempDir
  private Path folder;

  /** One failing action on a fresh engine. */
  @FunctionalInterface
  private interface Action {
    void run(Engine engine, Scope scope) throws IOException;
  }

  private final Map<String, Action> actions = new LinkedHashMap<>();

  @Test
  void messagesAreTheGoldenOnes() throws IOException {
    specs();
    graphs();
    tensors();
    engines();
    files();
    programs();
    var expected = golden();
    assertThat(actions).hasSizeGreaterThanOrEqualTo(25);
    var came = new LinkedHashMap<String, String>();
    for (var action : actions.entrySet()) {
      came.put(action.getKey(), message(action.getValue()));
    }
    assertThat(text(came)).isEqualTo(text(expected));
  }

  @Test
  void everyMessageCarriesAHint() throws IOException {
    assertThat(golden()).allSatisfy((title, block) -> assertThat(block.lines()
        .filter(line -> !line.startsWith("  "))).allSatisfy(
            message -> assertThat(message).contains("; hint: ")));
  }

  private static String text(Map<String, String> blocks) {
    return blocks.entrySet().stream()
        .map(block -> "== " + block.getKey() + "\n" + block.getValue() + "\n")
        .collect(Collectors.joining("\n"));
  }

  private static Map<String, String> golden() throws IOException {
    var blocks = new LinkedHashMap<String, String>();
    try (var in = MessagesTest.class.getResourceAsStream("messages.txt")) {
      for (String block : new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .split("(?m)^== ")) {
        if (!block.isBlank()) {
          int end = block.indexOf('\n');
          blocks.put(block.substring(0, end), block.substring(end + 1).strip());
        }
      }
    }
    return blocks;
  }

  /** Code and message without this machine's paths and this file's line numbers. */
  private String message(Action action) throws IOException {
    var config = EngineConfig.defaults().withThreads(1).withMemoryBytesMax(1 << 20)
        .withProvider("reference");
    try (Engine engine = Engine.create(config); var scope = new Scope()) {
      action.run(engine, scope);
      return "nothing was thrown";
    } catch (TensorLogicException told) {
      String code = told.diagnostic().code().text();
      return code + " " + told.getMessage().replace(folder.toString(), "FOLDER")
          .replace(Path.of("").toAbsolutePath().toString(), "HERE")
          .replaceAll("(\\w+\\.java):\\d+", "$1");
    }
  }

  private void specs() {
    Map<String, String> specs = new LinkedHashMap<>();
    specs.put("empty arrow twice", "ij->->i");
    specs.put("a digit for an index", "i1,1j->ij");
    specs.put("result index of no operand", "ij,jk->iz");
    specs.put("result index twice", "ij->ii");
    specs.put("two dots", "i..->i");
    specs.forEach((title, spec) ->
        actions.put("spec: " + title, (engine, scope) -> EinsumSpec.parse(spec)));
    actions.put("spec: extents of one index differ", (engine, scope) ->
        engine.einsum("ij,jk->ik", Semiring.SUM_PRODUCT, matrices(engine, scope, 2, 3, 4, 5)));
    actions.put("spec: too few operands", (engine, scope) ->
        engine.einsum("ij,jk->ik", Semiring.SUM_PRODUCT, matrices(engine, scope, 2, 3)));
    actions.put("spec: rank of an operand", (engine, scope) ->
        engine.einsum("ijk->i", Semiring.SUM_PRODUCT, matrices(engine, scope, 2, 3)));
    actions.put("spec: or-and of reals", (engine, scope) ->
        engine.einsum("ij->i", Semiring.OR_AND, matrices(engine, scope, 2, 3)));
    actions.put("spec: unknown semiring", (engine, scope) -> Semiring.parse("max-plsu"));
  }

  /** Matrices of zeros with pairs of extents. */
  private static List<Tensor> matrices(Engine engine, Scope scope, int... extents) {
    var zeros = new ArrayList<Tensor>();
    for (int i = 0; i < extents.length; i += 2) {
      zeros.add(scope.own(engine.tensor(new float[extents[i] * extents[i + 1]], extents[i],
          extents[i + 1])));
    }
    return zeros;
  }

  private void graph(String title, BiConsumer<GraphBuilder, Node> build) {
    actions.put("graph: " + title, (engine, scope) -> {
      var builder = new GraphBuilder().at(new Origin("model.tl", 7, 3, "Hidden"));
      build.accept(builder, builder.input("x", DType.F32, 2, 3));
    });
  }

  private void graphs() {
    graph("shapes do not broadcast", (b, x) -> Ops.add(x, b.input("y", DType.F32, 4, 3)));
    graph("dtypes differ", (b, x) -> Ops.mul(x, b.input("y", DType.F64, 2, 3)));
    graph("a logical function of reals", (b, x) -> Ops.not(x));
    graph("a real function of truths", (b, x) -> Ops.exp(b.input("y", DType.BOOL, 2L)));
    graph("a dtype that does not compute", (b, x) -> Ops.neg(b.input("y", DType.BF16, 2L)));
    graph("reduced axis outside", (b, x) -> Ops.sum(x, 2));
    graph("reshape to another count", (b, x) -> Ops.reshape(x, Shape.of(4, 2)));
    graph("permutation with an axis twice", (b, x) -> Ops.permute(x, List.of(1, 1)));
    graph("slice outside", (b, x) -> Ops.slice(x, 1, 2, 2, 1));
    graph("concatenation of unequal rows",
        (b, x) -> Ops.concat(0, List.of(x, b.input("y", DType.F32, 2, 4))));
    graph("gather by reals", (b, x) -> Ops.gather(x, 0, x));
    graph("select without a truth", (b, x) -> Ops.select(x, x, x));
    graph("one input of two types", (b, x) -> b.input("x", DType.F64, 2, 3));
    graph("gradient of a matrix", (b, x) -> Gradients.of(x, List.of(x)));
    graph("cotangent of another shape",
        (b, x) -> Gradients.pullback(x, b.input("y", DType.F32, 3, 2), List.of(x)));
    graph("operands of two builders",
        (b, x) -> Ops.add(x, new GraphBuilder().input("y", DType.F32, 2, 3)));
    graph("output of another builder", (b, x) -> new GraphBuilder().build(x));
    graph("too many operands", (b, x) -> b.add(Unary.NEG, x, x));
    graph("loop without an operand", (b, x) -> b.add(halving(DType.F32)));
    graph("loop over another type", (b, x) -> b.add(halving(DType.F32), x));
    graph("loop whose state changes", (b, x) ->
        b.add(halving(DType.F64), b.input("s", TensorType.of(DType.F32))));
    graph("loop without iterations", (b, x) -> new Loop(body(DType.F32), "h", 0, 0, 0));
  }

  /** A loop over an f32 number, whose next value has this dtype. */
  private static Loop halving(DType next) {
    return new Loop(body(next), "h", 10, 0, 0);
  }

  private static Graph body(DType next) {
    var body = new GraphBuilder().at(new Origin("model.tl", 8, 3, "Half"));
    Node state = body.input("h", TensorType.of(DType.F32));
    var outputs = new LinkedHashMap<String, Node>();
    outputs.put("change", Ops.abs(state));
    outputs.put("h", Ops.convert(Ops.mul(state, Ops.scalar(state, 0.5)), next));
    return body.build(outputs);
  }

  private void tensors() {
    actions.put("tensor: count of elements", (engine, scope) ->
        engine.tensor(new float[5], 2, 3));
    actions.put("tensor: index outside", (engine, scope) ->
        scope.own(engine.tensor(new float[6], 2, 3)).get(2, 0));
    actions.put("tensor: use after close", (engine, scope) -> {
      var tensor = engine.tensor(new float[6], 2, 3);
      tensor.close();
      tensor.toFloats();
    });
    actions.put("tensor: slice outside", (engine, scope) ->
        scope.own(engine.tensor(new float[6], 2, 3)).slice(1, 1, 3, 1));
    actions.put("tensor: more elements than are counted", (engine, scope) ->
        Shape.of(1L << 40, 1L << 40).count());
    actions.put("tensor: permutation with an axis twice", (engine, scope) ->
        scope.own(engine.tensor(new float[6], 2, 3)).permute(1, 1));
    actions.put("tensor: whole numbers of reals", (engine, scope) ->
        scope.own(engine.tensor(new float[6], 2, 3)).toLongs());
    actions.put("tensor: closed scope", (engine, scope) -> {
      scope.close();
      scope.own(engine.tensor(new float[6], 2, 3));
    });
    actions.put("tensor: unknown dtype", (engine, scope) -> DType.parse("float"));
    actions.put("tensor: negative extent", (engine, scope) -> Shape.of(2, -3));
  }

  private void engines() {
    actions.put("engine: memory is exhausted", (engine, scope) ->
        scope.own(engine.tensor(new double[1 << 20])));
    actions.put("engine: unknown provider", (engine, scope) ->
        Engine.create(EngineConfig.defaults().withProvider("abacus")));
    actions.put("engine: no thread", (engine, scope) ->
        Engine.create(EngineConfig.defaults().withThreads(0)));
    actions.put("engine: closed", (engine, scope) -> {
      engine.close();
      engine.tensor(new float[1]);
    });
    Function<Engine, Tensor> three = engine -> engine.tensor(new float[3]);
    actions.put("engine: operands do not broadcast", (engine, scope) -> engine.binary(Binary.MUL,
        scope.own(three.apply(engine)), scope.own(engine.tensor(new float[4]))));
    actions.put("engine: function refuses the dtype", (engine, scope) ->
        engine.unary(Unary.SQRT, scope.own(engine.tensor(new long[3]))));
    actions.put("engine: reduced axis", (engine, scope) ->
        engine.reduce(Reduction.MAX, scope.own(three.apply(engine)), List.of(-2)));
    actions.put("engine: an einsum may not hold what it needs", (engine, scope) -> {
      try (Engine small = Engine.create(EngineConfig.defaults().withThreads(1)
          .withProvider("reference").withEinsumBytesMax(19))) {
        small.einsum("ij,jk,kl->il", Semiring.SUM_PRODUCT,
            matrices(small, scope, 3, 2, 2, 4, 4, 5));
      }
    });
    actions.put("engine: names of inputs", (engine, scope) -> {
      var builder = new GraphBuilder();
      var graph = builder.build(Ops.neg(builder.input("x", DType.F32, 3L)));
      engine.run(graph, Map.of("y", scope.own(three.apply(engine))));
    });
    actions.put("engine: one of several outputs", (engine, scope) -> {
      var builder = new GraphBuilder();
      Node x = builder.input("x", DType.F32, 3L);
      var outputs = new LinkedHashMap<String, Node>();
      outputs.put("y", Ops.neg(x));
      outputs.put("z", Ops.exp(x));
      engine.compile(builder.build(outputs)).run(scope.own(three.apply(engine)));
    });
    actions.put("engine: shape of an input", (engine, scope) -> {
      var builder = new GraphBuilder();
      var graph = builder.build(Ops.neg(builder.input("x", DType.F32, 4L)));
      engine.compile(graph).run(scope.own(three.apply(engine)));
    });
  }

  private void files() {
    actions.put("file: missing", (engine, scope) -> Npy.type(folder.resolve("a.npy")));
    actions.put("file: no npy", (engine, scope) ->
        Npy.type(Files.writeString(folder.resolve("b.npy"), "1,2,3\n4,5,6\n")));
    actions.put("file: cut off", (engine, scope) ->
        Npy.type(Files.write(folder.resolve("c.npy"), new byte[] {(byte) 0x93, 'N', 'U', 'M'})));
  }

  private void programs() {
    var programs = new LinkedHashMap<String, String>();
    programs.put("a bracket is missing", "Parent(Alice, Bob\n");
    programs.put("an unknown name", "Y[i] = relu(W[i, j] X[j])\nY?\n");
    programs.put("a head variable without a body",
        "Parent(Alice, Bob)\nAncestor(x, y) <- Parent(x, z)\nAncestor(x, y)?\n");
    programs.put("arity", "Parent(Alice, Bob)\nParent(Carol)\n");
    programs.put("negation in a cycle",
        "A(x) <- B(x), not C(x)\nC(x) <- A(x)\nB(Alice)\nA(x)?\n");
    programs.put("a character without a meaning", "Parent(Alice, Bob) $\n");
    programs.put("a function that is none", "A = 2\nY = sigmoidal(A + 1)\nY?\n");
    programs.put("a symbol outside its domain",
        "domain Person = {Alice, Bob}\ntype Parent[Person, Person] : bool\n"
            + "Parent(Alice, Quentin)\n");
    programs.put("a missing file", "Isa = \"nowhere.tsv\"\nIsa(x, y)?\n");
    programs.forEach((title, text) -> actions.put("program: " + title, (engine, scope) ->
        TensorProgram.parse("case.tl", text, folder, ProgramOptions.defaults()).run(engine)));
  }
}
