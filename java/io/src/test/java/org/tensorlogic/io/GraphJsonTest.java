package org.tensorlogic.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tensorlogic.einsum.EinsumSpec;
import org.tensorlogic.einsum.Semiring;
import org.tensorlogic.error.FileException;
import org.tensorlogic.error.GraphException;
import org.tensorlogic.error.Origin;
import org.tensorlogic.ir.Graph;
import org.tensorlogic.ir.GraphBuilder;
import org.tensorlogic.ir.Node;
import org.tensorlogic.ir.Ops;
import org.tensorlogic.ir.Reduction;
import org.tensorlogic.type.DType;
import org.tensorlogic.type.TensorType;

class GraphJsonTest {

  static final String EXAMPLE = """
      { "version": "1.0.0", "created_at": "2026-01-28T10:00:00Z", "metadata": {},
        "graph": {
          "tensors": ["knows[ab]", "likes[bc]", "t2", "out"],
          "nodes": [
            { "op": {"Einsum": {"spec": "ab,bc->abc"}}, "inputs": [0, 1], "outputs": [2] },
            { "op": {"Reduce": {"op": "max", "axes": [1]}}, "inputs": [2], "outputs": [3],
              "metadata": {"name": "friend", "span": {"start": {"file": "rules.tl", "line": 3,
                "column": 5}}, "attributes": [["k", "v"]]} } ],
          "inputs": [], "outputs": [3], "tensor_metadata": {"0": {}} } }
      """;

  private static final Map<String, TensorType> TYPES = Map.of(
      "knows", TensorType.of(DType.BOOL, 2, 3), "likes", TensorType.of(DType.F32, 3, 4));

  @TempDir
  Path folder;

  private static Graph read(String json, Map<String, TensorType> types) {
    return GraphJson.read(json, "g.json", types, ImplicitResult.ALL_LETTERS);
  }

  /** A bare graph of one node on slots x[ab] of f64[2, 3], y[ab] of the same type, and const_2. */
  private static String node(String op, String inputs) {
    return """
        {"tensors": ["x[ab]", "y[ab]", "const_2", "out"], "nodes": [
         {"op": %s, "inputs": %s, "outputs": [3]}], "outputs": [3]}""".formatted(op, inputs);
  }

  private static Graph one(String op, String inputs) {
    var type = TensorType.of(DType.F64, 2, 3);
    return read(node(op, inputs), Map.of("x", type, "y", type));
  }

  private static String body(Graph graph) {
    return graph.toString().lines().map(line -> line.replaceAll("  #.*", ""))
        .reduce("", (a, b) -> a + b + "\n");
  }

  @Test
  void readsTheWrappedForm() throws IOException {
    Path file = Files.writeString(folder.resolve("g.json"), EXAMPLE);
    assertThat(GraphJson.inputNames(file)).containsExactly("knows[ab]", "likes[bc]");
    assertThat(GraphJson.read(file, TYPES).toString()).isEqualTo("""
        %0 = input knows : bool[2, 3]  # (knows[ab])
        %1 = convert f32 %0 : f32[2, 3]  # (knows[ab])
        %2 = input likes : f32[3, 4]  # (likes[bc])
        %3 = einsum "ab,bc->abc" %1 %2 : f32[2, 3, 4]
        %4 = reduce_max [1] %3 : f32[2, 4]  # rules.tl:3:5 (friend)
        output out = %4
        """);
  }

  @ParameterizedTest
  @CsvSource(delimiter = ';', quoteCharacter = '`', textBlock = """
      {"ElemUnary": {"op": "OneMinus"}}; [0]; sub
      {"elem_unary": {"op": "NEG"}}; [0]; neg
      {"ElemBinary": {"op": "Subtract"}}; [0, 1]; sub
      {"ElemBinary": {"op": "LessThanOrEqual"}}; [0, 1]; le
      {"ElemBinary": {"op": "less_than_equal"}}; [0, 1]; le
      {"ElemBinary": {"op": "or_max"}}; [0, 2]; max
      {"ElemBinary": {"op": "or_probabilistic"}}; [0, 1]; sub
      {"ElemBinary": {"op": "nand"}}; [0, 1]; sub
      {"ElemBinary": {"op": "nor"}}; [0, 1]; max
      {"ElemBinary": {"op": "xor"}}; [0, 1]; mul
      {"Reduce": {"op": "Prod", "axes": []}}; [0]; reduce_prod [0, 1]
      {"Reduce": {"op": "mean", "axes": [1]}}; [0]; div
      {"Reduce": {"op": "count", "axes": [0]}}; [0]; convert bool
      {"Reduce": {"op": "any", "axes": [0]}}; [0]; reduce_any [0]
      {"Einsum": {"spec": "ab,cb"}}; [0, 1]; "ab,cb->abc"
      {"Einsum": {"spec": "ab,->ba"}}; [0, 2]; "ab,->ba"
      """)
  void knowsNamesAndAliases(String op, String inputs, String part) {
    Graph graph = one(op, inputs);
    assertThat(graph.toString()).contains(part);
    assertThat(graph.outputs().get("out").dtype()).isEqualTo(DType.F64);
    var type = TensorType.of(DType.F64, 2, 3);
    Graph again = read(GraphJson.write(graph), Map.of("x", type, "y", type));
    assertThat(again.outputs().get("out").type()).isEqualTo(graph.outputs().get("out").type());
    assertThat(GraphJson.write(again)).isEqualTo(GraphJson.write(graph));
  }

