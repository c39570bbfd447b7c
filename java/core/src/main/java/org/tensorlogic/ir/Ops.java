package org.tensorlogic.ir;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.tensorlogic.einsum.EinsumSpec;
import org.tensorlogic.einsum.Semiring;
import org.tensorlogic.error.ShapeException;
import org.tensorlogic.type.DType;
import org.tensorlogic.type.Dim;
import org.tensorlogic.type.Shape;
import org.tensorlogic.type.TensorType;

/**
 * The verbs that build nodes. Operands of a pointwise verb broadcast as in NumPy: axes are aligned
 * from the right, extents are equal or 1. Dtypes never change by themselves. Every verb throws a
 * {@link org.tensorlogic.error.TensorLogicException} that names operation, operands and place.
 */
public final class Ops {

  private Ops() {}

  /** Applies a function of one element. */
  public static Node unary(Unary function, Node x) {
    return x.builder().add(function, x);
  }

  /** Applies a function of two elements after broadcasting. */
  public static Node binary(Binary function, Node a, Node b) {
    Shape shape = broadcastShape(function.function(), a, b);
    return a.builder().add(function, broadcastTo(a, shape), broadcastTo(b, shape));
  }

  /** Returns {@code a} where the condition is true, else {@code b}, after broadcasting. */
  public static Node select(Node condition, Node a, Node b) {
    Shape shape = broadcastShape("select", condition, a, b);
    return a.builder().add(new Select(), broadcastTo(condition, shape), broadcastTo(a, shape),
        broadcastTo(b, shape));
  }

  /** Applies {@link Unary#NEG}. */
  public static Node neg(Node x) {
    return unary(Unary.NEG, x);
  }

  /** Applies {@link Unary#ABS}. */
  public static Node abs(Node x) {
    return unary(Unary.ABS, x);
  }

  /** Applies {@link Unary#SIGN}. */
  public static Node sign(Node x) {
    return unary(Unary.SIGN, x);
  }

  /** Applies {@link Unary#STEP}. */
  public static Node step(Node x) {
    return unary(Unary.STEP, x);
  }

  /** Applies {@link Unary#RELU}. */
  public static Node relu(Node x) {
    return unary(Unary.RELU, x);
  }

  /** Applies {@link Unary#SQUARE}. */
  public static Node square(Node x) {
    return unary(Unary.SQUARE, x);
  }

  /** Applies {@link Unary#SQRT}. */
  public static Node sqrt(Node x) {
    return unary(Unary.SQRT, x);
  }

  /** Applies {@link Unary#RSQRT}. */
  public static Node rsqrt(Node x) {
    return unary(Unary.RSQRT, x);
  }

  /** Applies {@link Unary#EXP}. */
  public static Node exp(Node x) {
    return unary(Unary.EXP, x);
  }

  /** Applies {@link Unary#LOG}. */
  public static Node log(Node x) {
    return unary(Unary.LOG, x);
  }

  /** Applies {@link Unary#SIN}. */
  public static Node sin(Node x) {
    return unary(Unary.SIN, x);
  }

  /** Applies {@link Unary#COS}. */
  public static Node cos(Node x) {
    return unary(Unary.COS, x);
  }

  /** Applies {@link Unary#TAN}. */
  public static Node tan(Node x) {
    return unary(Unary.TAN, x);
  }

  /** Applies {@link Unary#TANH}. */
  public static Node tanh(Node x) {
    return unary(Unary.TANH, x);
  }

  /** Applies {@link Unary#SIGMOID}. */
  public static Node sigmoid(Node x) {
    return unary(Unary.SIGMOID, x);
  }

  /** Applies {@link Unary#ERF}. */
  public static Node erf(Node x) {
    return unary(Unary.ERF, x);
  }

  /** Applies {@link Unary#GELU}. */
  public static Node gelu(Node x) {
    return unary(Unary.GELU, x);
  }

  /** Applies {@link Unary#SOFTPLUS}. */
  public static Node softplus(Node x) {
    return unary(Unary.SOFTPLUS, x);
  }

