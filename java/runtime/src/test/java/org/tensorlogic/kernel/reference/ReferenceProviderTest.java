package org.tensorlogic.kernel.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.tensorlogic.einsum.EinsumSpec;
import org.tensorlogic.einsum.Semiring;
import org.tensorlogic.ir.Binary;
import org.tensorlogic.ir.Convert;
import org.tensorlogic.ir.Einsum;
import org.tensorlogic.ir.Movement;
import org.tensorlogic.ir.Op;
import org.tensorlogic.ir.Reduce;
import org.tensorlogic.ir.Reduction;
import org.tensorlogic.ir.Select;
import org.tensorlogic.ir.Unary;
import org.tensorlogic.kernel.Kernel;
import org.tensorlogic.kernel.KernelArguments;
import org.tensorlogic.kernel.KernelRequest;
import org.tensorlogic.kernel.Machine;
import org.tensorlogic.kernel.Offer;
import org.tensorlogic.type.DType;
import org.tensorlogic.type.Layout;
import org.tensorlogic.type.TensorType;

/** Small cases worked out by hand, on every dtype, and the corners that contracts speak of. */
class ReferenceProviderTest {

  private static final double NAN = Double.NaN;
  private static final double INF = Double.POSITIVE_INFINITY;

  /** Numbers in memory and the view of them that an op reads. */
  private record View(DType dtype, MemorySegment buffer, Layout layout) {
    static View of(DType dtype, long[] extents, double... values) {
      return new View(dtype, Arena.ofAuto().allocate(Math.max(1, values.length) * 8L, 64),
          Layout.contiguous(extents)).filled(values);
    }

    View as(Layout other) {
      return new View(dtype, buffer, other);
    }

    private View filled(double... values) {
      for (int i = 0; i < values.length; i++) {
        switch (dtype) {
          case F64 -> buffer.setAtIndex(ValueLayout.JAVA_DOUBLE, i, values[i]);
          case F32 -> buffer.setAtIndex(ValueLayout.JAVA_FLOAT, i, (float) values[i]);
          case I64 -> buffer.setAtIndex(ValueLayout.JAVA_LONG, i, (long) values[i]);
          case BOOL -> buffer.set(ValueLayout.JAVA_BYTE, i, (byte) values[i]);
          case F16, BF16, F8E4M3, F8E5M2, I32, I8, U8 -> throw new AssertionError(dtype);
        }
      }
      return this;
    }

    double at(long position) {
      return switch (dtype) {
        case F64 -> buffer.getAtIndex(ValueLayout.JAVA_DOUBLE, position);
        case F32 -> buffer.getAtIndex(ValueLayout.JAVA_FLOAT, position);
        case I64 -> buffer.getAtIndex(ValueLayout.JAVA_LONG, position);
        case BOOL -> buffer.get(ValueLayout.JAVA_BYTE, position);
        case F16, BF16, F8E4M3, F8E5M2, I32, I8, U8 -> throw new AssertionError(dtype);
      };
    }
  }

  private static double[] run(Op op, View... operands) {
    List<TensorType> types = new ArrayList<>();
    for (View view : operands) {
      types.add(new TensorType(view.dtype, view.layout.shape()));
    }
    TensorType type = op.infer(types);
    var extents = type.shape().dims().stream().mapToLong(dim -> dim.extent()).toArray();
    int count = (int) Layout.contiguous(extents).count();
    View result = View.of(type.dtype(), extents, new double[count]);
    var request = new KernelRequest(op.kernel(types).orElseThrow(), op,
        types.stream().map(TensorType::dtype).toList(),
        List.of(operands).stream().map(View::layout).toList(), type.dtype(), result.layout,
        Machine.typical(1));
    run(request, operands, result);
    var values = new double[count];
    for (int i = 0; i < count; i++) {
      values[i] = result.at(i);
    }
    return values;
  }

