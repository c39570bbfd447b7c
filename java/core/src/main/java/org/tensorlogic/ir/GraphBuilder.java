package org.tensorlogic.ir;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.tensorlogic.error.Code;
import org.tensorlogic.error.Diagnostic;
import org.tensorlogic.error.GraphException;
import org.tensorlogic.error.Origin;
import org.tensorlogic.error.Requirement;
import org.tensorlogic.error.TensorLogicException;
import org.tensorlogic.type.DType;
import org.tensorlogic.type.Dim;
import org.tensorlogic.type.Shape;
import org.tensorlogic.type.TensorType;

/**
 * Makes nodes and, at the end, graphs of them. An op on operands that were seen before is the node
 * made then. The verbs are in {@link Ops}; operands of one node come from one builder. Not safe for
 * use by several threads at a time.
 */
public final class GraphBuilder {

  private record Key(Op op, List<Node> operands) {}

  private final Map<Key, Node> interned = new HashMap<>();
  private final Map<String, Node> inputs = new LinkedHashMap<>();
  private Origin place;
  private int count;

  /** Starts without nodes. */
  public GraphBuilder() {}

  /** Sets the place that nodes built from now on come from; null means the calling Java line. */
  public GraphBuilder at(Origin origin) {
    this.place = origin;
    return this;
  }

  /** Returns an input of known extents. */
  public Node input(String name, DType dtype, long... extents) {
    return input(name, TensorType.of(dtype, extents));
  }

  /** Returns an input of a dtype and extents, named or known. */
  public Node input(String name, DType dtype, Dim... dims) {
    return input(name, new TensorType(dtype, new Shape(List.of(dims))));
  }

  /** Returns the input of a name; asking twice with another type is a GraphException. */
  public Node input(String name, TensorType type) {
    Node known = inputs.get(name);
    if (known != null && !known.type().equals(type)) {
      throw new GraphException(Diagnostic.error(Code.GRAPH,
          "input \"%s\" is %s and cannot be %s too", name, known.type(), type)
          .at(origin()).hint("give the second one another name"));
    }
    Node input = add(new Input(name, type));
    inputs.put(name, input);
    return input;
  }

  /** Returns a number of rank 0. */
  public Node constant(DType dtype, double value) {
    return add(new Constant(TensorType.of(dtype), Literal.of(dtype, value)));
  }

  /** Returns a constant of a type with its elements in row-major order. */
  public Node constant(TensorType type, Literal elements) {
    return add(new Constant(type, elements));
  }

  /** Returns 0, 1, ... count - 1 as i64. */
  public Node iota(long count) {
    Requirement.requireArgument(count >= 0 && count < 1L << 28,
        () -> "count to less than 2^28, or make the numbers an input", "iota of %d elements",
        count);
    long[] values = IntStream.range(0, (int) count).asLongStream().toArray();
    return constant(TensorType.of(DType.I64, count), Literal.of(values));
  }

  /** Returns the node of an op on operands, which may be an earlier one. */
  public Node add(Op op, Node... operands) {
    return add(op, List.of(operands));
  }

  /**
   * Returns the node of an op on operands, which may be an earlier one.
   *
   * @throws TensorLogicException with the place when the operands break a constraint of the op
   */
  public Node add(Op op, List<Node> operands) {
    for (Node operand : operands) {
      requireOwn(operand, this::origin, "%s: operand %s", op.function(), operand);
    }
    var key = new Key(op, List.copyOf(operands));
    Node known = interned.get(key);
    return known != null ? known : made(key, null);
  }

  /** Returns the node of an op on operands if there is one already. */
  public Optional<Node> find(Op op, List<Node> operands) {
    return Optional.ofNullable(interned.get(new Key(op, List.copyOf(operands))));
  }

  /**
   * Returns the node of another node's op and place on operands of this builder; an input becomes
   * an input. On operands of the other's types it has the other's type, which is not inferred.
   *
   * @throws TensorLogicException with the place when the operands break a constraint of the op
   */
  public Node copy(Node other, List<Node> operands) {
    at(other.origin());
    if (other.op() instanceof Input(String name, TensorType type)) {
      return input(name, type);
    }
    boolean same = operands.size() == other.operands().size();
    for (int i = 0; same && i < operands.size(); i++) {
      same = operands.get(i).builder() == this
          && operands.get(i).type().equals(other.operand(i).type());
    }
    if (!same) {
      return add(other.op(), operands);
    }
    var key = new Key(other.op(), List.copyOf(operands));
    Node known = interned.get(key);
    return known != null ? known : made(key, other.type());
  }

  /** Makes a node, of a type if that is known. */
  private Node made(Key key, TensorType known) {
    Origin origin = origin();
    TensorType type = known;
    if (type == null) {
      try {
        type = key.op.infer(types(key.operands));
      } catch (TensorLogicException problem) {
        throw problem.at(origin);
      }
    }
    var node = new Node(this, count++, key.op, key.operands, type, origin);
    interned.put(key, node);
    return node;
  }

  /** Returns the types of nodes. */
  static List<TensorType> types(List<Node> nodes) {
    var types = new ArrayList<TensorType>(nodes.size());
    for (Node node : nodes) {
      types.add(node.type());
    }
    return types;
  }

  /** Returns the place that a node built now comes from. */
  Origin origin() {
    return place != null ? place : Origin.ofCaller();
  }

  /** Returns the graph of one output, named {@code result}. */
  public Graph build(Node output) {
    return build(Map.of("result", output));
  }

  /** Returns the graph of these outputs, in the map's order, over all inputs made so far. */
  public Graph build(Map<String, Node> outputs) {
    outputs.forEach((name, node) ->
        requireOwn(node, node::origin, "output \"%s\" = %s", name, node));
    return new Graph(inputs, outputs);
  }

  private void requireOwn(Node node, Supplier<Origin> place, String what, Object... values) {
    Requirement.requireArgument(node.builder() == this,
        () -> "make all nodes of one graph with one GraphBuilder", place,
        what + " belongs to another builder", values);
  }
}