  /** Applies {@link Unary#SILU}. */
  public static Node silu(Node x) {
    return unary(Unary.SILU, x);
  }

  /** Applies {@link Unary#FLOOR}. */
  public static Node floor(Node x) {
    return unary(Unary.FLOOR, x);
  }

  /** Applies {@link Unary#CEIL}. */
  public static Node ceil(Node x) {
    return unary(Unary.CEIL, x);
  }

  /** Applies {@link Unary#ROUND}. */
  public static Node round(Node x) {
    return unary(Unary.ROUND, x);
  }

  /** Applies {@link Unary#NOT}. */
  public static Node not(Node x) {
    return unary(Unary.NOT, x);
  }

  /** Applies {@link Binary#ADD}. */
  public static Node add(Node a, Node b) {
    return binary(Binary.ADD, a, b);
  }

  /** Applies {@link Binary#SUB}. */
  public static Node sub(Node a, Node b) {
    return binary(Binary.SUB, a, b);
  }

  /** Applies {@link Binary#MUL}. */
  public static Node mul(Node a, Node b) {
    return binary(Binary.MUL, a, b);
  }

  /** Applies {@link Binary#DIV}. */
  public static Node div(Node a, Node b) {
    return binary(Binary.DIV, a, b);
  }

  /** Applies {@link Binary#POW}. */
  public static Node pow(Node a, Node b) {
    return binary(Binary.POW, a, b);
  }

  /** Applies {@link Binary#MIN}. */
  public static Node min(Node a, Node b) {
    return binary(Binary.MIN, a, b);
  }

  /** Applies {@link Binary#MAX}. */
  public static Node max(Node a, Node b) {
    return binary(Binary.MAX, a, b);
  }

  /** Applies {@link Binary#EQ}. */
  public static Node eq(Node a, Node b) {
    return binary(Binary.EQ, a, b);
  }

  /** Applies {@link Binary#GT}. */
  public static Node gt(Node a, Node b) {
    return binary(Binary.GT, a, b);
  }

  /** Applies {@link Binary#AND}. */
  public static Node and(Node a, Node b) {
    return binary(Binary.AND, a, b);
  }

  /** Applies {@link Binary#OR}. */
  public static Node or(Node a, Node b) {
    return binary(Binary.OR, a, b);
  }

  /** Returns the same numbers in another dtype; the node itself where it has that dtype. */
  public static Node convert(Node x, DType dtype) {
    return x.dtype() == dtype ? x : x.builder().add(new Convert(dtype), x);
  }

  /** Reads and applies an einsum spec of NumPy's grammar over sum and product. */
  public static Node einsum(String spec, Node... operands) {
    return einsum(EinsumSpec.parse(spec), Semiring.SUM_PRODUCT, List.of(operands));
  }

  /** Applies an einsum spec over a semiring; an ellipsis is expanded by the operands' ranks. */
  public static Node einsum(EinsumSpec spec, Semiring semiring, List<Node> operands) {
    var binding = spec.hasEllipsis()
        ? spec.bind(operands.stream().map(Node::shape).toList()).spec() : spec;
    return operands.getFirst().builder().add(new Einsum(binding, semiring), operands);
  }

  /** Returns the matrix product of two operands of rank 2. */
  public static Node matmul(Node a, Node b) {
    return einsum("ij,jk->ik", a, b);
  }

  /** Joins the elements along axes, which may count from the end; no axis changes nothing. */
  public static Node reduce(Reduction reduction, Node x, List<Integer> axes) {
    var counted = axes.stream().map(axis -> counted(reduction, x, axis)).toList();
    return axes.isEmpty() ? x : x.builder().add(new Reduce(reduction, counted), x);
  }

  private static int counted(Reduction reduction, Node x, int axis) {
    try {
      return Rules.axis("reduce_" + reduction.function(), axis, x.type());
    } catch (ShapeException outside) {
      throw outside.at(x.builder().origin());
    }
  }

