package org.tensorlogic.lang.check;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.tensorlogic.lang.syntax.Projection;
import org.tensorlogic.type.DType;

/**
 * Finds the dtype of names that nothing declares: a file keeps its own (narrow ones widen to f32 or
 * i64), an equation is f64 if it reads f64, i64 if it reads i64 and stays whole, else f32.
 */
final class DTypes {
  private final Map<String, DType> known;

  private DTypes(Map<String, DType> known) {
    this.known = known;
  }

  /** The dtype that files of a dtype are read as. */
  static DType computing(DType dtype) {
    return switch (dtype) {
      case F64, F32, I64, BOOL -> dtype;
      case F16, BF16, F8E4M3, F8E5M2 -> DType.F32;
      case I32, I8, U8 -> DType.I64;
    };
  }

  /**
   * The dtype of the equations of one name.
   *
   * @param known dtypes found so far; a name without one does not count
   */
  static DType of(List<CheckedEquation> equations, Map<String, DType> known) {
    DTypes types = new DTypes(known);
    List<DType> all = new ArrayList<>();
    for (CheckedEquation equation : equations) {
      for (CheckedEquation.Clause clause : equation.clauses()) {
        all.add(types.of(clause.value()));
      }
      boolean real =
          equation.projection() == Projection.AVG || equation.projection() == Projection.LSE;
      all.add(real ? DType.F32 : null);
    }
    return join(all);
  }

  /** The dtype of a value, or null for what fits any: whole numbers, positions, truth values. */
  private DType of(Value value) {
    return switch (value) {
      case Value.Constant constant ->
          constant.value() == Math.rint(constant.value()) ? null : DType.F32;
      case Value.Position _, Value.Compare _, Value.And _, Value.Or _, Value.Not _ -> null;
      case Value.Element element -> {
        DType dtype = element.truth() ? null : known.get(element.name());
        yield dtype == DType.BOOL ? null : dtype;
      }
      case Value.Call call -> of(call);
      case Value.Concat concat -> join(concat.parts().stream().map(this::of).toList());
      case Value.Sum sum -> join(sum.terms().stream().map(this::of).toList());
      case Value.Product product -> {
        List<DType> all = new ArrayList<>(product.factors().stream().map(this::of).toList());
        all.add(product.divides().contains(true) ? DType.F32 : null);
        yield join(all);
      }
    };
  }

  private DType of(Value.Call call) {
    List<DType> arguments = new ArrayList<>();
    call.arguments().forEach(argument -> arguments.add(of(argument)));
    return switch (call.function()) {
      case ARGMAX -> DType.I64;
      case STEP, EVEN, ODD -> null;
      case WHERE -> join(arguments.subList(1, 3));
      case RELU, ABS, SIGN, FLOOR, CEIL, ROUND, MIN, MAX, MOD -> join(arguments);
      case SIGMOID, SIG, TANH, EXP, LOG, SQRT, RSQRT, SIN, COS, TAN, ERF, GELU, SOFTPLUS, SILU,
              POW, SOFTMAX, LOGSOFTMAX, LNORM, TOPK, CONCAT -> {
        arguments.add(DType.F32);
        yield join(arguments);
      }
    };
  }

  private static DType join(List<DType> types) {
    DType joined = null;
    for (DType type : types) {
      boolean wider =
          joined == null || type == DType.F64 || type == DType.F32 && joined == DType.I64;
      joined = type != null && wider ? type : joined;
    }
    return joined;
  }
}
