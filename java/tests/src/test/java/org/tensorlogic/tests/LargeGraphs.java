package org.tensorlogic.tests;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.tensorlogic.einsum.EinsumSpec;
import org.tensorlogic.einsum.Semiring;
import org.tensorlogic.ir.Binary;
import org.tensorlogic.ir.Domain;
import org.tensorlogic.ir.Graph;
import org.tensorlogic.ir.GraphBuilder;
import org.tensorlogic.ir.Literal;
import org.tensorlogic.ir.Node;
import org.tensorlogic.ir.Ops;
import org.tensorlogic.ir.Reduction;
import org.tensorlogic.ir.Unary;
import org.tensorlogic.testkit.RandomTensors;
import org.tensorlogic.type.DType;
import org.tensorlogic.type.Shape;
import org.tensorlogic.type.TensorType;

/**
 * Random graphs of a few large matrices with several outputs. All values lie within 1, all
 * functions are continuous, and each value knows how far rounding may carry it.
 */
final class LargeGraphs {

  /** Shapes for which other parts of the engine are at work. */
  enum Form { SCORES, HEADS, LAYERS, LONG_ROWS, ELEMENTS }

  /**
   * A graph of inputs in {@link #DOMAIN}.
   *
   * @param roundings how many unit roundoffs each output may be away from its exact value
   */
  record Large(Graph graph, Map<String, Double> roundings) {}

  /** A value within 1 and how many unit roundoffs it may be away from the exact one. */
  private record Value(Node node, double roundings) {

    /** A value made of this one by a function whose slope is at most 1. */
    Value then(Node next, double own) {
      return new Value(next, roundings + own);
    }
  }

  /** Where inputs lie: their means are not 0. */
  static final Domain DOMAIN = new Domain(-0.5, 1);

  /** What a pointwise kernel may be off by: ten units in the last place. */
  private static final double FUNCTION = 20;
  private static final List<Unary> SMOOTH = List.of(Unary.SIN, Unary.COS, Unary.TANH,
      Unary.SIGMOID, Unary.RELU, Unary.ABS, Unary.NEG);

  private final RandomTensors random;
  private final GraphBuilder builder = new GraphBuilder();
  private final List<Value> values = new ArrayList<>();
  private final DType dtype;
  private final Form form;
  private final long rows;
  private final long columns;

  private LargeGraphs(long seed, DType dtype, Form form) {
    this.random = new RandomTensors(seed);
    this.dtype = dtype;
    this.form = form;
    int atLeast = dtype == DType.F32 ? 512 : 363; // so that scores take 1 MiB
    this.rows = switch (form) {
      case SCORES -> random.between(atLeast, atLeast + 90);
      case HEADS -> 8L * random.between(182, 199);
      case LAYERS -> random.between(150, 250);
      case LONG_ROWS -> random.between(1, 24);
      case ELEMENTS -> random.between(300, 500);
    };
    this.columns = switch (form) {
      case SCORES -> random.between(5, 40);
      case HEADS -> random.between(5, 20);
      case LAYERS -> random.between(290, 340);
      case LONG_ROWS -> random.between(1025, 5000);
      case ELEMENTS -> random.between(400, 700);
    };
  }

  /** Returns the graph of a seed, its form and so its extents being among what the seed sets. */
  static Large of(long seed, DType dtype) {
    Form form = Form.values()[(int) (seed % Form.values().length)];
    return new LargeGraphs(seed, dtype, form).build();
  }

  private Large build() {
    for (String name : List.of("x", "y", "z")) {
      values.add(new Value(builder.input(name, dtype, rows, columns), 0));
    }
    int count = random.between(6, 10);
    int turn = random.between(0, count - 1);
    Value wanted = null;
    for (int i = 0; i < count; i++) {
      wanted = i == turn ? characteristic() : wanted;
      values.addAll(i == turn ? List.of(wanted) : next());
    }
    values.add(mean(wanted, values.getLast()));
    var outputs = new LinkedHashMap<String, Node>();
    var roundings = new LinkedHashMap<String, Double>();
    for (int i = 0; i < random.between(1, 4); i++) {
      Value chosen = i == 0 ? values.getLast() : values.get(random.between(3, values.size() - 1));
      String name = "output " + i;
      outputs.put(name, chosen.node);
      roundings.put(name, chosen.roundings);
    }
    if (random.between(0, 1) == 1) {
      outputs.put("mask", above());
      roundings.put("mask", 0.0);
    }
    return new Large(builder.build(outputs), roundings);
  }

