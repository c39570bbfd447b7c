package org.tensorlogic.lang.compile;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.tensorlogic.einsum.EinsumSpec;
import org.tensorlogic.einsum.Semiring;
import org.tensorlogic.ir.Node;
import org.tensorlogic.ir.Ops;
import org.tensorlogic.type.DType;
import org.tensorlogic.type.Shape;

/**
 * A node whose axes run with indices of a statement.
 *
 * @param node the value
 * @param variables for each axis its index, all different
 */
record Indexed(Node node, List<Integer> variables) {

  Indexed {
    variables = List.copyOf(variables);
  }

  /** A value of an index each axis, of which some may be the same: those read the diagonal. */
  static Indexed of(Node node, List<Integer> labels) {
    List<Integer> distinct = labels.stream().distinct().toList();
    if (distinct.size() == labels.size()) {
      return new Indexed(node, labels);
    }
    Semiring semiring = node.dtype() == DType.BOOL ? Semiring.OR_AND : Semiring.SUM_PRODUCT;
    EinsumSpec spec = new EinsumSpec(List.of(labels), distinct);
    return new Indexed(Ops.einsum(spec, semiring, List.of(node)), distinct);
  }

  Indexed with(Node other) {
    return new Indexed(other, variables);
  }

  /** The node with an axis for each of the variables, in their order; new axes repeat. */
  Node spread(List<Integer> order, long[] extents) {
    List<Integer> own = order.stream().filter(variables::contains).toList();
    Node sorted = Ops.permute(node, own.stream().map(variables::indexOf).toList());
    Shape target = Shape.of(order.stream().mapToLong(v -> extents[v]).toArray());
    return Ops.broadcast(sorted, target, own.stream().map(order::indexOf).toList());
  }

  /** All variables of some values, in rising order. */
  static List<Integer> union(Collection<Indexed> values) {
    TreeSet<Integer> all = new TreeSet<>();
    values.forEach(value -> all.addAll(value.variables));
    return new ArrayList<>(all);
  }

  /** Joins values and sums over the variables that are not kept, as the semiring says. */
  static Indexed join(Semiring semiring, List<Indexed> values, Collection<Integer> keep) {
    List<Integer> kept = union(values).stream().filter(keep::contains).toList();
    if (values.size() == 1 && kept.size() == values.getFirst().variables.size()) {
      return values.getFirst();
    }
    EinsumSpec spec = new EinsumSpec(values.stream().map(Indexed::variables).toList(), kept);
    List<Node> nodes = values.stream().map(Indexed::node).toList();
    return new Indexed(Ops.einsum(spec, semiring, nodes), kept);
  }

  /** The axes of the variables that are not kept. */
  List<Integer> axesOutside(Collection<Integer> keep) {
    return IntStream.range(0, variables.size())
        .filter(axis -> !keep.contains(variables.get(axis)))
        .boxed()
        .toList();
  }
}
