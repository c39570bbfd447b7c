package org.tensorlogic.ir;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import org.tensorlogic.type.TensorType;

/**
 * Joins all elements along some axes, which the result lacks.
 *
 * @param reduction what joins two elements
 * @param axes the reduced axes, ascending
 */
public record Reduce(Reduction reduction, List<Integer> axes) implements Op {

  /** Keeps a sorted copy. */
  public Reduce {
    axes = axes.stream().sorted().toList();
  }

  @Override
  public String function() {
    return "reduce_" + reduction.function();
  }

  @Override
  public String attributes() {
    return axes.toString();
  }

  /** (C1) the dtype is accepted; (C2) axes are inside the rank; (C3) none is named twice. */
  @Override
  public TensorType infer(List<TensorType> operands) {
    Rules.requireArity(function(), operands, 1);
    Rules.requireAccepted(function(), operands, reduction.accepts());
    TensorType operand = operands.getFirst();
    for (int axis : axes) {
      if (axis < 0 || axis >= operand.rank()) {
        throw Rules.shape("axes count from 0",
            "%s (C2): axis %d is outside rank %d of operand 0 %s", function(), axis,
            operand.rank(), operand.shape());
      }
    }
    if (new HashSet<>(axes).size() != axes.size()) {
      throw Rules.shape("name each axis once",
          "%s (C3): axes %s name one axis twice", function(), axes);
    }
    return operand.as(operand.shape().without(axes));
  }

  @Override
  public List<Optional<Node>> pullback(Node self, Node cotangent) {
    Node operand = self.operand(0);
    return switch (reduction) {
      case SUM -> List.of(Optional.of(spread(cotangent, operand)));
      case PROD -> List.of(Optional.of(Ops.mul(spread(cotangent, operand),
          Ops.productOfOthers(operand, axes))));
      case MAX, MIN -> List.of(Optional.of(toExtremes(self, cotangent)));
      case ANY, ALL -> List.of(Optional.empty());
    };
  }

  /** The cotangent in equal parts for all elements that equal the result. */
  private Node toExtremes(Node self, Node cotangent) {
    Node operand = self.operand(0);
    Node hits = Ops.convert(Ops.eq(operand, spread(self, operand)), cotangent.dtype());
    Node count = Ops.reduce(Reduction.SUM, hits, axes);
    return Ops.mul(hits, spread(Ops.div(cotangent, count), operand));
  }

  private Node spread(Node reduced, Node operand) {
    return Ops.insertAxes(reduced, operand.shape(), axes);
  }

  @Override
  public Optional<KernelKey> kernel(List<TensorType> operands) {
    return Optional.of(
        new KernelKey("reduce", reduction.function(), operands.getFirst().dtype()));
  }
}
