package org.tensorlogic.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.tensorlogic.einsum.Semiring;
import org.tensorlogic.engine.Engine;
import org.tensorlogic.ir.Binary;
import org.tensorlogic.ir.Domain;
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
import org.tensorlogic.type.TensorType;

/** Native kernels against the reference over all functions, odd lengths and strided views. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DifferentialTest {

  private static final int[] COUNTS = {1, 3, 15, 17, 64, 65, 4099};
  private static final List<DType> DTYPES = List.of(DType.F64, DType.F32, DType.I64, DType.BOOL);
  private static final double[] SPECIAL = {Double.NaN, Double.POSITIVE_INFINITY,
      Double.NEGATIVE_INFINITY, 0.0, -0.0, Double.MIN_VALUE, -Double.MIN_VALUE, 1, -1};

  private Engine tested;
  private Engine reference;

  @BeforeAll
  void start() {
    tested = Engines.of("native");
    reference = Engines.of("reference");
  }

  @AfterAll
  void stop() {
    if (tested != null && reference != null) {
      tested.close();
      reference.close();
    }
  }

  /** A tensor of random elements, every fifth one special, that lies on every second place. */
  private static Tensor strided(Engine engine, DType dtype, int count, Domain domain, long seed) {
    double[] values = new RandomTensors(seed).values(dtype, 2 * count, domain);
    for (int i = 0; i < values.length && dtype.isFloating(); i += 5) {
      values[i] = i % 2 == 0 ? SPECIAL[i / 5 % SPECIAL.length] : values[i];
    }
    try (var whole = RandomTensors.place(engine, TensorType.of(dtype, 2L * count), values)) {
      return whole.slice(0, 2L * count - 1, count, -2);
    }
  }

  private void compare(String title, Tolerance tolerance, Function<Engine, Tensor> action) {
    try (var expected = action.apply(reference); var came = action.apply(tested)) {
      assertThat(came.type()).as(title).isEqualTo(expected.type());
      tolerance.check(title, expected.toDoubles(), came.toDoubles());
    }
  }

  private static Tolerance pointwise(DType dtype) {
    return dtype.isFloating() ? Tolerance.ofPointwise(dtype) : Tolerance.EXACT;
  }

  @ParameterizedTest
  @EnumSource
  void unary(Unary function) {
    DTYPES.stream().filter(function.accepts()::contains).forEach(dtype -> {
      for (int count : COUNTS) {
        compare(function + " " + dtype + " strided " + count, pointwise(dtype), engine -> {
          try (var x = strided(engine, dtype, count, function.domain(), count)) {
            return engine.unary(function, x);
          }
        });
      }
    });
  }

  @ParameterizedTest
  @EnumSource
  void binary(Binary function) {
    DTYPES.stream().filter(function.accepts()::contains).forEach(dtype -> {
      for (int count : COUNTS) {
        compare(function + " " + dtype + " strided " + count, pointwise(dtype), engine -> {
          try (var a = strided(engine, dtype, count, function.domain(), count);
              var b = strided(engine, dtype, count, function.domain(), count + 1)) {
            return engine.binary(function, a, b);
          }
        });
      }
    });
  }

  /** Also the signs of zeros; rules take functions that commute in either order. */
  @ParameterizedTest
  @EnumSource
  void functionsThatCommuteKeepTheirBits(Binary function) {
    for (Engine engine : List.of(reference, tested)) {
      DTYPES.stream().filter(function.accepts()::contains).forEach(dtype -> {
        try (var a = strided(engine, dtype, 200, function.domain(), 1);
            var b = strided(engine, dtype, 200, function.domain(), 2).slice(0, 0, 199, 1);
            var c = a.slice(0, 1, 199, 1);
            var before = engine.binary(function, c, b); var after = engine.binary(function, b, c)) {
          assertThat(Arrays.equals(before.toDoubles(), after.toDoubles()))
              .as("%s %s", function, dtype).isEqualTo(function.isCommutative());
        }
      });
    }
  }

  @ParameterizedTest
  @EnumSource
  void binaryBroadcasts(Binary function) {
    DType dtype = function.accepts().contains(DType.F32) ? DType.F32 : DType.BOOL;
    compare(function + " broadcast", pointwise(dtype), engine -> {
      var random = new RandomTensors(5);
      try (var a = random.tensor(engine, TensorType.of(dtype, 7, 1, 19), function.domain());
          var b = random.tensor(engine, TensorType.of(dtype, 5, 1), function.domain())) {
        return engine.binary(function, a, b);
      }
    });
  }

  @ParameterizedTest
  @EnumSource
  void reduction(Reduction reduction) {
    var domain = new Domain(0.5, 1.5);
    DTYPES.stream().filter(reduction.accepts()::contains).forEach(dtype -> {
      for (List<Integer> axes : List.of(List.of(0), List.of(1), List.of(2), List.of(0, 2),
          List.of(0, 1, 2))) {
        for (long[] extents : new long[][] {{3, 5, 257}, {129, 2, 3}, {4, 0, 3}, {1, 1, 1}}) {
          var type = TensorType.of(dtype, extents);
          long count = type.shape().count();
          compare(reduction + " " + type + axes, Tolerance.ofSum(dtype, count, 1, 1.5 * count)
              .plus(Tolerance.ofProduct(dtype, count)), engine -> {
            try (var x = new RandomTensors(7).tensor(engine, type, domain);
                var view = x.permute(2, 0, 1)) {
              return engine.reduce(reduction, view, axes);
            }
          });
        }
      }
    });
  }

  @ParameterizedTest
  @EnumSource
  void einsum(Semiring semiring) {
    Domain domain = semiring == Semiring.MAX_PRODUCT ? new Domain(0, 2) : new Domain(-2, 2);
    List<DType> dtypes = semiring == Semiring.OR_AND ? List.of(DType.BOOL)
        : List.of(DType.F64, DType.F32);
    for (DType dtype : dtypes) {
      for (int[] extents : new int[][] {{1, 1, 1}, {3, 17, 5}, {65, 33, 31}, {130, 257, 1},
          {1, 300, 70}, {4, 0, 3}}) {
        compare("ij,jk->ik %s %s %s".formatted(semiring.text(), dtype, Arrays.toString(extents)),
            Tolerance.ofSum(dtype, extents[1] + 4, 2, 4.0 * extents[1] + 8), engine -> {
              var random = new RandomTensors(11);
              try (var a = random.tensor(engine, TensorType.of(dtype, extents[1], extents[0]),
                      domain);
                  var left = a.permute(1, 0);
                  var right = random.tensor(engine, TensorType.of(dtype, extents[1], extents[2]),
                      domain)) {
                return engine.einsum("ij,jk->ik", semiring, List.of(left, right));
              }
            });
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void einsumOfOneOperand(Semiring semiring) {
    List<DType> dtypes = semiring == Semiring.OR_AND ? List.of(DType.BOOL)
        : List.of(DType.F64, DType.F32);
    for (DType dtype : dtypes) {
      for (String spec : List.of("ijk->ij", "ijk->ik", "ijk->kj", "ijk->j", "ijk->", "ijk->kij")) {
        for (int[] extents : new int[][] {{1, 1, 1}, {3, 17, 5}, {2, 4, 3001}, {4, 0, 3}}) {
          int count = extents[0] * extents[1] * extents[2];
          compare(spec + semiring.text() + dtype + Arrays.toString(extents),
              Tolerance.ofSum(dtype, count + 8, 1, count + 16), engine -> {
                var type = TensorType.of(dtype, extents[0], extents[1], extents[2]);
                double[] values = new RandomTensors(3).values(dtype, count, Domain.REAL);
                for (int i = 0; i < count && i < 2 * SPECIAL.length; i++) {
                  values[i] = dtype.isFloating() ? SPECIAL[i / 2] : values[i];
                }
                try (var x = RandomTensors.place(engine, type, values)) {
                  return engine.einsum(spec, semiring, List.of(x));
                }
              });
        }
      }
    }
  }

  /** Whole numbers of any bits, every fifth one at an end of the range, as a strided view. */
  private static Tensor integers(Engine engine, long rows, long columns, long seed) {
    long[] values = new Random(seed).longs(2 * rows * columns).toArray();
    for (int i = 0; i < values.length; i += 5) {
      values[i] = i % 2 == 0 ? Long.MIN_VALUE : Long.MAX_VALUE;
    }
    try (var whole = engine.tensor(values, columns, 2 * rows);
        var some = whole.slice(1, 2 * rows - 1, rows, -2)) {
      return some.permute(1, 0);
    }
  }

  private void compareIntegers(String title, BiFunction<Tensor, Engine, Tensor> action) {
    for (long[] extents : new long[][] {{3, 7}, {65, 1}, {1, 4099}, {130, 33}, {2, 5000}}) {
      var results = new ArrayList<long[]>();
      for (Engine engine : List.of(reference, tested)) {
        try (var x = integers(engine, extents[0], extents[1], 7);
            var result = action.apply(x, engine)) {
          assertThat(result.dtype()).isEqualTo(DType.I64);
          results.add(result.toLongs());
        }
      }
      assertThat(results.get(1)).as(title + Arrays.toString(extents)).isEqualTo(results.get(0));
    }
  }

  @Test
  void integersWrap() {
    for (Unary function : Unary.values()) {
      if (function.accepts().contains(DType.I64)) {
        compareIntegers(function + " ", (x, engine) -> engine.unary(function, x));
      }
    }
    for (Binary function : Binary.values()) {
      if (function.accepts().contains(DType.I64) && !function.isComparison()) {
        compareIntegers(function + " ", (x, engine) -> {
          try (var y = integers(engine, x.layout().extent(0), x.layout().extent(1), 8)) {
            return engine.binary(function, x, y);
          }
        });
      }
    }
    for (Reduction reduction : Reduction.values()) {
      for (List<Integer> axes : List.of(List.of(0), List.of(1), List.of(0, 1))) {
        if (reduction.accepts().contains(DType.I64)) {
          compareIntegers(reduction + " " + axes,
              (x, engine) -> engine.reduce(reduction, x, axes));
        }
      }
    }
  }

  @Test
  void movement() {
    List<Function<Node, Node>> moves = List.of(
        x -> Ops.permute(x, List.of(2, 0, 1)), x -> Ops.reshape(x, Shape.of(21, 5)),
        x -> Ops.slice(x, 1, 4, 2, -3), x -> Ops.pad(x, 1, 2, 1, 3, 1),
        x -> Ops.broadcast(x, Shape.of(3, 2, 5, 7), List.of(0, 2, 3)),
        x -> Ops.concat(2, List.of(x, x, x)),
        x -> Ops.gather(x, 1, x.builder().iota(9)));
    for (DType dtype : DTYPES) {
      for (int i = 0; i < moves.size(); i++) {
        var move = moves.get(i);
        var builder = new GraphBuilder();
        Node x = builder.input("x", dtype, 3, 5, 7);
        var graph = builder.build(move.apply(x));
        compare("movement " + i + " " + dtype, Tolerance.EXACT, engine -> {
          try (var operand = new RandomTensors(13).tensor(engine, x.type(), Domain.REAL)) {
            return engine.compile(graph).run(operand);
          }
        });
      }
    }
  }

  @Test
  void convertAndSelect() {
    for (DType from : DTYPES) {
      for (DType to : DTYPES) {
        compare("convert " + from + " to " + to, Tolerance.EXACT, engine -> {
          var builder = new GraphBuilder();
          Node x = builder.input("x", from, 33L);
          Node converted = Ops.convert(x, to);
          Node truth = Ops.convert(x, DType.BOOL);
          Node chosen = Ops.select(truth, converted, Ops.scalar(converted, 1));
          try (var scope = new Scope()) {
            var operand = scope.own(strided(engine, from, 33, Domain.REAL, 17));
            return engine.compile(builder.build(chosen)).run(operand);
          }
        });
      }
    }
  }
}
