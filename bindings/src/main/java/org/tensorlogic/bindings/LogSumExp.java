package org.tensorlogic.bindings;

import java.util.ArrayList;
import java.util.List;
import org.tensorlogic.einsum.EinsumSpec;
import org.tensorlogic.ir.Graph;
import org.tensorlogic.ir.GraphBuilder;
import org.tensorlogic.ir.Node;
import org.tensorlogic.ir.Ops;
import org.tensorlogic.ir.Reduction;
import org.tensorlogic.kernel.KernelRequest;
import org.tensorlogic.type.Layout;
import org.tensorlogic.type.TensorType;

/** An einsum of one operand in log-sum-exp, as a fused region over rows of the summed axes. */
final class LogSumExp {

  private LogSumExp() {}

  /** Returns the same request with a region in the einsum's place. */
  static KernelRequest region(KernelRequest request, EinsumSpec spec) {
    List<Integer> term = spec.operands().getFirst();
    var order = new ArrayList<Integer>();
    spec.result().forEach(index -> order.add(term.indexOf(index)));
    spec.summed().forEach(index -> order.add(term.indexOf(index)));
    Layout operand = request.operands().getFirst().permute(order);
    var type = new TensorType(request.resultDType(), operand.shape());
    return FusedRegion.request(body(type, spec.result().size()), request, List.of(operand));
  }

  /** Over the axes from {@code kept} on. */
  private static Graph body(TensorType type, int kept) {
    var body = new GraphBuilder();
    Node x = body.input("operand", type);
    var axes = new ArrayList<Integer>();
    for (int axis = kept; axis < x.rank(); axis++) {
      axes.add(axis);
    }
    Node greatest = Ops.reduce(Reduction.MAX, x, axes);
    // What is subtracted must be finite: of an infinity, 1 of its sign, of NaN, NaN.
    Node nothing = Ops.sub(greatest, greatest);
    Node shift = Ops.select(Ops.eq(nothing, nothing), greatest, Ops.sign(greatest));
    Node terms = Ops.exp(Ops.sub(x, Ops.insertAxes(shift, x.shape(), axes)));
    return body.build(Ops.add(Ops.log(Ops.reduce(Reduction.SUM, terms, axes)), shift));
  }
}
