package org.tensorlogic.cli.bench;

import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.tensorlogic.autodiff.Gradients;
import org.tensorlogic.cli.bench.Workload.Input;
import org.tensorlogic.einsum.EinsumSpec;
import org.tensorlogic.einsum.Semiring;
import org.tensorlogic.ir.GraphBuilder;
import org.tensorlogic.ir.Loop;
import org.tensorlogic.ir.Node;
import org.tensorlogic.ir.Ops;
import org.tensorlogic.ir.Reduction;
import org.tensorlogic.type.DType;
import org.tensorlogic.type.TensorType;

/** The list of workloads. Graphs are what a user would write: the optimiser finds the rest. */
final class Workloads {

  private static final String FLOPS = "GFLOP/s";
  private static final String BYTES = "GB/s";
  private static final String OPS = "Gop/s";

  /** The extents of the network's layers. */
  private static final long[] SIZES = {784, 512, 512, 10};
  private static final int CLASSES = 10;
  /** Rows whose loss is taken. */
  private static final int BATCH = 128;
  private static final int VERTICES = 2048;
  private static final int CLOSURE_PAIRS = 2_676_983;

  private final Map<String, Workload> byName = new LinkedHashMap<>();

  Workloads() {
    addProducts();
    addPointwise();
    addReductions();
    addNetworks();
    addDerivatives();
    addClosure();
    addSemirings();
  }

  List<Workload> all() {
    return List.copyOf(byName.values());
  }

  /** Returns the workload of a name, or null. */
  Workload of(String name) {
    return byName.get(name);
  }

  private void add(String name, double work, String unit, Function<Map<String, Node>, Node> body,
      Input... inputs) {
    add(new Workload(name, List.of(inputs), Set.of(), one(body), work, unit));
  }

  private static Function<Map<String, Node>, Map<String, Node>> one(
      Function<Map<String, Node>, Node> body) {
    return x -> Map.of(Workload.RESULT, body.apply(x));
  }

  private void add(Workload workload) {
    byName.put(workload.name(), workload);
  }

  private static Input input(String workload, String name, double scale, long... extents) {
    return uniform(name, workload + "/" + name, scale, extents);
  }

  private static Input uniform(String name, String tag, double scale, long... extents) {
    return new Input(name, TensorType.of(DType.F32, extents),
        (memory, count) -> new Generator(tag).fill(memory, count, (float) scale));
  }

  private void einsum(String name, String spec, double flops, Input... inputs) {
    add(name, flops, FLOPS, x -> Ops.einsum(spec, x.values().toArray(Node[]::new)), inputs);
  }

  private void addProducts() {
    for (int n : new int[] {1024, 256}) {
      String name = "matmul_" + n;
      einsum(name, "ij,jk->ik", 2.0 * n * n * n, input(name, "A", 1, n, n),
          input(name, "B", 1, n, n));
    }
    einsum("matmul_64", "nij,njk->nik", 2.0 * 512 * 64 * 64 * 64,
        input("matmul_64", "A", 1, 512, 64, 64), input("matmul_64", "B", 1, 512, 64, 64));
    einsum("gemv_4096", "ij,j->i", 2.0 * 4096 * 4096, input("gemv_4096", "A", 1, 4096, 4096),
        input("gemv_4096", "B", 1, 4096));
    String chain = "einsum_chain";
    einsum(chain, "ij,jk,kl,lm->im", 41.6e6, input(chain, "P", 1, 1000, 20),
        input(chain, "Q", 1, 20, 1000), input(chain, "R", 1, 1000, 20),
        input(chain, "S", 1, 20, 1000));
    String tucker = "einsum_tucker";
    einsum(tucker, "abc,ia,jb,kc->ijk", 81.8e6, input(tucker, "P", 1, 32, 32, 32),
        input(tucker, "Q", 1, 96, 32), input(tucker, "R", 1, 96, 32),
        input(tucker, "S", 1, 96, 32));
    String distmult = "einsum_distmult_kg";
    einsum(distmult, "bd,bd,nd->bn", 5.24e9, input(distmult, "P", 1, 512, 128),
        input(distmult, "Q", 1, 512, 128), input(distmult, "R", 1, 40000, 128));
    String bilinear = "einsum_bilinear_kg";
    einsum(bilinear, "br,bd,rde,ne->bn", 5.43e9, input(bilinear, "P", 1, 512, 11),
        input(bilinear, "Q", 1, 512, 128), input(bilinear, "R", 1, 11, 128, 128),
        input(bilinear, "S", 1, 40000, 128));
    add("einsum_transpose", 2 * 4 * Math.pow(48, 4), BYTES, x -> Ops.einsum("abcd->dbca",
        x.get("A")), input("einsum_transpose", "A", 1, 48, 48, 48, 48));
  }