  @Test
  void numpysImplicitResultSumsRepeatedLetters() {
    var type = TensorType.of(DType.F64, 2, 3);
    Graph graph = GraphJson.read(node("{\"Einsum\": {\"spec\": \"ab,cb\"}}", "[0, 1]"), "g.json",
        Map.of("x", type, "y", type), ImplicitResult.NUMPY);
    assertThat(graph.toString()).contains("\"ab,cb->ac\"");
  }

  @Test
  void aBroadcastTakesItsExtentFromAnotherUse() {
    String json = """
        {"tensors": ["x", "k[za]", "s", "out"], "nodes": [
          {"op": {"Einsum": {"spec": "b->"}}, "inputs": [0], "outputs": [2]},
          {"op": {"Einsum": {"spec": "->zb"}}, "inputs": [2], "outputs": [3]}], "outputs": [3]}""";
    Graph graph = read(json, Map.of("x", TensorType.of(DType.F64, 5),
        "k", TensorType.of(DType.F64, 7, 2)));
    assertThat(graph.outputs().get("out").type()).isEqualTo(TensorType.of(DType.F64, 7, 5));
    assertThatThrownBy(() -> read(json.replace("k[za]", "k"), Map.of("x",
        TensorType.of(DType.F64, 5), "k", TensorType.of(DType.F64, 7, 2))))
        .isInstanceOf(GraphException.class).hasMessage("g.json: node 1 (Einsum \"->zb\"): nothing"
            + " tells the extent of letter z of the result; hint: name an input's axes, such as"
            + " \"name[z]\"");
    assertThatThrownBy(() -> read(json.replace("k[za]", "k[zb]"), Map.of("x",
        TensorType.of(DType.F64, 5), "k", TensorType.of(DType.F64, 7, 2))))
        .hasMessageContaining("letter b of the result has several extents elsewhere: [2, 5]");
  }

  @Test
  void allProblemsComeAtOnce() {
    String json = """
        {"version": "1.2.3", "graph": {"tensors": ["a", "b", "c", "d"], "nodes": [
          {"op": {"ElemUnary": {"op": "relu"}}, "inputs": [2], "outputs": [1]},
          {"op": {"ElemUnary": {"op": "exp"}}, "inputs": [1], "outputs": [2],
           "metadata": {"name": "r1"}},
          {"op": {"ElemUnary": {"op": "exp"}}, "inputs": [9], "outputs": [2]},
          {"op": {"ElemBinary": {"op": "add"}}, "inputs": [3, 0], "outputs": [8]},
          {"op": {"ElemUnary": {"op": "exp"}}, "inputs": [0], "outputs": [3]}],
         "outputs": [3, 7]}}""";
    assertThatThrownBy(() -> read(json, Map.of())).isInstanceOf(GraphException.class).hasMessage("""
        g.json: node 2 (ElemUnary exp): slot 2 "c" is written by node 1 already; hint: give each \
        node a slot of its own
        g.json: node 3 (ElemBinary add): output slot 8 does not exist; hint: "tensors" has 4 \
        slots, counted from 0
        g.json: node 0 (ElemUnary relu): slot 2 "c" closes a cycle: node 1 writes it and needs \
        this node; hint: a graph cannot depend on its own result
        g.json: node 2 (ElemUnary exp): input slot 9 does not exist; hint: "tensors" has 4 slots, \
        counted from 0
        g.json: node 3 (ElemBinary add): slot 3 "d" is read before node 4 writes it; hint: move \
        node 4 before it
        g.json: "outputs" names slot 7, which does not exist; hint: "tensors" has 4 slots, counted \
        from 0""");
  }

  @ParameterizedTest
  @CsvSource(delimiterString = " => ", quoteCharacter = '`', textBlock = """
      {"ElemUnary": {"op": "swish"}} => [0] => unknown op name "swish"; hint: known are relu \
      sigmoid one_minus
      {"Conv": {}} => [0] => unknown op "Conv"; hint: known are Einsum ElemUnary ElemBinary Reduce
      {"Einsum": {"spec": "ab,b1->a"}} => [0, 1] => spec "ab,b1->a" has '1' where only letters, \
      commas and one -> may stand
      {"Einsum": {"spec": "ab->a->b"}} => [0] => spec "ab->a->b" has '-' where only
      {"Einsum": {"spec": "ab->aa"}} => [0] => spec "ab->aa" has a letter twice in its result
      {"Einsum": {"spec": "ab,bc->ac"}} => [0] => 2 operands are required but inputs [0] came
      {"ElemBinary": {"op": "add"}} => [0, -1] => inputs is [0,-1] but a list of whole numbers is \
      required
      {"Einsum": {"spec": "ab,bc->ac"}} => [0, 1] => g.json: node 0 (Einsum "ab,bc->ac"): einsum \
      "ab,bc->ac" (C2)
      {"Reduce": {"op": "sum", "axes": [2]}} => [0] => axis 2 is outside rank 2
      """)
  void refusesNodes(String op, String inputs, String message) {
    assertThatThrownBy(() -> one(op, inputs)).isInstanceOf(GraphException.class)
        .hasMessageContaining(message).hasMessageStartingWith("g.json: node 0");
  }

