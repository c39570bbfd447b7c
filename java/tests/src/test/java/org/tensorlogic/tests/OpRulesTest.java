package org.tensorlogic.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.tensorlogic.einsum.EinsumSpec;
import org.tensorlogic.einsum.Semiring;
import org.tensorlogic.error.TensorLogicException;
import org.tensorlogic.error.TypeException;
import org.tensorlogic.ir.Accepts;
import org.tensorlogic.ir.Binary;
import org.tensorlogic.ir.Convert;
import org.tensorlogic.ir.Einsum;
import org.tensorlogic.ir.Movement;
import org.tensorlogic.ir.Op;
import org.tensorlogic.ir.Reduce;
import org.tensorlogic.ir.Reduction;
import org.tensorlogic.ir.Select;
import org.tensorlogic.ir.Unary;
import org.tensorlogic.type.DType;
import org.tensorlogic.type.Shape;
import org.tensorlogic.type.TensorType;

/** The types that every op takes and refuses; one case for each numbered constraint. */
class OpRulesTest {

  @ParameterizedTest
  @EnumSource
  void unaryTakesItsDTypesAndNoOthers(Unary function) {
    for (DType dtype : DType.values()) {
      var type = TensorType.of(dtype, 2, 3);
      holdDType(function, function.accepts(), dtype, type, List.of(type));
    }
  }

  @ParameterizedTest
  @EnumSource
  void binaryTakesItsDTypesAndNoOthers(Binary function) {
    for (DType dtype : DType.values()) {
      var type = TensorType.of(dtype, 2, 3);
      var result = function.isComparison() ? type.as(DType.BOOL) : type;
      holdDType(function, function.accepts(), dtype, result, List.of(type, type));
    }
  }

  @ParameterizedTest
  @EnumSource
  void reductionTakesItsDTypesAndNoOthers(Reduction reduction) {
    for (DType dtype : DType.values()) {
      holdDType(new Reduce(reduction, List.of(1)), reduction.accepts(), dtype,
          TensorType.of(dtype, 2, 4), List.of(TensorType.of(dtype, 2, 3, 4)));
    }
  }

  private static void holdDType(Op op, Accepts accepts, DType dtype, TensorType result,
      List<TensorType> operands) {
    if (accepts.contains(dtype)) {
      assertThat(op.infer(operands)).isEqualTo(result);
    } else {
      assertThatThrownBy(() -> op.infer(operands)).isInstanceOf(TypeException.class)
          .hasMessageStartingWith(op.function()).hasMessageContaining(operands.get(0).toString());
    }
  }

  @ParameterizedTest
  @EnumSource
  void binaryRefusesUnequalOperands(Binary function) {
    DType dtype = function.accepts() == Accepts.LOGICAL ? DType.BOOL : DType.F64;
    var type = TensorType.of(dtype, 2);
    assertThatThrownBy(() -> function.infer(List.of(type, TensorType.of(dtype, 3))))
        .isInstanceOf(TensorLogicException.class).hasMessageContaining("(C3)");
    assertThatThrownBy(() -> function.infer(List.of(type))).hasMessageContaining("2 operands");
    if (function.accepts() != Accepts.LOGICAL) {
      assertThatThrownBy(() -> function.infer(List.of(type, TensorType.of(DType.F32, 2))))
          .isInstanceOf(TypeException.class).hasMessageContaining("(C2)");
    }
  }

  @ParameterizedTest
  @EnumSource
  void functionsNameTheirKernel(Unary function) {
    assertThat(function.kernel(List.of(TensorType.of(DType.F32))).orElseThrow().symbol())
        .isEqualTo("pointwise_" + function.function() + "_f32");
  }

  private static Op einsum(Semiring semiring) {
    return new Einsum(EinsumSpec.parse("ij,ij->"), semiring);
  }

  private static final TensorType MATRIX = TensorType.of(DType.F32, 2, 3);