  private void addPointwise() {
    for (long n : new long[] {10_000_000, 10_000}) {
      String name = n > 100_000 ? "ew_chain_10m" : "ew_chain_10k";
      add(name, 20.0 * n, BYTES, x -> Ops.mul(
          Ops.sigmoid(Ops.add(Ops.mul(x.get("a"), x.get("b")), x.get("c"))),
          Ops.tanh(x.get("d"))), input(name, "a", 2, n), input(name, "b", 2, n),
          input(name, "c", 2, n), input(name, "d", 2, n));
    }
    add("ew_gelu_10m", 8e7, BYTES, x -> Ops.gelu(x.get("x")),
        input("ew_gelu_10m", "x", 4, 10_000_000));
    add("broadcast_add", 2 * 4 * 4096.0 * 4096 + 4 * 4096, BYTES,
        x -> Ops.add(x.get("A"), x.get("r")), input("broadcast_add", "A", 1, 4096, 4096),
        input("broadcast_add", "r", 1, 4096));
  }

  private static Node spread(Node rows, Node like) {
    return Ops.insertAxes(rows, like.shape(), List.of(like.rank() - 1));
  }

  private static Node rowMax(Node x) {
    return Ops.reduce(Reduction.MAX, x, List.of(x.rank() - 1));
  }

  private static Node softmax(Node x) {
    Node exp = Ops.exp(Ops.sub(x, spread(rowMax(x), x)));
    return Ops.div(exp, spread(Ops.sum(exp, x.rank() - 1), x));
  }

  private static Node logSumExp(Node x) {
    Node max = rowMax(x);
    return Ops.add(Ops.log(Ops.sum(Ops.exp(Ops.sub(x, spread(max, x))), 1)), max);
  }

  private static Node layerNorm(Node x, Node gain, Node bias) {
    Node count = Ops.scalar(x, x.shape().dim(1).extent());
    Node centred = Ops.sub(x, spread(Ops.div(Ops.sum(x, 1), count), x));
    Node variance = Ops.div(Ops.sum(Ops.square(centred), 1), count);
    Node deviation = Ops.sqrt(Ops.add(variance, Ops.scalar(x, 1e-5)));
    return Ops.add(Ops.mul(Ops.div(centred, spread(deviation, x)), gain), bias);
  }

  private void addReductions() {
    double read = 4 * 4096.0 * 4096 + 4 * 4096;
    add("reduce_sum_rows", read, BYTES, x -> Ops.sum(x.get("A"), 1),
        input("reduce_sum_rows", "A", 4, 4096, 4096));
    add("reduce_sum_cols", read, BYTES, x -> Ops.sum(x.get("A"), 0),
        input("reduce_sum_cols", "A", 4, 4096, 4096));
    add("logsumexp_rows", read, BYTES, x -> logSumExp(x.get("A")),
        input("logsumexp_rows", "A", 4, 4096, 4096));
    add("softmax_4096", 2 * 4 * 4096.0 * 4096, BYTES, x -> softmax(x.get("A")),
        input("softmax_4096", "A", 4, 4096, 4096));
    add("layernorm", 2 * 4 * 8192.0 * 1024, BYTES,
        x -> layerNorm(x.get("A"), x.get("g"), x.get("b")),
        input("layernorm", "A", 1, 8192, 1024), input("layernorm", "g", 1, 1024),
        input("layernorm", "b", 1, 1024));
  }

  private void addNetworks() {
    add("attention", 2.0 * 2 * 64 * 256 * 256 * 64, FLOPS, x -> {
      Node scores = Ops.einsum("bmd,bnd->bmn", x.get("Q"), x.get("K"));
      return Ops.einsum("bmn,bnd->bmd", softmax(Ops.div(scores, Ops.scalar(scores, 8))),
          x.get("V"));
    }, input("attention", "Q", 1, 64, 256, 64), input("attention", "K", 1, 64, 256, 64),
        input("attention", "V", 1, 64, 256, 64));
    for (int n : new int[] {1, 256}) {
      addPerceptron(n);
    }
    add("small_graph", 64, "ops/s", x -> {
      Node state = x.get("X");
      for (int i = 0; i < 16; i++) {
        Node sum = Ops.add(Ops.matmul(state, Ops.at(x.get("W"), 0, i)),
            Ops.at(x.get("b"), 0, i));
        state = Ops.mul(Ops.tanh(sum), Ops.at(x.get("g"), 0, i));
      }
      return state;
    }, input("small_graph", "X", 1, 16, 16), input("small_graph", "W", Math.sqrt(3.0 / 16), 16,
        16, 16), input("small_graph", "b", 1, 16, 16), input("small_graph", "g", 2, 16, 16));
  }