  @Test
  void refusesFiles() {
    assertThatThrownBy(() -> read(EXAMPLE.replace("1.0.0", "2.0.0"), TYPES))
        .hasMessage("g.json: version 2.0.0 is not readable; hint: files of version 1.x.y are read");
    assertThatThrownBy(() -> read(EXAMPLE.replace("1.0.0", "one"), TYPES))
        .hasMessageStartingWith("g.json: version \"one\" is not of the form 1.2.3");
    assertThatThrownBy(() -> read("{\"tensors\": [\n  oops", TYPES))
        .isInstanceOf(FileException.class).hasMessageStartingWith("g.json:2:3: ");
    assertThatThrownBy(() -> read("[".repeat(100_000), TYPES)).isInstanceOf(FileException.class);
    assertThatThrownBy(() -> read("", TYPES)).isInstanceOf(GraphException.class);
    assertThatThrownBy(() -> read(EXAMPLE, Map.of("likes", TYPES.get("likes"))))
        .isInstanceOf(GraphException.class).hasMessage("g.json: slot 0 \"knows[ab]\" is an input"
            + " but no type came for it; hint: types came for likes");
  }

  @Test
  void whatIsWrittenIsReadBack() {
    var builder = new GraphBuilder().at(new Origin("m.tl", 4, 2, "rule"));
    Node x = builder.input("x", DType.F32, 2, 3);
    Node w = builder.input("w[ab]", DType.F32, 3, 3);
    Node half = builder.constant(DType.F32, 0.5);
    Node joined = Ops.einsum("ij,jk->ik", x, w);
    Node shifted = Ops.mul(Ops.relu(joined), half);
    Node likes = Ops.convert(Ops.gt(shifted, Ops.sum(x, 0)), DType.F32);
    Node turned = Ops.permute(likes, List.of(1, 0));
    Graph graph = builder.build(new TreeMap<>(
        Map.of("a", turned, "b", Ops.reduce(Reduction.MAX, turned, List.of(1)))));
    Graph again = read(GraphJson.write(graph), Map.of("x", x.type(), "w[ab]", w.type()));
    assertThat(body(again)).isEqualTo(body(graph).replace("permute [1, 0]", "einsum \"ab->ba\""));
    assertThat(again.outputs().get("a").origin()).isEqualTo(turned.origin());
  }

  @Test
  void anOutputThatIsAnInputOrHasTwoNamesIsCopied() {
    var builder = new GraphBuilder().at(Origin.UNKNOWN);
    Node x = builder.input("x", DType.F64, 2);
    Node y = Ops.exp(x);
    Graph graph = builder.build(new TreeMap<>(Map.of("p", x, "q", y, "r", y)));
    Graph again = read(GraphJson.write(graph), Map.of("x", x.type()));
    assertThat(again.outputs().keySet()).containsExactly("p", "q", "r");
    assertThat(again.outputs().get("q").operands()).containsExactly(again.inputs().get("x"));
  }

  @Test
  void refusesToWriteWhatTheFormLacks() {
    var builder = new GraphBuilder().at(new Origin("m.tl", 7, 0, ""));
    Node x = builder.input("x", DType.F64, 2, 2);
    assertThatThrownBy(() -> GraphJson.write(builder.build(Ops.erf(x))))
        .isInstanceOf(GraphException.class)
        .hasMessageStartingWith("graph JSON cannot express %1 = erf %0 : f64[2, 2]: it has relu ")
        .hasMessageEndingWith(
            "; built at m.tl:7; hint: write it by these, or keep the graph in Java");
    assertThatThrownBy(() -> GraphJson.write(builder.build(Ops.einsum(
        EinsumSpec.parse("ij,jk->ik"), Semiring.MIN_PLUS, List.of(x, x)))))
        .isInstanceOf(GraphException.class).hasMessageContaining("over sum and product only");
    assertThatThrownBy(() -> GraphJson.write(builder.build(Ops.gt(x, x))))
        .isInstanceOf(GraphException.class).hasMessageContaining("its dtype is bool");
    assertThatThrownBy(() -> GraphJson.write(builder.build(Ops.slice(x, 0, 1, 1, 1))))
        .isInstanceOf(GraphException.class).hasMessageContaining("by permutation only");
  }
}
