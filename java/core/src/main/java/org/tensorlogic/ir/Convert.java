package org.tensorlogic.ir;

import java.util.List;
import java.util.Optional;
import org.tensorlogic.type.DType;
import org.tensorlogic.type.TensorType;

/**
 * The same numbers in another dtype: reals round to the nearest, to i64 they are cut towards zero
 * and saturate (NaN becomes 0), to bool everything but 0 is true.
 *
 * @param target the dtype of the result
 */
public record Convert(DType target) implements Op {

  @Override
  public String function() {
    return "convert";
  }

  @Override
  public String attributes() {
    return target.text();
  }

  /** (C1) both dtypes compute. */
  @Override
  public TensorType infer(List<TensorType> operands) {
    Rules.requireArity(function(), operands, 1);
    TensorType result = operands.getFirst().as(target);
    Rules.requireAccepted(function(), List.of(operands.getFirst(), result), Accepts.ANY);
    return result;
  }

  @Override
  public List<Optional<Node>> pullback(Node self, Node cotangent) {
    DType source = self.operand(0).dtype();
    boolean flows = source.isFloating() && target.isFloating();
    return List.of(flows ? Optional.of(Ops.convert(cotangent, source)) : Optional.empty());
  }

  @Override
  public Optional<KernelKey> kernel(List<TensorType> operands) {
    DType source = operands.getFirst().dtype();
    return Optional.of(new KernelKey("convert", source.text(), target));
  }
}