  private static List<Input> parameters() {
    var inputs = new ArrayList<Input>();
    for (int layer = 1; layer < SIZES.length; layer++) {
      inputs.add(input("mlp", "W" + layer, Math.sqrt(6.0 / SIZES[layer - 1]), SIZES[layer - 1],
          SIZES[layer]));
      inputs.add(input("mlp", "b" + layer, 0.1, SIZES[layer]));
    }
    return inputs;
  }

  private static Node logits(Map<String, Node> x) {
    Node state = x.get("x");
    for (int layer = 1; layer < SIZES.length; layer++) {
      Node sum = Ops.add(Ops.matmul(state, x.get("W" + layer)), x.get("b" + layer));
      state = layer < SIZES.length - 1 ? Ops.relu(sum) : sum;
    }
    return state;
  }

  private void addPerceptron(int batch) {
    List<Input> inputs = parameters();
    var parameters = inputs.stream().map(Input::name).collect(Collectors.toSet());
    inputs.addFirst(uniform("x", "mlp/x" + batch, 1, batch, SIZES[0]));
    add(new Workload("mlp_infer_b" + batch, inputs, parameters, one(Workloads::logits), batch,
        "items/s"));
  }

  /** The mean cross entropy of softmax and labels, and its gradients by all parameters. */
  private void addDerivatives() {
    List<Input> inputs = parameters();
    List<String> parameters = inputs.stream().map(Input::name).toList();
    inputs.add(uniform("x", "mlp/x" + BATCH, 1, BATCH, SIZES[0]));
    inputs.add(new Input("y", TensorType.of(DType.I64, BATCH), (memory, count) -> {
      var generator = new Generator("mlp/y" + BATCH);
      for (long i = 0; i < count; i++) {
        memory.setAtIndex(ValueLayout.JAVA_LONG, i, generator.integer(i, CLASSES));
      }
    }));
    add(new Workload("mlp_loss_fwd", inputs, Set.of(), one(Workloads::loss), BATCH, "items/s"));
    add(new Workload("mlp_loss_vjp", inputs, Set.of(), x -> {
      var outputs = new LinkedHashMap<String, Node>();
      List<Node> gradients = Gradients.of(loss(x), parameters.stream().map(x::get).toList());
      for (int i = 0; i < gradients.size(); i++) {
        String name = parameters.get(i);
        outputs.put(name.equals("W3") ? Workload.RESULT : "gradient of " + name, gradients.get(i));
      }
      return outputs;
    }, BATCH, "items/s"));
  }

  private static Node loss(Map<String, Node> x) {
    Node logits = logits(x);
    Node labels = Ops.broadcast(x.get("y"), logits.shape(), List.of(0));
    Node hot = Ops.convert(Ops.eq(labels, labels.builder().iota(CLASSES)), logits.dtype());
    Node picked = Ops.sum(Ops.mul(logits, hot), 1);
    Node sum = Ops.sum(Ops.sub(logSumExp(logits), picked), 0);
    return Ops.div(sum, Ops.scalar(sum, BATCH));
  }

  /** All pairs between which there is a path, by squaring until their number stays. */
  private void addClosure() {
    String name = "closure_dense";
    long[] square = {VERTICES, VERTICES};
    add(name, CLOSURE_PAIRS, "Mpairs/s", x -> {
      var body = new GraphBuilder();
      Node reached = body.input("R", DType.F32, square);
      Node paths = Ops.add(reached, Ops.matmul(reached, reached));
      Node next = Ops.min(paths, Ops.scalar(paths, 1));
      var outputs = new LinkedHashMap<String, Node>();
      outputs.put("change", Ops.sub(Ops.sum(next, 0, 1), Ops.sum(reached, 0, 1)));
      outputs.put("R", next);
      Node edges = x.get("A");
      return edges.builder().add(new Loop(body.build(outputs), name, VERTICES, 0, 0), edges);
    }, new Input("A", TensorType.of(DType.F32, square), (memory, count) -> {
      var from = new Generator(name + "/src");
      var to = new Generator(name + "/dst");
      for (int i = 0; i < 2 * VERTICES; i++) {
        memory.setAtIndex(ValueLayout.JAVA_FLOAT,
            (long) from.integer(i, VERTICES) * VERTICES + to.integer(i, VERTICES), 1);
      }
    }));
  }

  private void addSemirings() {
    product("minplus_512", Semiring.MIN_PLUS);
    product("maxprod_512", Semiring.MAX_PRODUCT);
    product("logsumexp_matmul_512", Semiring.LOG_SUM_EXP);
  }

  private void product(String name, Semiring semiring) {
    add(name, 2.0 * 512 * 512 * 512, OPS, x -> Ops.einsum(EinsumSpec.parse("ik,kj->ij"), semiring,
        List.of(x.get("A"), x.get("B"))), input(name, "A", 4, 512, 512),
        input(name, "B", 4, 512, 512));
  }
}