  /** Returns the sum along axes, or along all where none is named. */
  public static Node sum(Node x, int... axes) {
    return reduce(Reduction.SUM, x, axes.length == 0 ? allAxes(x)
        : Arrays.stream(axes).boxed().toList());
  }

  /** Returns all axes of a node, ascending. */
  public static List<Integer> allAxes(Node x) {
    return axes(0, x.rank());
  }

  private static List<Integer> axes(int first, int count) {
    var axes = new Integer[count];
    for (int i = 0; i < count; i++) {
      axes[i] = first + i;
    }
    return List.of(axes);
  }

  /** Returns the axes in another order: result axis i is axis {@code order[i]}. */
  public static Node permute(Node x, List<Integer> order) {
    return order.equals(allAxes(x)) ? x : x.builder().add(new Movement.Permute(order), x);
  }

  /** Returns the elements in row-major order with other extents. */
  public static Node reshape(Node x, Shape target) {
    return x.shape().equals(target) ? x : x.builder().add(new Movement.Reshape(target), x);
  }

  /** Returns count elements from start on in steps along an axis; the step may be negative. */
  public static Node slice(Node x, int axis, long start, long count, long step) {
    boolean whole = axis < x.rank() && start == 0 && step == 1
        && x.shape().dim(axis).equals(Dim.of(count));
    return whole ? x : x.builder().add(new Movement.Slice(axis, start, count, step), x);
  }

  /** Returns the slice at one place of an axis, which the result lacks. */
  public static Node at(Node x, int axis, long index) {
    Node slice = slice(x, axis, index, 1, 1);
    return reshape(slice, slice.shape().without(List.of(axis)));
  }

  /** Returns the elements of an axis in the opposite order. */
  public static Node reverse(Node x, int axis) {
    long extent = x.shape().dim(axis).extent();
    return extent < 2 ? x : slice(x, axis, extent - 1, extent, -1);
  }

  /** Puts a value before, after and between the elements of an axis. */
  public static Node pad(Node x, int axis, long before, long after, long between, double value) {
    boolean nothing = before == 0 && after == 0
        && (between == 0 || x.shape().dim(axis).extent() < 2);
    return nothing ? x
        : x.builder().add(new Movement.Pad(axis, before, after, between, value), x);
  }

  /** Puts operand axis i at place {@code axes[i]} of the target and repeats along the others. */
  public static Node broadcast(Node x, Shape target, List<Integer> axes) {
    return x.shape().equals(target) && axes.equals(allAxes(x)) ? x
        : x.builder().add(new Movement.Broadcast(target, axes), x);
  }

  /** Repeats a node to a shape by NumPy's rule: axes are aligned from the right. */
  public static Node broadcastTo(Node x, Shape target) {
    return broadcast(x, target, axes(target.rank() - x.rank(), x.rank()));
  }

  /** Gives a node axes at these places of the target shape, repeating along them. */
  public static Node insertAxes(Node x, Shape target, List<Integer> axes) {
    return broadcast(x, target, IntStream.range(0, target.rank()).boxed()
        .filter(axis -> !axes.contains(axis)).toList());
  }

  /** Joins operands along an axis. */
  public static Node concat(int axis, List<Node> operands) {
    return operands.size() == 1 ? operands.getFirst()
        : operands.getFirst().builder().add(new Movement.Concat(axis), operands);
  }

  /** Returns the elements along an axis that i64 indices name; outside the extent it gives 0. */
  public static Node gather(Node data, int axis, Node indices) {
    return data.builder().add(new Movement.Gather(axis), data, indices);
  }

  /** Returns a number of rank 0 in the dtype of another node. */
  public static Node scalar(Node like, double value) {
    return like.builder().constant(like.dtype(), value);
  }

  /** Returns the identity matrix in the dtype of another node. */
  public static Node identity(Node like, long extent) {
    Node row = like.builder().iota(extent);
    Node column = broadcast(row, Shape.of(extent, extent), List.of(0));
    return convert(eq(column, row), like.dtype());
  }

