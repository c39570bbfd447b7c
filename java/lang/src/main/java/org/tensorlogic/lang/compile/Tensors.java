package org.tensorlogic.lang.compile;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.tensorlogic.ir.GraphBuilder;
import org.tensorlogic.ir.Node;
import org.tensorlogic.ir.Ops;
import org.tensorlogic.lang.check.Definition;
import org.tensorlogic.lang.syntax.Projection;
import org.tensorlogic.type.DType;
import org.tensorlogic.type.Shape;

/** The tensors that names stand for while one graph is built, and how equations add to them. */
final class Tensors {
  private final GraphBuilder builder;
  private final Map<String, Definition> definitions;
  private final Map<String, Node> finished = new LinkedHashMap<>();

  Tensors(GraphBuilder builder, Map<String, Definition> definitions) {
    this.builder = builder;
    this.definitions = definitions;
  }

  void finish(String name, Node node) {
    finished.put(name, node);
  }

  /** The value of a name: computed, from outside, or 0 where nothing defines it. */
  Node of(String name) {
    Node known = finished.get(name);
    return known != null ? known : base(name).orElseGet(() -> filled(name, 0));
  }

  /** What facts, a file or a parameter give to a name, as an input of the graph. */
  Optional<Node> base(String name) {
    return isGiven(definitions.get(name)) ? Optional.of(input(name)) : Optional.empty();
  }

  /** Returns the input of a name. */
  Node input(String name) {
    Definition definition = definitions.get(name);
    long[] extents = extents(definition);
    builder.at(definition.origin());
    return builder.input(name, NumberTypes.computing(definition.dtype()), extents);
  }

  static boolean isGiven(Definition definition) {
    return !definition.facts().isEmpty()
        || definition.file().isPresent()
        || definition.parameter().isPresent();
  }

  private static long[] extents(Definition definition) {
    return definition.extents().stream().mapToLong(Long::longValue).toArray();
  }

  /** A tensor of the name's type with one value everywhere. */
  Node filled(String name, double value) {
    Definition definition = definitions.get(name);
    DType dtype = NumberTypes.computing(definition.dtype());
    return Ops.broadcastTo(
        builder.constant(dtype, value), Shape.of(extents(definition)));
  }

  /**
   * What equations of one name give together, in the name's dtype.
   *
   * @param start what the name has without them
   */
  Node joined(
      String name, Optional<Node> start, List<EquationCompiler> equations, Projection projection) {
    Node total = null;
    Node count = null;
    for (EquationCompiler equation : equations) {
      EquationCompiler.Contribution next = equation.contribution();
      Optional<Node> nextCount = next.count();
      total = total == null ? next.total() : joinedWider(projection, total, next.total());
      if (nextCount.isPresent()) {
        count = count == null ? nextCount.get() : joinedWider(projection, count, nextCount.get());
      }
    }
    if (total == null) {
      return start.orElseGet(() -> filled(name, Identity.of(projection)));
    }
    DType dtype = NumberTypes.computing(definitions.get(name).dtype());
    if (count != null) {
      return mean(start, total, count, dtype);
    }
    if (dtype == DType.BOOL && total.dtype() != DType.BOOL) {
      total = Ops.gt(total, Ops.scalar(total, 0));
    }
    Node own = Ops.convert(total, dtype);
    if (start.isEmpty()) {
      return own;
    }
    Node given = start.get();
    if (dtype == DType.BOOL) {
      return projection == Projection.ALL ? Ops.and(given, own) : Ops.or(given, own);
    }
    return projection.isBoolean()
        ? Ops.max(given, own)
        : Identity.join(projection, given, own);
  }

  private static Node joinedWider(Projection projection, Node a, Node b) {
    DType dtype =
        a.dtype() == DType.BOOL ? DType.BOOL : NumberTypes.wider(a.dtype(), b.dtype());
    return Identity.join(projection, Ops.convert(a, dtype), Ops.convert(b, dtype));
  }

  /** The mean of all contributions, 0 where there is none; what was given counts as one. */
  private static Node mean(Optional<Node> start, Node sum, Node count, DType dtype) {
    Node total = sum;
    Node number = Ops.convert(count, sum.dtype());
    if (start.isPresent()) {
      total = Ops.add(total, Ops.convert(start.get(), total.dtype()));
      number = Ops.add(number, Ops.scalar(number, 1));
    }
    return Ops.convert(Ops.div(total, Ops.max(number, Ops.scalar(number, 1))), dtype);
  }

  GraphBuilder builder() {
    return builder;
  }
}
