package org.tensorlogic.tests;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.tensorlogic.engine.Engine;
import org.tensorlogic.ir.Binary;
import org.tensorlogic.ir.Domain;
import org.tensorlogic.ir.Graph;
import org.tensorlogic.ir.GraphBuilder;
import org.tensorlogic.ir.Node;
import org.tensorlogic.ir.Ops;
import org.tensorlogic.ir.Reduction;
import org.tensorlogic.ir.Unary;
import org.tensorlogic.memory.Scope;
import org.tensorlogic.memory.Tensor;
import org.tensorlogic.testkit.RandomTensors;
import org.tensorlogic.testkit.Tolerance;
import org.tensorlogic.type.DType;
import org.tensorlogic.type.Shape;

/** Random graphs of f64 and f32, of ever more nodes, for a fixed time: native against reference. */
class RandomGraphTest {

  private static final long NANOS_MAX = 10_000_000_000L;
  private static final int EXTENT_MAX = 37;

  /** Functions whose results and slopes are small, so that roundings do not grow on the way. */
  private static final List<Unary> SMOOTH = List.of(Unary.SIN, Unary.COS, Unary.TANH,
      Unary.SIGMOID, Unary.ERF, Unary.RELU, Unary.ABS, Unary.NEG);

  @Test
  void nativeAgreesWithReference() {
    long end = System.nanoTime() + NANOS_MAX;
    try (Engine reference = Engines.of("reference"); Engine tested = Engines.of("native")) {
      for (int seed = 0; seed < 2000 && System.nanoTime() < end; seed++) {
        compare(seed, seed % 2 == 0 ? DType.F64 : DType.F32, reference, tested);
      }
    }
  }

  private static void compare(int seed, DType dtype, Engine reference, Engine tested) {
    int count = 3 + seed / 10;
    Graph graph = graph(new RandomTensors(seed), dtype, count);
    Map<String, double[]> expected = run(graph, reference, seed);
    Map<String, double[]> came = run(graph, tested, seed);
    // All values lie within 1, each node adds roundings of a sum over at most one axis.
    var tolerance = Tolerance.ofSum(dtype, EXTENT_MAX, 2, 4).plus(
        new Tolerance(0, dtype.unitRoundoff() * 64 * count * EXTENT_MAX));
    expected.forEach((name, values) ->
        tolerance.check("seed " + seed + " " + name + " of\n" + graph, values, came.get(name)));
  }

  private static Map<String, double[]> run(Graph graph, Engine engine, long seed) {
    var random = new RandomTensors(seed);
    var results = new LinkedHashMap<String, double[]>();
    try (var scope = new Scope()) {
      var inputs = new LinkedHashMap<String, Tensor>();
      graph.inputs().forEach((name, node) ->
          inputs.put(name, scope.own(random.tensor(engine, node.type(), new Domain(-1, 1)))));
      engine.run(graph, inputs).forEach((name, tensor) ->
          results.put(name, scope.own(tensor).toDoubles()));
    }
    return results;
  }

  private static Graph graph(RandomTensors random, DType dtype, int count) {
    var builder = new GraphBuilder();
    var nodes = new ArrayList<Node>();
    for (int i = 0; i < 2; i++) {
      nodes.add(builder.input("x" + i, dtype, random.between(1, EXTENT_MAX),
          random.between(1, EXTENT_MAX)));
    }
    while (nodes.size() < count) {
      nodes.add(next(random, nodes));
    }
    var outputs = new LinkedHashMap<String, Node>();
    outputs.put("last", nodes.getLast());
    outputs.put("middle", nodes.get(nodes.size() / 2));
    return builder.build(outputs);
  }

  /** A matrix made of earlier ones, its elements within -1 and 1. */
  private static Node next(RandomTensors random, List<Node> nodes) {
    Node a = nodes.get(random.between(Math.max(0, nodes.size() - 6), nodes.size() - 1));
    Node b = fit(nodes.get(random.between(0, nodes.size() - 1)), a);
    long rows = a.shape().dim(0).extent();
    long columns = a.shape().dim(1).extent();
    return switch (random.between(0, 9)) {
      case 0, 1 -> Ops.unary(SMOOTH.get(random.between(0, SMOOTH.size() - 1)), a);
      case 2 -> Ops.mul(a, b);
      case 3 -> Ops.mul(Ops.scalar(a, 0.5), Ops.binary(
          List.of(Binary.ADD, Binary.SUB).get(random.between(0, 1)), a, b));
      case 4 -> Ops.binary(List.of(Binary.MIN, Binary.MAX).get(random.between(0, 1)), a, b);
      case 5 -> Ops.permute(a, List.of(1, 0));
      case 6 -> Ops.mul(Ops.scalar(a, 1.0 / columns), Ops.einsum("ij,kj->ik", a, b));
      case 7 -> Ops.broadcastTo(Ops.reshape(Ops.reduce(Reduction.MAX, a, List.of(1)),
          Shape.of(rows, 1)), a.shape());
      case 8 -> Ops.mul(Ops.scalar(a, 1.0 / rows), Ops.broadcastTo(Ops.sum(a, 0), a.shape()));
      default -> Ops.concat(1, List.of(Ops.slice(a, 1, columns / 2, columns - columns / 2, 1),
          Ops.reverse(Ops.slice(a, 1, 0, columns / 2, 1), 1)));
    };
  }

  /** A node's elements cut and padded to the shape of another. */
  private static Node fit(Node node, Node like) {
    Node fitted = node;
    for (int axis = 0; axis < 2; axis++) {
      long have = node.shape().dim(axis).extent();
      long want = like.shape().dim(axis).extent();
      fitted = have >= want ? Ops.slice(fitted, axis, have - want, want, 1)
          : Ops.pad(fitted, axis, want - have, 0, 0, 0.25);
    }
    return fitted;
  }
}
