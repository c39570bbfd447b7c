package org.tensorlogic.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.tensorlogic.autodiff.Gradients;
import org.tensorlogic.einsum.EinsumSpec;
import org.tensorlogic.einsum.Semiring;
import org.tensorlogic.engine.Engine;
import org.tensorlogic.ir.Binary;
import org.tensorlogic.ir.Domain;
import org.tensorlogic.ir.GraphBuilder;
import org.tensorlogic.ir.Literal;
import org.tensorlogic.ir.Node;
import org.tensorlogic.ir.Ops;
import org.tensorlogic.ir.Reduction;
import org.tensorlogic.ir.Unary;
import org.tensorlogic.testkit.GradientCheck;
import org.tensorlogic.testkit.RandomTensors;
import org.tensorlogic.type.DType;
import org.tensorlogic.type.Shape;
import org.tensorlogic.type.TensorType;

/** The gradient of every op against finite differences, orders 1 and 2. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class GradientTest {

  private static final long SEED = 20_250_101;

  private Engine engine;

  @BeforeAll
  void start() {
    engine = Engines.of("reference", 1);
  }

  @AfterAll
  void stop() {
    engine.close();
  }

  private void check(String title, Domain domain, Function<List<Node>, Node> function,
      Shape... shapes) {
    var random = new RandomTensors(SEED);
    int count = Arrays.stream(shapes).mapToInt(shape -> (int) shape.count()).sum();
    double[] all = random.distinct(count, domain);
    var points = new ArrayList<double[]>();
    int from = 0;
    for (Shape shape : shapes) {
      int to = from + (int) shape.count();
      points.add(Arrays.copyOfRange(all, from, to));
      from = to;
    }
    new GradientCheck(engine, List.of(shapes), function, points, SEED).check(title);
  }

  @ParameterizedTest
  @EnumSource
  void unary(Unary function) {
    if (function.isDifferentiable()) {
      check(function.function(), function.domain(), x -> Ops.unary(function, x.getFirst()),
          Shape.of(2, 3));
    } else {
      DType dtype = function == Unary.NOT ? DType.BOOL : DType.F64;
      flowsNothing(dtype, x -> Ops.unary(function, x));
    }
  }

  @ParameterizedTest
  @EnumSource
  void binary(Binary function) {
    if (function.isDifferentiable()) {
      check(function.function(), function.domain(),
          x -> Ops.binary(function, x.get(0), x.get(1)), Shape.of(2, 3), Shape.of(3));
    } else {
      DType dtype = function.accepts().contains(DType.F64) ? DType.F64 : DType.BOOL;
      flowsNothing(dtype, x -> Ops.binary(function, x, x));
    }
  }

  @ParameterizedTest
  @EnumSource
  void reduction(Reduction reduction) {
    if (reduction.isDifferentiable()) {
      for (List<Integer> axes : List.of(List.of(1), List.of(0, 2), List.of(0, 1, 2))) {
        check("reduce_" + reduction.function() + axes, Domain.REAL,
            x -> Ops.square(Ops.reduce(reduction, x.getFirst(), axes)), Shape.of(2, 3, 2));
      }
    } else {
      flowsNothing(DType.BOOL, x -> Ops.reduce(reduction, x, List.of(0)));
    }
  }

  /** A function without derivative gives zeros, also below a conversion to reals. */
  private void flowsNothing(DType dtype, Function<Node, Node> function) {
    var builder = new GraphBuilder();
    Node real = builder.input("x", DType.F64, 3L);
    Node result = function.apply(Ops.convert(real, dtype));
    Node scalar = Ops.sum(Ops.convert(result, DType.F64));
    Node gradient = Gradients.of(scalar, List.of(real)).getFirst();
    try (var x = engine.tensor(new double[] {0.3, -0.7, 1.2});
        var zeros = engine.compile(builder.build(gradient)).run(x)) {
      assertThat(zeros.toDoubles()).containsOnly(0);
    }
  }

  static Stream<Arguments> movements() {
    return Stream.of(
        movement("permute", x -> Ops.permute(x, List.of(2, 0, 1))),
        movement("reshape", x -> Ops.reshape(x, Shape.of(4, 3))),
        movement("slice forward", x -> Ops.slice(x, 1, 1, 2, 1)),
        movement("slice in steps", x -> Ops.slice(x, 1, 0, 2, 2)),
        movement("slice backward", x -> Ops.slice(x, 1, 2, 3, -1)),
        movement("slice backward in steps", x -> Ops.slice(x, 1, 2, 2, -2)),
        movement("slice of nothing", x -> Ops.add(Ops.sum(Ops.slice(x, 1, 0, 0, 1)), x)),
        movement("pad", x -> Ops.pad(x, 1, 1, 2, 1, 0.5)),
        movement("broadcast", x -> Ops.broadcast(x, Shape.of(2, 4, 3, 2), List.of(0, 2, 3))),
        movement("broadcast to another order",
            x -> Ops.broadcast(x, Shape.of(3, 2, 2, 5), List.of(1, 0, 2))),
        movement("broadcast of extent 1",
            x -> Ops.broadcastTo(Ops.slice(x, 1, 1, 1, 1), Shape.of(2, 3, 2))),
        movement("concat", x -> Ops.concat(1, List.of(x, Ops.square(x), x))),
        movement("gather", x -> Ops.gather(x, 1, indices(x))),
        movement("select", x -> Ops.select(condition(x), Ops.square(x), Ops.neg(x))));
  }

  private static Arguments movement(String title, Function<Node, Node> function) {
    return Arguments.of(title, function);
  }

  private static Node indices(Node x) {
    return x.builder().constant(TensorType.of(DType.I64, 2, 2), Literal.of(2, 0, 2, 7));
  }

  private static Node condition(Node x) {
    return x.builder().constant(TensorType.of(DType.BOOL, 3, 1), Literal.of(1, 0, 1));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource
  void movements(String title, Function<Node, Node> function) {
    check(title, Domain.REAL, x -> Ops.square(function.apply(x.getFirst())), Shape.of(2, 3, 2));
  }

  @Test
  void convertPassesTheCotangentOn() {
    var builder = new GraphBuilder();
    Node x = builder.input("x", DType.F64, 3L);
    Node weights = builder.constant(TensorType.of(DType.F32, 3), Literal.of(2.0, -3.0, 0.5));
    Node gradient = Gradients.of(Ops.convert(Ops.sum(Ops.mul(Ops.convert(x, DType.F32), weights)),
        DType.F64), List.of(x)).getFirst();
    try (var point = engine.tensor(new double[] {1, 2, 3});
        var result = engine.compile(builder.build(Map.of("g", gradient))).run(point)) {
      assertThat(result.dtype()).isEqualTo(DType.F64);
      assertThat(result.toDoubles()).containsExactly(2, -3, 0.5);
    }
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "OR_AND")
  void einsum(Semiring semiring) {
    einsum(semiring, "ij,jk->ik", Shape.of(2, 3), Shape.of(3, 2));
    einsum(semiring, "ij->j", Shape.of(2, 3));
    einsum(semiring, "ij->", Shape.of(2, 3));
    einsum(semiring, "ii,i->i", Shape.of(3, 3), Shape.of(3));
    einsum(semiring, "ii->", Shape.of(3, 3));
    einsum(semiring, "i,j->ji", Shape.of(2), Shape.of(3));
    einsum(semiring, "ijk,kj,i->j", Shape.of(2, 3, 2), Shape.of(2, 3), Shape.of(2));
    einsum(semiring, "i,->i", Shape.of(3), Shape.of());
    einsum(semiring, "...i,...i->...", Shape.of(2, 3), Shape.of(1, 3));
  }

  private void einsum(Semiring semiring, String spec, Shape... shapes) {
    Domain domain = semiring == Semiring.MAX_PRODUCT ? new Domain(0.5, 3) : new Domain(-2, 2);
    check(spec + " " + semiring.text(), domain,
        x -> Ops.square(Ops.einsum(EinsumSpec.parse(spec), semiring, x)), shapes);
  }
}