  /** Runs the tiles one by one from the last to the first. */
  private static void run(KernelRequest request, View[] operands, View result) {
    Kernel kernel = ((Offer.Accepted) new ReferenceProvider().offer(request)).kernel();
    var arguments = new KernelArguments(operands.length + 1, Arena.ofAuto().allocate(64, 8));
    for (int i = 0; i < operands.length; i++) {
      arguments.set(i, operands[i].buffer,
          operands[i].layout.offset() * operands[i].dtype.bytes());
    }
    arguments.set(operands.length, result.buffer, 0);
    for (long tile = kernel.tileCount() - 1; tile >= 0; tile--) {
      kernel.run(arguments, tile, tile + 1, MemorySegment.NULL);
    }
  }

  private static long[] extents(long... extents) {
    return extents;
  }

  private static Einsum einsum(String spec, Semiring semiring) {
    return new Einsum(EinsumSpec.parse(spec), semiring);
  }

  @Test
  void negatesEveryNumericDType() {
    for (DType dtype : List.of(DType.F32, DType.F64, DType.I64)) {
      assertThat(run(Unary.NEG, View.of(dtype, extents(3), 1, -2, 3))).containsExactly(-1, 2, -3);
    }
    assertThat(run(Unary.NOT, View.of(DType.BOOL, extents(2), 1, 0))).containsExactly(0, 1);
  }

  @Test
  void roundsF32Once() {
    double third = run(Binary.DIV, View.of(DType.F32, extents(1), 1),
        View.of(DType.F32, extents(1), 3))[0];
    assertThat(third).isEqualTo(1f / 3f);
  }

  @Test
  void readsReversedRepeatedAndScalarViews() {
    View line = View.of(DType.F32, extents(3), 1, 2, 3);
    View reversed = line.as(new Layout(extents(3), new long[] {-1}, 2));
    View repeated = line.as(new Layout(extents(3), new long[] {0}, 1));
    assertThat(run(Binary.SUB, reversed, repeated)).containsExactly(1, 0, -1);
    assertThat(run(Unary.SQUARE, line.as(new Layout(extents(), new long[0], 2))))
        .containsExactly(9);
  }

  @Test
  void goesOverManyTilesAndLines() {
    var values = new double[40_000];
    for (int i = 0; i < values.length; i++) {
      values[i] = i;
    }
    View matrix = View.of(DType.F64, extents(40, 1000), values);
    double[] transposed = run(new Movement.Permute(List.of(0, 1)),
        matrix.as(matrix.layout.permute(List.of(1, 0))));
    assertThat(transposed[1]).isEqualTo(1000);
    assertThat(transposed[39_999]).isEqualTo(39_999);
    assertThat(transposed[12 * 40 + 7]).isEqualTo(7 * 1000 + 12);
  }

  @Test
  void comparesNaNAndIntegers() {
    View left = View.of(DType.F32, extents(3), NAN, 1, 2);
    View right = View.of(DType.F32, extents(3), NAN, 1, 3);
    assertThat(run(Binary.EQ, left, right)).containsExactly(0, 1, 0);
    assertThat(run(Binary.NE, left, right)).containsExactly(1, 0, 1);
    assertThat(run(Binary.LT, View.of(DType.I64, extents(2), 1, 2),
        View.of(DType.I64, extents(2), 2, 2))).containsExactly(1, 0);
    assertThat(run(Binary.XOR, View.of(DType.BOOL, extents(2), 1, 1),
        View.of(DType.BOOL, extents(2), 0, 1))).containsExactly(1, 0);
    assertThat(run(Binary.MAX, left, right)[0]).isNaN();
  }

  @Test
  void selectsOnEveryDType() {
    View condition = View.of(DType.BOOL, extents(2), 1, 0);
    for (DType dtype : List.of(DType.F32, DType.F64, DType.I64, DType.BOOL)) {
      assertThat(run(new Select(), condition, View.of(dtype, extents(2), 1, 1),
          View.of(dtype, extents(2), 0, 0))).containsExactly(1, 0);
    }
  }

