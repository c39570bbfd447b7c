package org.tensorlogic.io;

import java.util.List;
import java.util.function.BiFunction;
import org.tensorlogic.ir.Node;
import org.tensorlogic.ir.Ops;
import org.tensorlogic.ir.Reduction;
import org.tensorlogic.type.DType;
import org.tensorlogic.type.Shape;

/**
 * The reductions that the graph JSON has, with their other names. {@code count}, {@code any} and
 * {@code all} ask which elements are not 0 and answer in the dtype of the operand.
 */
enum FormReduction implements FormName {
  SUM(Reduction.SUM),
  MAX(Reduction.MAX, "maximum"),
  MIN(Reduction.MIN, "minimum"),
  MEAN(FormReduction::mean),
  PRODUCT(Reduction.PROD, "prod"),
  COUNT((x, axes) -> Ops.reduce(Reduction.SUM,
      Ops.convert(Ops.convert(x, DType.BOOL), x.dtype()), axes)),
  ANY((x, axes) -> truth(Reduction.ANY, x, axes)),
  ALL((x, axes) -> truth(Reduction.ALL, x, axes));

  private final Reduction function;
  private final BiFunction<Node, List<Integer>, Node> verb;
  private final List<String> aliases;

  FormReduction(Reduction function, String... aliases) {
    this.function = function;
    this.verb = (x, axes) -> Ops.reduce(function, x, axes);
    this.aliases = List.of(aliases);
  }

  FormReduction(BiFunction<Node, List<Integer>, Node> verb) {
    this.function = null;
    this.verb = verb;
    this.aliases = List.of();
  }

  private static Node truth(Reduction reduction, Node x, List<Integer> axes) {
    return Ops.convert(Ops.reduce(reduction, Ops.convert(x, DType.BOOL), axes), x.dtype());
  }

  private static Node mean(Node x, List<Integer> axes) {
    Node sum = Ops.reduce(Reduction.SUM, x, axes);
    if (!axes.stream().allMatch(axis -> x.shape().dim(axis).isStatic())) {
      Node ones = Ops.broadcast(Ops.scalar(x, 1), x.shape(), List.of());
      return Ops.div(sum, Ops.reduce(Reduction.SUM, ones, axes));
    }
    long[] extents = axes.stream().mapToLong(axis -> x.shape().dim(axis).extent()).toArray();
    return Ops.div(sum, Ops.scalar(x, Shape.countOf(extents)));
  }

  @Override
  public List<String> aliases() {
    return aliases;
  }

  /** Reduces along axes; an empty list means all. */
  Node apply(Node x, List<Integer> axes) {
    return verb.apply(x, axes.isEmpty() ? Ops.allAxes(x) : axes);
  }

  /** Returns whether a reduction of the IR is written under this name. */
  boolean writes(Reduction written) {
    return function == written;
  }
}
