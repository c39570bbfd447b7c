package org.tensorlogic.plan;

import java.util.List;
import java.util.Map;
import org.tensorlogic.error.Code;
import org.tensorlogic.error.Diagnostic;
import org.tensorlogic.error.ShapeException;
import org.tensorlogic.error.TensorLogicException;
import org.tensorlogic.ir.Graph;
import org.tensorlogic.ir.Input;
import org.tensorlogic.ir.Node;
import org.tensorlogic.type.Layout;

/** The numbers that stand for a graph's named extents. */
public final class NamedExtents {

  private NamedExtents() {}

  /**
   * Returns the numbers that inputs of these layouts give to a graph's named extents.
   *
   * @throws ShapeException when a layout does not fit its input's shape
   */
  public static Map<String, Long> of(Graph graph, List<Layout> inputs) {
    Map<String, Long> known = Map.of();
    int index = 0;
    for (Node input : graph.inputs().values()) {
      known = bind(input, inputs.get(index++), known);
    }
    return known;
  }

  private static Map<String, Long> bind(Node input, Layout layout, Map<String, Long> known) {
    try {
      return input.shape().unify(layout.shape(), known);
    } catch (TensorLogicException problem) {
      String name = input.op() instanceof Input(String label, _) ? label : "";
      throw new ShapeException(Diagnostic.error(Code.SHAPE_MISMATCH, "input \"%s\": %s", name,
          problem.diagnostic().message()).at(input.origin())
          .hint("%s", String.join("; ", problem.diagnostic().hints())), problem);
    }
  }
}