  @Test
  void convertsBetweenAllDTypes() {
    var all = List.of(DType.F32, DType.F64, DType.I64, DType.BOOL);
    for (DType source : all) {
      for (DType target : all) {
        assertThat(run(new Convert(target), View.of(source, extents(2), 1, 0)))
            .as("%s to %s", source, target).containsExactly(1, 0);
      }
    }
    View reals = View.of(DType.F64, extents(5), 2.75, -2.75, NAN, INF, -1e300);
    assertThat(run(new Convert(DType.I64), reals))
        .containsExactly(2, -2, 0, Long.MAX_VALUE, Long.MIN_VALUE);
    assertThat(run(new Convert(DType.BOOL), reals)).containsExactly(1, 1, 1, 1, 1);
  }

  @Test
  void roundsI64ToF32Once() {
    View odd = View.of(DType.I64, extents(1), 0);
    odd.buffer.set(ValueLayout.JAVA_LONG, 0, (1L << 53) + (1L << 29) + 1);
    assertThat(run(new Convert(DType.F32), odd)[0]).isEqualTo((1L << 53) + (1L << 30));
  }

  @Test
  void gathersAndReadsNothingOutside() {
    View data = View.of(DType.F32, extents(2, 3), 1, 2, 3, 4, 5, 6);
    View index = View.of(DType.I64, extents(2, 2), 2, 0, -1, 3);
    assertThat(run(new Movement.Gather(1), data, index))
        .containsExactly(3, 1, 0, 0, 6, 4, 0, 0);
    assertThat(run(new Movement.Gather(0), data, View.of(DType.I64, extents(2), 1, 9)))
        .containsExactly(4, 5, 6, 0, 0, 0);
    assertThat(run(new Movement.Gather(0), View.of(DType.BOOL, extents(2), 0, 1),
        View.of(DType.I64, extents(), 1))).containsExactly(1);
  }

  @Test
  void reducesAnyAxes() {
    View cube = View.of(DType.F64, extents(2, 2, 2), 1, 2, 3, 4, 5, 6, 7, 8);
    assertThat(run(new Reduce(Reduction.SUM, List.of(1)), cube)).containsExactly(4, 6, 12, 14);
    assertThat(run(new Reduce(Reduction.PROD, List.of(0, 2)), cube)).containsExactly(60, 672);
    assertThat(run(new Reduce(Reduction.MAX, List.of(0, 1, 2)), cube)).containsExactly(8);
    assertThat(run(new Reduce(Reduction.MIN, List.of()), cube)).hasSize(8);
    View reversed = cube.as(cube.layout.slice(2, 1, 1, -1));
    assertThat(run(new Reduce(Reduction.SUM, List.of(0, 1, 2)), reversed)).containsExactly(20);
  }

  @Test
  void sumsF32InDouble() {
    View terms = View.of(DType.F32, extents(3), 1 << 24, 1, 1);
    assertThat(run(new Reduce(Reduction.SUM, List.of(0)), terms))
        .containsExactly((1 << 24) + 2);
  }

  @Test
  void reducesNothingToTheUnit() {
    for (DType dtype : List.of(DType.F32, DType.F64, DType.I64)) {
      View none = View.of(dtype, extents(2, 0));
      double low = dtype == DType.I64 ? Long.MIN_VALUE : -INF;
      double high = dtype == DType.I64 ? Long.MAX_VALUE : INF;
      assertThat(run(new Reduce(Reduction.SUM, List.of(1)), none)).containsExactly(0, 0);
      assertThat(run(new Reduce(Reduction.PROD, List.of(1)), none)).containsExactly(1, 1);
      assertThat(run(new Reduce(Reduction.MAX, List.of(1)), none)).containsExactly(low, low);
      assertThat(run(new Reduce(Reduction.MIN, List.of(1)), none)).containsExactly(high, high);
      assertThat(run(einsum("ij->i", Semiring.MAX_PLUS), none)).containsExactly(low, low);
      assertThat(run(einsum("ij,ij->i", Semiring.MAX_MIN), none, none))
          .containsExactly(low, low);
    }
    View none = View.of(DType.BOOL, extents(0));
    assertThat(run(new Reduce(Reduction.ANY, List.of(0)), none)).containsExactly(0);
    assertThat(run(new Reduce(Reduction.ALL, List.of(0)), none)).containsExactly(1);
  }

