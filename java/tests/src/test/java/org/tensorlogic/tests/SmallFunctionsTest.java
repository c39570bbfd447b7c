package org.tensorlogic.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.tensorlogic.einsum.ContractionOrder;
import org.tensorlogic.engine.Engine;
import org.tensorlogic.error.ClosedException;
import org.tensorlogic.exec.PoolConfig;
import org.tensorlogic.exec.Resources;
import org.tensorlogic.exec.SmallFunctions;
import org.tensorlogic.ir.Accepts;
import org.tensorlogic.ir.Binary;
import org.tensorlogic.ir.GraphBuilder;
import org.tensorlogic.ir.Node;
import org.tensorlogic.ir.Ops;
import org.tensorlogic.ir.Pointwise;
import org.tensorlogic.ir.Unary;
import org.tensorlogic.kernel.Machine;
import org.tensorlogic.memory.AllocationStrategy;
import org.tensorlogic.memory.NumaPolicy;
import org.tensorlogic.memory.NumaStrategy;
import org.tensorlogic.memory.Tensor;
import org.tensorlogic.plan.KernelRegistry;
import org.tensorlogic.plan.Schedule;
import org.tensorlogic.testkit.RandomTensors;
import org.tensorlogic.type.DType;
import org.tensorlogic.type.TensorType;

/** Functions of few elements have the bits of the kernels that compute them within a graph. */
class SmallFunctionsTest {

  private static final List<DType> DTYPES = List.of(DType.F64, DType.F32, DType.I64, DType.BOOL);
  private static final double[] REALS = {0, -0.0, 1, -1, 0.5, 1.5, 2.5, -2.5, 3, 0.1, -0.3, 1e-45,
      -1e-40, 1e-310, 4e-324, 1.1754944e-38, 3.4e38, -3.4e38, 1.7e308, 1e300, 16777217, 1e10,
      0x1.fffffep0, 0x1.0000010000001p0, Math.PI, Double.POSITIVE_INFINITY,
      Double.NEGATIVE_INFINITY, Double.NaN};
  private static final double[] WHOLE = {0, 1, -1, 2, 7, -7, 1L << 40, -(1L << 62), 1e18, -9e18,
      Long.MAX_VALUE, Long.MIN_VALUE, 3037000500.0};

  private static double[] values(DType dtype) {
    return switch (dtype.kind()) {
      case FLOATING -> REALS;
      case INTEGER -> WHOLE;
      case LOGICAL -> new double[] {0, 1};
    };
  }

  /** Bits of any NaN are those of one. */
  private static long bits(DType dtype, double value) {
    return dtype == DType.F32 ? Float.floatToIntBits((float) value)
        : Double.doubleToLongBits(value);
  }

  private static List<Long> bits(Tensor tensor) {
    var bits = new ArrayList<Long>();
    if (tensor.dtype().isFloating()) {
      for (double value : tensor.toDoubles()) {
        bits.add(bits(tensor.dtype(), value));
      }
    } else {
      for (long value : tensor.toLongs()) {
        bits.add(value);
      }
    }
    return bits;
  }

  private static boolean isTaken(Pointwise function, Accepts accepts, DType dtype) {
    return accepts.contains(dtype) && (!dtype.isFloating() || function.isExact());
  }

  /** The function of one operand or of two, eager and small, against a compiled graph. */
  private static void compare(String title, Engine engine, Tensor x, Tensor y,
      BiFunction<Node, Node, Node> graph, Tensor small) {
    var builder = new GraphBuilder();
    Node first = builder.input("x", x.type());
    Node second = y == null ? null : builder.input("y", y.type());
    var compiled = engine.compile(builder.build(graph.apply(first, second)));
    try (Tensor came = small;
        Tensor expected = y == null ? compiled.run(x) : compiled.run(x, y)) {
      assertThat(came.type()).as(title).isEqualTo(expected.type());
      assertThat(came.layout()).as(title).isEqualTo(expected.layout());
      assertThat(bits(came)).as(title).isEqualTo(bits(expected));
    }
  }