  static Stream<Arguments> refused() {
    var i64 = TensorType.of(DType.I64, 2);
    var bool = TensorType.of(DType.BOOL, 2, 3);
    return Stream.of(
        refused(new Reduce(Reduction.SUM, List.of(2)), "reduce_sum (C2)", MATRIX),
        refused(new Reduce(Reduction.SUM, List.of(0, 0)), "reduce_sum (C3)", MATRIX),
        refused(new Movement.Permute(List.of(0, 0)), "permute (C1)", MATRIX),
        refused(new Movement.Permute(List.of(0)), "permute (C1)", MATRIX),
        refused(new Movement.Reshape(Shape.of(5)), "reshape (C1)", MATRIX),
        refused(new Movement.Slice(2, 0, 1, 1), "slice (C1)", MATRIX),
        refused(new Movement.Slice(0, 0, 1, 0), "slice (C2)", MATRIX),
        refused(new Movement.Slice(1, 1, 3, 1), "slice (C3)", MATRIX),
        refused(new Movement.Slice(1, 1, 3, -1), "slice (C3)", MATRIX),
        refused(new Movement.Pad(2, 0, 0, 0, 0), "pad (C1)", MATRIX),
        refused(new Movement.Pad(0, -1, 0, 0, 0), "pad (C2)", MATRIX),
        refused(new Movement.Broadcast(Shape.of(2, 3), List.of(0)), "broadcast (C1)", MATRIX),
        refused(new Movement.Broadcast(Shape.of(4, 3), List.of(0, 1)), "broadcast (C2)", MATRIX),
        refused(new Movement.Concat(3), "concat (C1)", MATRIX, MATRIX),
        refused(new Movement.Concat(0), "concat (C2)", MATRIX, MATRIX.as(DType.F64)),
        refused(new Movement.Concat(0), "concat (C3)", MATRIX, TensorType.of(DType.F32, 2, 4)),
        refused(new Movement.Gather(2), "gather (C1)", MATRIX, i64),
        refused(new Movement.Gather(0), "gather (C2)", MATRIX, MATRIX),
        refused(einsum(Semiring.OR_AND), "einsum \"ij,ij->\" or-and (C12)", MATRIX, MATRIX),
        refused(einsum(Semiring.SUM_PRODUCT), "einsum \"ij,ij->\" (C13)", MATRIX,
            MATRIX.as(DType.F64)),
        refused(new Select(), "select (C1)", MATRIX, MATRIX, MATRIX),
        refused(new Select(), "select (C2)", bool, MATRIX, MATRIX.as(DType.F64)),
        refused(new Select(), "select (C3)", bool, MATRIX, TensorType.of(DType.F32, 2)),
        refused(new Convert(DType.F16), "convert", MATRIX));
  }

  private static Arguments refused(Op op, String message, TensorType... operands) {
    return Arguments.of(op, message, List.of(operands));
  }

  @ParameterizedTest
  @MethodSource
  void refused(Op op, String message, List<TensorType> operands) {
    assertThatThrownBy(() -> op.infer(operands)).isInstanceOf(TensorLogicException.class)
        .hasMessageStartingWith(message);
  }

  @Test
  void movementShapes() {
    assertThat(new Movement.Permute(List.of(1, 0)).infer(List.of(MATRIX)).shape())
        .isEqualTo(Shape.of(3, 2));
    assertThat(new Movement.Slice(1, 2, 2, -2).infer(List.of(MATRIX)).shape())
        .isEqualTo(Shape.of(2, 2));
    assertThat(new Movement.Pad(1, 1, 2, 3, 0).infer(List.of(MATRIX)).shape())
        .isEqualTo(Shape.of(2, 12));
    assertThat(new Movement.Concat(0).infer(List.of(MATRIX, MATRIX)).shape())
        .isEqualTo(Shape.of(4, 3));
    assertThat(new Movement.Gather(1).infer(List.of(MATRIX, TensorType.of(DType.I64, 4, 5)))
        .shape()).isEqualTo(Shape.of(2, 4, 5));
  }
}
