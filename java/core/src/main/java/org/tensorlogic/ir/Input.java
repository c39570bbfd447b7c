package org.tensorlogic.ir;

import java.util.List;
import java.util.Optional;
import org.tensorlogic.type.TensorType;

/**
 * A value that comes from outside when the graph runs.
 *
 * @param label its name, unique in the graph
 * @param type its type, possibly with symbolic extents
 */
public record Input(String label, TensorType type) implements Op {

  @Override
  public String function() {
    return "input";
  }

  @Override
  public String attributes() {
    return label;
  }

  @Override
  public TensorType infer(List<TensorType> operands) {
    return type;
  }

  @Override
  public List<Optional<Node>> pullback(Node self, Node cotangent) {
    return List.of();
  }

  @Override
  public Optional<KernelKey> kernel(List<TensorType> operands) {
    return Optional.empty();
  }
}