  /** The derivative of gelu: the normal distribution plus x times its density. */
  static Node geluSlope(Node x) {
    Node half = scalar(x, 0.5);
    Node distribution = mul(half, add(scalar(x, 1), erf(mul(x, scalar(x, Math.sqrt(0.5))))));
    Node density = mul(scalar(x, 1 / Math.sqrt(2 * Math.PI)), exp(neg(mul(half, square(x)))));
    return add(distribution, mul(x, density));
  }

  /** For each element the product of all others along axes, right where some are 0. */
  static Node productOfOthers(Node x, List<Integer> axes) {
    var kept = allAxes(x).stream().filter(axis -> !axes.contains(axis)).toList();
    var order = new ArrayList<>(kept);
    order.addAll(axes);
    Node last = permute(x, order);
    long extent = Shape.countOf(axes.stream().mapToLong(a -> x.shape().dim(a).extent()).toArray());
    var dims = new ArrayList<>(last.shape().dims().subList(0, kept.size()));
    dims.add(Dim.of(extent));
    Node rows = reshape(last, new Shape(dims));
    dims.add(Dim.of(extent));
    int rank = dims.size();
    Node square = broadcast(rows, new Shape(dims), withoutAxis(rank, rank - 2));
    Node diagonal = convert(identity(x, extent), DType.BOOL);
    Node others = reduce(Reduction.PROD, select(diagonal, scalar(x, 1), square),
        List.of(rank - 1));
    var inverse = IntStream.range(0, order.size()).boxed().map(order::indexOf).toList();
    return permute(reshape(others, last.shape()), inverse);
  }

  private static List<Integer> withoutAxis(int rank, int axis) {
    return IntStream.range(0, rank).boxed().filter(other -> other != axis).toList();
  }

  /** Adds a gather's cotangent to the places that it was read from, by a one-hot product. */
  static Node scatterByEinsum(Node data, Node indices, int axis, Node cotangent) {
    long extent = data.shape().dim(axis).extent();
    var dims = new ArrayList<>(indices.shape().dims());
    dims.add(Dim.of(extent));
    Node spread = broadcast(indices, new Shape(dims),
        IntStream.range(0, indices.rank()).boxed().toList());
    Node hot = convert(eq(spread, data.builder().iota(extent)), cotangent.dtype());
    var left = IntStream.range(0, axis).boxed().toList();
    var middle = IntStream.range(axis, axis + indices.rank()).boxed().toList();
    var right = IntStream.range(axis + indices.rank(), cotangent.rank()).boxed().toList();
    var place = new ArrayList<>(middle);
    place.add(cotangent.rank());
    var result = new ArrayList<>(left);
    result.add(cotangent.rank());
    result.addAll(right);
    return einsum(new EinsumSpec(List.of(allAxes(cotangent), place), result),
        Semiring.SUM_PRODUCT, List.of(cotangent, hot));
  }

  static Shape with(Shape shape, int axis, Dim dim) {
    var dims = new ArrayList<>(shape.dims());
    dims.set(axis, dim);
    return new Shape(dims);
  }

  private static Shape broadcastShape(String op, Node... operands) {
    int rank = Arrays.stream(operands).mapToInt(Node::rank).max().orElse(0);
    var dims = new Dim[rank];
    Arrays.fill(dims, Dim.of(1));
    for (Node operand : operands) {
      for (int axis = 0; axis < operand.rank(); axis++) {
        int place = axis + rank - operand.rank();
        Dim dim = operand.shape().dim(axis);
        if (dims[place].equals(Dim.of(1))) {
          dims[place] = dim;
        } else if (!dim.equals(Dim.of(1)) && !dim.equals(dims[place])) {
          String shapes = Arrays.stream(operands).map(Node::type).map(TensorType::toString)
              .reduce((a, b) -> a + " and " + b).orElse("");
          throw Rules.shape("make the extents equal or one of them 1; axes align from the right",
              "%s (C3): operands %s do not broadcast: %s meets %s", op, shapes, dims[place], dim)
              .at(operand.builder().origin());
        }
      }
    }
    return new Shape(List.of(dims));
  }
}