  @ParameterizedTest
  @EnumSource
  void unary(Unary function) {
    for (String provider : List.of("native", "reference")) {
      try (Engine engine = Engines.of(provider, 1)) {
        DTYPES.stream().filter(dtype -> isTaken(function, function.accepts(), dtype))
            .forEach(dtype -> {
              for (double value : values(dtype)) {
                try (Tensor x = RandomTensors.place(engine, TensorType.of(dtype, 3),
                    new double[] {value, value, 1})) {
                  compare(provider + ' ' + function + ' ' + dtype + ' ' + value, engine, x, null,
                      (a, _) -> Ops.unary(function, a), engine.unary(function, x));
                }
              }
            });
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void binary(Binary function) {
    for (String provider : List.of("native", "reference")) {
      try (Engine engine = Engines.of(provider, 1)) {
        DTYPES.stream().filter(dtype -> isTaken(function, function.accepts(), dtype))
            .forEach(dtype -> {
              double[] all = values(dtype);
              for (double value : all) {
                for (int first = 0; first < all.length; first += 13) {
                  double[] right = Arrays.copyOfRange(all, first,
                      Math.min(all.length, first + 13));
                  String title = "%s %s %s %s".formatted(provider, function, dtype, value);
                  try (Tensor x = engine.scalar(dtype, value);
                      Tensor y = RandomTensors.place(engine, TensorType.of(dtype, right.length),
                          right); Tensor wide = RandomTensors.place(engine, y.type(),
                          repeated(value, right.length))) {
                    compare(title, engine, x, y, (a, b) -> Ops.binary(function, a, b),
                        engine.binary(function, x, y));
                    compare(title, engine, y, x, (a, b) -> Ops.binary(function, a, b),
                        engine.binary(function, y, x));
                    compare(title, engine, wide, y, (a, b) -> Ops.binary(function, a, b),
                        engine.binary(function, wide, y));
                  }
                }
              }
            });
      }
    }
  }

  private static double[] repeated(double value, int count) {
    var values = new double[count];
    Arrays.fill(values, value);
    return values;
  }

  private static Resources resources() {
    return new Resources(PoolConfig.of(1), 1 << 20, AllocationStrategy.EXACT_FIT,
        NumaPolicy.of(NumaStrategy.NONE), KernelRegistry.load("reference"), Machine.typical(1),
        Schedule.SEQUENTIAL, Long.MAX_VALUE, ContractionOrder::search);
  }

  private static Tensor filled(Resources resources, DType dtype, long... extents) {
    Tensor tensor = resources.allocate(TensorType.of(dtype, extents));
    tensor.access(memory -> memory.fill((byte) 0));
    return tensor;
  }

  private static boolean isNull(Tensor result) {
    if (result != null) {
      result.close();
    }
    return result == null;
  }

  @Test
  void takesWhatIsSmallAndExactOnly() {
    try (Resources resources = resources(); var x = filled(resources, DType.F32, 2, 8);
        var wide = filled(resources, DType.F32, 17); var one = filled(resources, DType.F32);
        var turned = x.permute(1, 0); var row = x.slice(0, 1, 1, 1);
        var whole = filled(resources, DType.I64, 2, 8);
        var eight = filled(resources, DType.F32, 8)) {
      var small = new SmallFunctions(resources);
      assertThat(isNull(small.unary(Unary.NEG, x))).isFalse();
      assertThat(isNull(small.unary(Unary.NEG, row))).isFalse();
      assertThat(isNull(small.unary(Unary.EXP, x))).isTrue();
      assertThat(isNull(small.unary(Unary.NEG, wide))).isTrue();
      assertThat(isNull(small.unary(Unary.NEG, turned))).isTrue();
      assertThat(isNull(small.unary(Unary.SQRT, whole))).isTrue();
      assertThat(isNull(small.binary(Binary.ADD, x, one))).isFalse();
      assertThat(isNull(small.binary(Binary.LT, whole, whole))).isFalse();
      assertThat(isNull(small.binary(Binary.ADD, x, turned))).isTrue();
      assertThat(isNull(small.binary(Binary.ADD, x, eight))).isTrue();
      assertThat(isNull(small.binary(Binary.ADD, x, whole))).isTrue();
      assertThat(isNull(small.binary(Binary.ADD, wide, one))).isTrue();
      assertThat(isNull(small.binary(Binary.POW, x, x))).isTrue();
      assertThat(isNull(small.binary(Binary.DIV, whole, whole))).isTrue();
    }
  }

  @Test
  void holdsNothingAfterwards() {
    try (Resources resources = resources()) {
      var small = new SmallFunctions(resources);
      Tensor x = filled(resources, DType.F64, 3);
      Tensor y = filled(resources, DType.F64, 3);
      y.close();
      assertThatThrownBy(() -> small.binary(Binary.ADD, x, y)).isInstanceOf(ClosedException.class);
      assertThatThrownBy(() -> small.binary(Binary.ADD, y, x)).isInstanceOf(ClosedException.class);
      assertThatThrownBy(() -> small.unary(Unary.NEG, y)).isInstanceOf(ClosedException.class);
      small.binary(Binary.ADD, x, x).close();
      x.close();
      assertThat(resources.memory().usedBytes()).isZero();
    }
    Resources closed = resources();
    Tensor x = filled(closed, DType.F64, 3);
    closed.close(); // would wait for ever for an operation that did not leave
    assertThatThrownBy(() -> new SmallFunctions(closed).unary(Unary.NEG, x))
        .isInstanceOf(ClosedException.class);
  }
}
