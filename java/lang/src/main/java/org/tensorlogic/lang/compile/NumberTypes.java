package org.tensorlogic.lang.compile;

import java.util.Map;
import org.tensorlogic.lang.check.Definition;
import org.tensorlogic.lang.check.Value;
import org.tensorlogic.type.DType;

/** Which dtype a value is computed in: f64 if it reads f64, i64 if it is whole, else f32. */
final class NumberTypes {
  private final Map<String, Definition> definitions;

  NumberTypes(Map<String, Definition> definitions) {
    this.definitions = definitions;
  }

  /** The dtype that stands in for one that operations do not take. */
  static DType computing(DType dtype) {
    return switch (dtype) {
      case F64, F32, I64, BOOL -> dtype;
      case F16, BF16, F8E4M3, F8E5M2 -> DType.F32;
      case I32, I8, U8 -> DType.I64;
    };
  }

  DType of(String name) {
    return computing(definitions.get(name).dtype());
  }

  /** The dtype of a value; {@link DType#I64} for what fits any. */
  DType of(Value value) {
    return switch (value) {
      case Value.Constant constant ->
          constant.value() == Math.rint(constant.value()) && Math.abs(constant.value()) < 1e15
              ? DType.I64
              : DType.F32;
      case Value.Position _, Value.Compare _, Value.And _, Value.Or _, Value.Not _ -> DType.I64;
      case Value.Element element -> {
        DType dtype = of(element.name());
        yield element.truth() || dtype == DType.BOOL ? DType.I64 : dtype;
      }
      case Value.Product product ->
          wider(parts(product), product.divides().contains(true) ? DType.F32 : DType.I64);
      case Value.Sum _, Value.Concat _ -> parts(value);
      case Value.Call call -> of(call);
    };
  }

  private DType parts(Value value) {
    return value.parts().stream().map(this::of).reduce(DType.I64, NumberTypes::wider);
  }

  private DType of(Value.Call call) {
    return switch (call.function()) {
      case ARGMAX, STEP, EVEN, ODD -> DType.I64;
      case WHERE -> wider(of(call.arguments().get(1)), of(call.arguments().get(2)));
      case RELU, ABS, SIGN, MIN, MAX -> parts(call);
      case FLOOR, CEIL, ROUND, MOD, SIGMOID, SIG, TANH, EXP, LOG, SQRT, RSQRT, SIN, COS, TAN, ERF,
          GELU, SOFTPLUS, SILU, POW, SOFTMAX, LOGSOFTMAX, LNORM, TOPK, CONCAT ->
          wider(parts(call), DType.F32);
    };
  }

  /** The dtype that holds the numbers of both. */
  static DType wider(DType a, DType b) {
    if (a == DType.F64 || b == DType.F64) {
      return DType.F64;
    }
    return a == DType.F32 || b == DType.F32 ? DType.F32 : DType.I64;
  }
}