  private Value pick() {
    return values.get(random.between(Math.max(0, values.size() - 5), values.size() - 1));
  }

  /** What the form is made for. */
  private Value characteristic() {
    return switch (form) {
      case SCORES, HEADS -> attention(pick(), pick(), pick());
      case LAYERS -> layer(pick());
      case LONG_ROWS -> spread(pick());
      case ELEMENTS -> pair(pick(), pick()).getLast();
    };
  }

  private List<Value> next() {
    Value a = pick();
    Value b = pick();
    return switch (random.between(0, 9)) {
      case 0 -> List.of(characteristic());
      case 1 -> List.of(layer(a));
      case 2 -> List.of(spread(a));
      case 3 -> pair(a, b);
      case 4 -> moments(a);
      case 5 -> List.of(a.then(Ops.mul(scalar(a, 1.0 / rows),
          Ops.broadcastTo(Ops.sum(a.node, 0), a.node.shape())), rows + 3));
      case 6 -> List.of(new Value(Ops.binary(
          List.of(Binary.MIN, Binary.MAX).get(random.between(0, 1)), a.node, b.node),
          Math.max(a.roundings, b.roundings)));
      case 7 -> List.of(moved(a, b));
      case 8 -> List.of(masked(a, b));
      default -> List.of(function(function(a)));
    };
  }

  private static Node scalar(Value like, double value) {
    return Ops.scalar(like.node, value);
  }

  private Value function(Value a) {
    return a.then(Ops.unary(SMOOTH.get(random.between(0, SMOOTH.size() - 1)), a.node), FUNCTION);
  }

  private static Value product(Value a, Value b) {
    return a.then(Ops.mul(a.node, b.node), b.roundings + 1);
  }

  private static Value mean(Value a, Value b) {
    return new Value(Ops.mul(scalar(a, 0.5), Ops.add(a.node, b.node)),
        (a.roundings + b.roundings) / 2 + 2);
  }

  /** Values of the same operands. */
  private List<Value> pair(Value a, Value b) {
    return switch (random.between(0, 2)) {
      case 0 -> List.of(function(product(a, b)), mean(a, b));
      case 1 -> List.of(function(a), product(function(a), b));
      default -> {
        Value shared = function(mean(a, b));
        yield List.of(shared, product(a, shared), mean(function(b), shared));
      }
    };
  }

  /** A product with weights, its terms' mean, and functions of it. */
  private Value layer(Value a) {
    if (form == Form.LAYERS && random.between(0, 4) == 0) {
      return decorated(chain(a, pick(), pick()));
    }
    boolean narrow = columns > 400;
    long width = narrow ? random.between(5, 60) : columns;
    Value result = times(a, columns, width);
    return decorated(narrow ? times(decorated(result), width, columns) : result);
  }

  private Value chain(Value a, Value b, Value c) {
    Node sums = Ops.einsum("ik,lk,lj->ij", a.node, b.node, c.node);
    return a.then(Ops.mul(Ops.scalar(sums, 1.0 / (rows * columns)), sums),
        b.roundings + c.roundings + rows + columns + 6);
  }

  private Value times(Value a, long from, long to) {
    boolean turned = random.between(0, 1) == 1;
    Node weights = turned ? weights(to, from) : weights(from, to);
    EinsumSpec spec = EinsumSpec.parse(turned ? "ik,jk->ij" : "ik,kj->ij");
    boolean most = random.between(0, 5) == 0;
    Node sums = Ops.einsum(spec, most ? Semiring.MAX_PLUS : Semiring.SUM_PRODUCT,
        List.of(a.node, weights));
    return a.then(Ops.mul(Ops.scalar(sums, most ? 0.5 : 1.0 / from), sums), from + 4);
  }

  private Node weights(long extent, long width) {
    String name = "w" + random.between(0, 2);
    if (!name.equals("w2")) {
      return builder.input(name + " " + extent + " " + width, dtype, extent, width);
    }
    double[] numbers = new RandomTensors(extent).values(dtype, (int) (extent * width), DOMAIN);
    return builder.constant(TensorType.of(dtype, extent, width), Literal.of(numbers));
  }

  private Value decorated(Value a) {
    return switch (random.between(0, 3)) {
      case 0 -> function(a);
      case 1 -> function(mean(a, new Value(Ops.broadcastTo(builder.input(
          "bias " + a.node.shape().dim(1), dtype, a.node.shape().dim(1)), a.node.shape()), 0)));
      case 2 -> mean(function(a), a);
      default -> a;
    };
  }

