package org.tensorlogic.io;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.tensorlogic.einsum.EinsumSpec;
import org.tensorlogic.einsum.Semiring;
import org.tensorlogic.error.Code;
import org.tensorlogic.error.Diagnostic;
import org.tensorlogic.error.GraphException;
import org.tensorlogic.ir.Binary;
import org.tensorlogic.ir.Blocked;
import org.tensorlogic.ir.Constant;
import org.tensorlogic.ir.Convert;
import org.tensorlogic.ir.Einsum;
import org.tensorlogic.ir.Fused;
import org.tensorlogic.ir.Input;
import org.tensorlogic.ir.Loop;
import org.tensorlogic.ir.Movement;
import org.tensorlogic.ir.Node;
import org.tensorlogic.ir.Reduce;
import org.tensorlogic.ir.Reduction;
import org.tensorlogic.ir.Select;
import org.tensorlogic.ir.Unary;
import org.tensorlogic.type.DType;
import org.tensorlogic.type.Dim;
import org.tensorlogic.type.Shape;

/**
 * Says for each node what it is in the graph JSON. Truth values have no dtype there: comparisons,
 * any and all are recognised together with the conversion to numbers around them.
 */
final class FormShapes {

  /** Letters that einsum specs of the form have. */
  private static final int LETTERS = 52;

  private final DType dtype;

  /** Starts for graphs that are computed in one dtype, f32 or f64. */
  FormShapes(DType dtype) {
    this.dtype = dtype;
  }

  /** Returns what a node is; throws a GraphException where the form does not have it. */
  FormShape of(Node node) {
    if (node.dtype() != dtype) {
      throw refused(node, "its dtype is " + node.dtype() + " but the form computes in " + dtype,
          "convert truth values and integers where they come in");
    }
    return switch (node.op()) {
      case Input _ -> new FormShape.Source();
      case Constant constant when node.rank() == 0 ->
          new FormShape.Number(constant.elements().real(0));
      case Constant _ -> throw refused(node, "constants are single numbers", "make it an input");
      case Einsum einsum -> ofEinsum(node, einsum);
      case Unary function -> written("ElemUnary", name(node, FormUnary.values(),
          form -> form.writes(function)), node.operands());
      case Binary function -> ofBinary(node, function, node);
      case Select _ -> throw refused(node, "it has no select",
          "multiply by the truth value instead, converted to numbers");
      case Reduce reduce -> ofReduce(node, reduce);
      case Convert _ -> ofConvert(node);
      case Movement.Permute permute -> new FormShape.Written(
          einsum(new EinsumSpec(List.of(axes(node.rank())), permute.order())), node.operands());
      case Movement _ -> throw refused(node, "it moves elements by permutation only",
          "repeat by an operand of a binary function");
      case Loop _ -> throw refused(node, "it has no loops", "write the body of the loop alone");
      case Blocked _ -> throw refused(node, "it has no blocked regions",
          "write the graph as built");
      case Fused _ -> throw refused(node, "it has no fused regions", "write the graph as built");
    };
  }

  private FormShape ofEinsum(Node node, Einsum einsum) {
    if (einsum.semiring() != Semiring.SUM_PRODUCT) {
      throw refused(node, "its einsum is over sum and product only",
          "write the other semirings as a binary function and a reduction");
    }
    if (einsum.spec().indices().stream().anyMatch(index -> index >= LETTERS)) {
      throw refused(node, "its einsum has " + LETTERS + " letters", "split the einsum");
    }
    return new FormShape.Written(einsum(einsum.spec()), node.operands());
  }

  /** Returns the op of an einsum. */
  static ObjectNode einsum(EinsumSpec spec) {
    ObjectNode op = JsonNodeFactory.instance.objectNode();
    op.putObject("Einsum").put("spec", spec.toString());
    return op;
  }

  private FormShape ofBinary(Node node, Binary function, Node place) {
    String name = name(place, FormBinary.values(), form -> form.writes(function));
    Node left = beforeBroadcast(node.operand(0));
    Node right = beforeBroadcast(node.operand(1));
    boolean reads = broadcast(left.shape(), right.shape()).equals(Optional.of(node.shape()));
    return written("ElemBinary", name, reads ? List.of(left, right) : node.operands());
  }

