package org.tensorlogic.plan;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.tensorlogic.ir.Einsum;
import org.tensorlogic.ir.Fused;
import org.tensorlogic.ir.Graph;
import org.tensorlogic.ir.Movement;
import org.tensorlogic.ir.Node;
import org.tensorlogic.kernel.KernelRequest;

/**
 * Makes one step of a contraction and of a step over the elements of its result, where nobody else
 * reads that and the provider has a kernel for both: then they are still in the caches.
 */
final class Epilogues {

  private final KernelRegistry registry;
  private final Map<Node, Integer> readers = new HashMap<>();

  Epilogues(KernelRegistry registry, Graph graph) {
    this.registry = registry;
    for (Node node : graph.nodes()) {
      if (!(node.op() instanceof Fused fused && fused.result() > 0)) { // one step with result 0
        node.operands().forEach(operand -> readers.merge(operand, 1, Integer::sum));
      }
    }
    graph.outputs().values().forEach(output -> readers.merge(output, 1, Integer::sum));
  }

  /**
   * Returns the step in the place of the last one, which made one of the operands.
   *
   * @param node what is computed element by element
   * @param request for its kernel
   * @param results what it writes, values of one layout
   */
  Optional<Step> joined(Step last, Node node, KernelRequest request, List<Value> operands,
      List<Value> results, double flops) {
    Value result = results.getFirst();
    if (!(last instanceof Step.Run product) || !(product.node().op() instanceof Einsum)
        || !product.result().layout().isContiguous()
        || product.result().layout().count() != result.layout().count()) {
      return Optional.empty();
    }
    int[] places = IntStream.range(0, operands.size())
        .filter(i -> operands.get(i).slot() == product.result().slot()).toArray();
    if (places.length != 1 || !operands.get(places[0]).layout().equals(result.layout())
        || !isRead(product.node(), node.operand(places[0]))) {
      return Optional.empty();
    }
    var taken = new ArrayList<>(product.operands());
    taken.addAll(operands);
    taken.remove(product.operands().size() + places[0]);
    return registry.withEpilogue(product, request, places[0])
        .map(kernel -> new Step.Run(node, kernel, product.provider(), product.reasons(), taken,
            results, product.flops() + flops));
  }

  /** Whether a node is read once, as a value made of it by movements that is read once itself. */
  private boolean isRead(Node node, Node value) {
    Node at = value;
    while (at != node && at.op() instanceof Movement && readers.getOrDefault(at, 0) == 1) {
      at = at.operand(0);
    }
    return at == node && readers.getOrDefault(at, 0) == 1;
  }
}