  /** Scores of all pairs of rows, weights that add to 1, and the mean of values by them. */
  private Value attention(Value queries, Value keys, Value items) {
    boolean heads = form == Form.HEADS;
    long length = heads ? rows / 8 : rows;
    Shape shape = heads ? Shape.of(8, length, columns) : Shape.of(rows, columns);
    Node sums = Ops.einsum(heads ? "hqd,hkd->hqk" : "qd,kd->qk",
        Ops.reshape(queries.node, shape), Ops.reshape(keys.node, shape));
    Node scores = Ops.mul(Ops.scalar(sums, 1.0 / columns), sums);
    double scoresOff = queries.roundings + keys.roundings + columns + 4;
    if (random.between(0, 1) == 1) {
      Node mask = Ops.broadcastTo(builder.input("mask", DType.BOOL, length, length),
          scores.shape());
      scores = Ops.select(mask, scores, Ops.scalar(scores, -1));
    }
    int last = scores.rank() - 1;
    Node most = Ops.reduce(Reduction.MAX, scores, List.of(last));
    Node exp = Ops.exp(Ops.sub(scores, Ops.insertAxes(most, scores.shape(), List.of(last))));
    Node weights = Ops.div(exp, Ops.insertAxes(Ops.sum(exp, last), exp.shape(), List.of(last)));
    Node result = Ops.einsum(heads ? "hqk,hkd->hqd" : "qk,kd->qd", weights,
        Ops.reshape(items.node, shape));
    // A weight is off by what its exponential and their sum are off by, relative to itself.
    double expOff = 2 * scoresOff + 1 + FUNCTION;
    return items.then(Ops.reshape(result, items.node.shape()), 2 * expOff + 2 * length + 4);
  }

  /** Rows less their mean or greatest, or all of them, which goes to each element. */
  private Value spread(Value a) {
    Node sum = Ops.sum(Ops.mul(a.node, a.node), 1);
    Node row = switch (random.between(0, 2)) {
      case 0 -> Ops.reduce(Reduction.MAX, a.node, List.of(1));
      case 1 -> Ops.mul(Ops.scalar(sum, 1.0 / columns), sum);
      default -> Ops.mul(Ops.scalar(sum, 1.0 / columns), Ops.sum(Ops.abs(a.node), 1));
    };
    Value rowOfA = new Value(Ops.insertAxes(row, a.node.shape(), List.of(1)),
        2 * a.roundings + columns + 4);
    return mean(function(a), new Value(Ops.neg(rowOfA.node), rowOfA.roundings));
  }

  /** Sums of rows and of their squares, both used outside of where they are made. */
  private List<Value> moments(Value a) {
    Node scale = Ops.scalar(Ops.sum(a.node, 1), 1.0 / columns);
    Node mean = Ops.mul(scale, Ops.sum(a.node, 1));
    Node squares = Ops.mul(scale, Ops.sum(Ops.square(a.node), 1));
    double off = 2 * a.roundings + columns + 4;
    return List.of(new Value(Ops.insertAxes(mean, a.node.shape(), List.of(1)), off),
        mean(a, new Value(Ops.insertAxes(squares, a.node.shape(), List.of(1)), off)));
  }

  private Value moved(Value a, Value b) {
    long half = columns / 2;
    double worse = Math.max(a.roundings, b.roundings);
    return switch (random.between(0, 2)) {
      case 0 -> new Value(Ops.concat(1, List.of(Ops.slice(a.node, 1, half, columns - half, 1),
          Ops.reverse(Ops.slice(b.node, 1, 0, half, 1), 1))), worse);
      case 1 -> a.then(Ops.permute(Ops.tanh(Ops.permute(a.node, List.of(1, 0))), List.of(1, 0)),
          FUNCTION);
      default -> function(new Value(Ops.reshape(Ops.neg(Ops.reshape(a.node,
          Shape.of(rows * columns))), a.node.shape()), a.roundings));
    };
  }

  /** The choice depends on inputs alone: rounding does not change it. */
  private Value masked(Value a, Value b) {
    return new Value(Ops.select(above(), a.node, Ops.neg(b.node)),
        Math.max(a.roundings, b.roundings));
  }

  private Node above() {
    return Ops.gt(values.getFirst().node, values.get(1).node);
  }
}