  /** The operand of a broadcast that aligns axes from the right, else the node itself. */
  private static Node beforeBroadcast(Node node) {
    if (node.op() instanceof Movement.Broadcast(Shape target, List<Integer> axes)) {
      int offset = target.rank() - axes.size();
      boolean aligned = IntStream.range(0, axes.size())
          .allMatch(axis -> axes.get(axis) == axis + offset);
      return aligned ? node.operand(0) : node;
    }
    return node;
  }

  /** The shape that a reader broadcasts two operands to. */
  private static Optional<Shape> broadcast(Shape a, Shape b) {
    int rank = Math.max(a.rank(), b.rank());
    var dims = new Dim[rank];
    for (int axis = 0; axis < rank; axis++) {
      Dim left = axis < rank - a.rank() ? Dim.of(1) : a.dim(axis - rank + a.rank());
      Dim right = axis < rank - b.rank() ? Dim.of(1) : b.dim(axis - rank + b.rank());
      if (!left.equals(right) && !left.equals(Dim.of(1)) && !right.equals(Dim.of(1))) {
        return Optional.empty();
      }
      dims[axis] = left.equals(Dim.of(1)) ? right : left;
    }
    return Optional.of(new Shape(Arrays.asList(dims)));
  }

  private FormShape ofReduce(Node node, Reduce reduce) {
    Optional<Node> counted = truthOf(node.operand(0)).filter(
        truth -> reduce.reduction() == Reduction.SUM);
    if (counted.isPresent()) {
      return reduced(node, FormReduction.COUNT.text(), reduce, counted.get());
    }
    String name = name(node, FormReduction.values(), form -> form.writes(reduce.reduction()));
    return reduced(node, name, reduce, node.operand(0));
  }

  private FormShape reduced(Node node, String name, Reduce reduce, Node operand) {
    if (reduce.axes().isEmpty()) {
      throw refused(node, "no axis means all axes there", "leave the reduction out");
    }
    FormShape.Written shape = written("Reduce", name, List.of(operand));
    ArrayNode axes = ((ObjectNode) shape.op().get("Reduce")).putArray("axes");
    reduce.axes().forEach(axes::add);
    return shape;
  }

  /** The node whose elements a node tells to be 0 or not: it is converted to bool and back. */
  private Optional<Node> truthOf(Node node) {
    return node.op() instanceof Convert ? asTruth(node.operand(0)) : Optional.empty();
  }

  private Optional<Node> asTruth(Node node) {
    boolean isTruth = node.op() instanceof Convert(DType target) && target == DType.BOOL
        && node.operand(0).dtype() == dtype;
    return isTruth ? Optional.of(node.operand(0)) : Optional.empty();
  }

  private FormShape ofConvert(Node node) {
    Node inner = node.operand(0);
    if (inner.op() instanceof Input) {
      return new FormShape.Same(inner);
    }
    if (inner.op() instanceof Binary comparison && comparison.isComparison()
        && inner.operand(0).dtype() == dtype) {
      return ofBinary(inner, comparison, node);
    }
    if (inner.op() instanceof Reduce reduce && asTruth(inner.operand(0)).isPresent()) {
      String name = switch (reduce.reduction()) {
        case ANY -> FormReduction.ANY.text();
        case ALL -> FormReduction.ALL.text();
        case SUM, PROD, MAX, MIN -> throw refused(node, "only any and all take truth values",
            "convert the truth values to numbers before the reduction");
      };
      return reduced(node, name, reduce, asTruth(inner.operand(0)).orElseThrow());
    }
    throw refused(node, "it converts comparisons, any, all and inputs only",
        "give the converted tensor as an input");
  }

  private static FormShape.Written written(String kind, String name, List<Node> operands) {
    ObjectNode op = JsonNodeFactory.instance.objectNode();
    op.putObject(kind).put("op", name);
    return new FormShape.Written(op, operands);
  }

  private static <T extends FormName> String name(Node node, T[] constants,
      java.util.function.Predicate<T> writes) {
    return Arrays.stream(constants).filter(writes).findFirst().map(FormName::text)
        .orElseThrow(() -> refused(node, "it has " + FormName.list(constants),
            "write it by these, or keep the graph in Java"));
  }

  private static List<Integer> axes(int count) {
    return IntStream.range(0, count).boxed().toList();
  }

  private static GraphException refused(Node node, String reason, String hint) {
    return new GraphException(Diagnostic.error(Code.GRAPH,
        "graph JSON cannot express %s: %s", node, reason).at(node.origin()).hint("%s", hint));
  }
}
