package org.tensorlogic.ir;

import java.util.List;
import java.util.Optional;
import org.tensorlogic.error.Code;
import org.tensorlogic.error.Diagnostic;
import org.tensorlogic.error.TypeException;
import org.tensorlogic.type.DType;
import org.tensorlogic.type.TensorType;

/** The second operand where the first, a truth value, is true, else the third. */
public record Select() implements Pointwise {

  @Override
  public String function() {
    return "select";
  }

  /** (C1) operand 0 is bool; (C2) the others share a dtype; (C3) all share a shape. */
  @Override
  public TensorType infer(List<TensorType> operands) {
    Rules.requireArity(function(), operands, 3);
    if (operands.getFirst().dtype() != DType.BOOL) {
      throw new TypeException(Diagnostic.error(Code.TYPE_MISMATCH,
          "select (C1): operand 0 is %s but bool is required", operands.getFirst())
          .hint("compare it with something"));
    }
    Rules.requireAccepted(function(), operands, Accepts.ANY);
    Rules.requireSameDType(function(), operands.subList(1, 3));
    Rules.requireSameShape(function(), operands);
    return operands.get(1);
  }

  @Override
  public List<Optional<Node>> pullback(Node self, Node cotangent) {
    Node condition = self.operand(0);
    Node zero = Ops.scalar(cotangent, 0);
    return List.of(Optional.empty(), Optional.of(Ops.select(condition, cotangent, zero)),
        Optional.of(Ops.select(condition, zero, cotangent)));
  }

  @Override
  public Optional<KernelKey> kernel(List<TensorType> operands) {
    return Optional.of(new KernelKey("pointwise", function(), operands.get(1).dtype()));
  }
}