  @Test
  void extremesOfNaNAreNaN() {
    View terms = View.of(DType.F32, extents(3), 1, NAN, 2);
    assertThat(run(new Reduce(Reduction.MAX, List.of(0)), terms)[0]).isNaN();
    assertThat(run(new Reduce(Reduction.MIN, List.of(0)), terms)[0]).isNaN();
  }

  @Test
  void contractsInEverySemiring() {
    for (DType dtype : List.of(DType.F32, DType.F64, DType.I64)) {
      View a = View.of(dtype, extents(2, 2), 1, 2, 3, 4);
      View b = View.of(dtype, extents(2, 2), 5, 6, 7, 8);
      assertThat(run(einsum("ij,jk->ik", Semiring.SUM_PRODUCT), a, b))
          .containsExactly(19, 22, 43, 50);
      assertThat(run(einsum("ij,jk->ki", Semiring.MAX_PLUS), a, b)).containsExactly(9, 11, 10, 12);
      assertThat(run(einsum("ij,jk->ik", Semiring.MIN_PLUS), a, b)).containsExactly(6, 7, 8, 9);
      assertThat(run(einsum("ij,jk->ik", Semiring.MAX_PRODUCT), a, b))
          .containsExactly(14, 16, 28, 32);
      assertThat(run(einsum("ij,jk->ik", Semiring.MAX_MIN), a, b)).containsExactly(2, 2, 4, 4);
      assertThat(run(einsum("ij->j", Semiring.SUM_PRODUCT), a)).containsExactly(4, 6);
    }
    View relation = View.of(DType.BOOL, extents(2, 2), 0, 1, 0, 0);
    assertThat(run(einsum("ij,jk->ik", Semiring.OR_AND), relation, relation))
        .containsExactly(0, 0, 0, 0);
    assertThat(run(einsum("ij,kj->ik", Semiring.OR_AND), relation, relation))
        .containsExactly(1, 0, 0, 0);
  }

  @Test
  void saturatedZeroAnnihilatesInI64() {
    View none = View.of(DType.I64, extents(1), Long.MIN_VALUE);
    View loss = View.of(DType.I64, extents(1), -5);
    assertThat(run(einsum("i,i->", Semiring.MAX_PLUS), none, loss))
        .containsExactly(Long.MIN_VALUE);
  }

  @Test
  void logSumExpNeitherOverflowsNorLosesInfinities() {
    for (DType dtype : List.of(DType.F32, DType.F64)) {
      View large = View.of(dtype, extents(2), 500, 500);
      assertThat(run(einsum("i,i->", Semiring.LOG_SUM_EXP), large, large)[0])
          .isCloseTo(1000 + Math.log(2), within(
              1000 * 2 * dtype.unitRoundoff()));
      Einsum single = einsum("i->", Semiring.LOG_SUM_EXP);
      assertThat(run(single, View.of(dtype, extents(2), -INF, -INF))).containsExactly(-INF);
      assertThat(run(single, View.of(dtype, extents(2), -INF, 3))).containsExactly(3);
      assertThat(run(single, View.of(dtype, extents(2), INF, 3))).containsExactly(INF);
      assertThat(run(single, View.of(dtype, extents(2), NAN, 3))[0]).isNaN();
      assertThat(run(single, View.of(dtype, extents(0)))).containsExactly(-INF);
    }
  }
}
