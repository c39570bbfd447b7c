package org.tensorlogic.ir;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.tensorlogic.type.DType;
import org.tensorlogic.type.Dim;
import org.tensorlogic.type.Shape;
import org.tensorlogic.type.TensorType;

/** Operations that only place elements; the values do not change. */
public sealed interface Movement extends Op {

  @Override
  default Optional<KernelKey> kernel(List<TensorType> operands) {
    return Optional.of(new KernelKey("movement", "copy", operands.getFirst().dtype()));
  }

  /** Result axis i is operand axis {@code order[i]}. */
  record Permute(List<Integer> order) implements Movement {
    @Override
    public String function() {
      return "permute";
    }

    @Override
    public String attributes() {
      return order.toString();
    }

    /** (C1) order names every axis once. */
    @Override
    public TensorType infer(List<TensorType> operands) {
      TensorType operand = operands.getFirst();
      var sorted = order.stream().sorted().toList();
      if (!sorted.equals(IntStream.range(0, operand.rank()).boxed().toList())) {
        throw Rules.shape("list 0 to rank - 1 in the order wanted",
            "permute (C1): order %s does not name each axis of operand 0 %s once",
            order, operand.shape());
      }
      return operand.as(new Shape(order.stream().map(operand.shape()::dim).toList()));
    }

    @Override
    public List<Optional<Node>> pullback(Node self, Node cotangent) {
      var inverse = IntStream.range(0, order.size()).boxed().map(order::indexOf).toList();
      return List.of(Optional.of(Ops.permute(cotangent, inverse)));
    }
  }

  /** The same elements in row-major order with other extents. */
  record Reshape(Shape target) implements Movement {
    @Override
    public String function() {
      return "reshape";
    }

    @Override
    public String attributes() {
      return target.toString();
    }

    /** (C1) the counts of elements are equal. */
    @Override
    public TensorType infer(List<TensorType> operands) {
      TensorType operand = operands.getFirst();
      if (!operand.shape().product().equals(target.product())) {
        throw Rules.shape("choose extents with the same product",
            "reshape (C1): operand 0 %s has %s elements but %s has %s",
            operand.shape(), operand.shape().product(), target, target.product());
      }
      return operand.as(target);
    }

    @Override
    public List<Optional<Node>> pullback(Node self, Node cotangent) {
      return List.of(Optional.of(Ops.reshape(cotangent, self.operand(0).shape())));
    }
  }

  /** Along one axis the elements start, start + step, ...; the step may be negative, not 0. */
  record Slice(int axis, long start, long count, long step) implements Movement {
    @Override
    public String function() {
      return "slice";
    }

    @Override
    public String attributes() {
      return "axis %d from %d count %d step %d".formatted(axis, start, count, step);
    }

    /** (C1) the axis exists; (C2) the step is not 0; (C3) all elements are inside the extent. */
    @Override
    public TensorType infer(List<TensorType> operands) {
      TensorType operand = operands.getFirst();
      Rules.axis("slice (C1)", axis, operand);
      long extent = operand.shape().dim(axis).extent();
      long last = count == 0 ? start : start + (count - 1) * step;
      boolean inside = count >= 0 && (count == 0
          || Math.min(start, last) >= 0 && Math.max(start, last) < extent);
      if (step == 0 || !inside) {
        throw Rules.shape("keep start and start + (count - 1) * step inside the extent",
            "slice (%s): start %d count %d step %d is outside axis %d of operand 0 %s",
            step == 0 ? "C2" : "C3", start, count, step, axis, operand.shape());
      }
      return operand.as(Ops.with(operand.shape(), axis, Dim.of(count)));
    }

    @Override
    public List<Optional<Node>> pullback(Node self, Node cotangent) {
      long extent = self.operand(0).shape().dim(axis).extent();
      Node ascending = step > 0 || count == 0 ? cotangent : Ops.reverse(cotangent, axis);
      long first = step > 0 ? start : start + (count - 1) * step;
      long covered = count == 0 ? 0 : (count - 1) * Math.abs(step) + 1;
      long low = count == 0 ? 0 : first;
      return List.of(Optional.of(Ops.pad(ascending, axis, low, extent - low - covered,
          Math.abs(step) - 1, 0)));
    }
  }

  /** Along one axis a value before, after and between all elements; amounts are 0 or more. */
  record Pad(int axis, long before, long after, long between, double value) implements Movement {
    @Override
    public String function() {
      return "pad";
    }

    @Override
    public String attributes() {
      return "axis %d before %d after %d between %d with %s"
          .formatted(axis, before, after, between, value);
    }

    /** (C1) the axis exists; (C2) no amount is negative. */
    @Override
    public TensorType infer(List<TensorType> operands) {
      TensorType operand = operands.getFirst();
      Rules.requireAccepted("pad", operands, Accepts.ANY);
      Rules.axis("pad (C1)", axis, operand);
      if (before < 0 || after < 0 || between < 0) {
        throw Rules.shape("use slice to take elements away",
            "pad (C2): before %d, after %d and between %d must not be negative",
            before, after, between);
      }
      long extent = operand.shape().dim(axis).extent();
      long inner = extent + Math.max(extent - 1, 0) * between;
      return operand.as(Ops.with(operand.shape(), axis, Dim.of(before + inner + after)));
    }

    @Override
    public List<Optional<Node>> pullback(Node self, Node cotangent) {
      long extent = self.operand(0).shape().dim(axis).extent();
      return List.of(Optional.of(
          Ops.slice(cotangent, axis, before, extent, between + 1)));
    }
  }

  /** Operand axis i becomes result axis {@code axes[i]}; extents of 1 and new axes repeat. */
  record Broadcast(Shape target, List<Integer> axes) implements Movement {
    @Override
    public String function() {
      return "broadcast";
    }

    @Override
    public String attributes() {
      return target + " axes " + axes;
    }

    /** (C1) axes are ascending places of the target; (C2) extents are equal or 1. */
    @Override
    public TensorType infer(List<TensorType> operands) {
      TensorType operand = operands.getFirst();
      boolean placed = axes.size() == operand.rank()
          && new HashSet<>(axes).size() == axes.size()
          && axes.stream().allMatch(axis -> axis >= 0 && axis < target.rank());
      if (!placed) {
        throw Rules.shape("give each axis of the operand one axis of the target",
            "broadcast (C1): axes %s do not place operand 0 %s in %s", axes,
            operand.shape(), target);
      }
      for (int axis = 0; axis < axes.size(); axis++) {
        Dim from = operand.shape().dim(axis);
        if (!from.equals(Dim.of(1)) && !from.equals(target.dim(axes.get(axis)))) {
          throw Rules.shape("only an extent of 1 is repeated",
              "broadcast (C2): axis %d of operand 0 %s is %s but axis %d of %s is %s",
              axis, operand.shape(), from, axes.get(axis), target, target.dim(axes.get(axis)));
        }
      }
      return operand.as(target);
    }

    @Override
    public List<Optional<Node>> pullback(Node self, Node cotangent) {
      Shape from = self.operand(0).shape();
      var repeated = new ArrayList<Integer>();
      for (int axis = 0; axis < target.rank(); axis++) {
        int source = axes.indexOf(axis);
        if (source < 0 || !from.dim(source).equals(target.dim(axis))) {
          repeated.add(axis);
        }
      }
      Node summed = Ops.reduce(Reduction.SUM, cotangent, repeated);
      var kept = axes.stream().filter(axis -> !repeated.contains(axis)).sorted().toList();
      var order = axes.stream().filter(kept::contains).map(kept::indexOf).toList();
      return List.of(Optional.of(Ops.reshape(Ops.permute(summed, order), from)));
    }
  }

  /** The operands one after the other along an axis. */
  record Concat(int axis) implements Movement {
    @Override
    public String function() {
      return "concat";
    }

    @Override
    public String attributes() {
      return "axis " + axis;
    }

    /** (C1) the axis exists; (C2) dtypes are equal; (C3) other extents are equal. */
    @Override
    public TensorType infer(List<TensorType> operands) {
      TensorType first = operands.getFirst();
      Rules.axis("concat (C1)", axis, first);
      Rules.requireAccepted("concat", operands, Accepts.ANY);
      Rules.requireSameDType("concat", operands);
      long extent = 0;
      for (TensorType operand : operands) {
        if (operand.rank() != first.rank() || !operand.shape().without(List.of(axis))
            .equals(first.shape().without(List.of(axis)))) {
          throw Rules.shape("make the extents of all other axes equal",
            "concat (C3): operands %s differ outside axis %d", operands, axis);
        }
        extent += operand.shape().dim(axis).extent();
      }
      return first.as(Ops.with(first.shape(), axis, Dim.of(extent)));
    }

    @Override
    public List<Optional<Node>> pullback(Node self, Node cotangent) {
      var parts = new ArrayList<Optional<Node>>();
      long start = 0;
      for (Node operand : self.operands()) {
        long extent = operand.shape().dim(axis).extent();
        parts.add(Optional.of(Ops.slice(cotangent, axis, start, extent, 1)));
        start += extent;
      }
      return parts;
    }
  }

  /**
   * Along one axis of operand 0 the elements that operand 1 (i64) names, in the shape of operand 1.
   * Indices outside the extent give 0, so that nothing outside memory is ever read.
   */
  record Gather(int axis) implements Movement {
    @Override
    public String function() {
      return "gather";
    }

    @Override
    public String attributes() {
      return "axis " + axis;
    }

    /** (C1) the axis exists; (C2) operand 1 is i64. */
    @Override
    public TensorType infer(List<TensorType> operands) {
      Rules.requireArity("gather", operands, 2);
      TensorType data = operands.getFirst();
      Rules.axis("gather (C1)", axis, data);
      if (operands.get(1).dtype() != DType.I64) {
        throw Rules.shape("convert operand 1 to i64",
            "gather (C2): operand 1 is %s but i64 indices are required",
            operands.get(1));
      }
      var dims = new ArrayList<>(data.shape().dims().subList(0, axis));
      dims.addAll(operands.get(1).shape().dims());
      dims.addAll(data.shape().dims().subList(axis + 1, data.rank()));
      return data.as(new Shape(dims));
    }

    @Override
    public List<Optional<Node>> pullback(Node self, Node cotangent) {
      return List.of(Optional.of(Ops.scatterByEinsum(self.operand(0), self.operand(1), axis,
          cotangent)), Optional.empty());
    }

    @Override
    public Optional<KernelKey> kernel(List<TensorType> operands) {
      return Optional.of(new KernelKey("movement", "gather", operands.getFirst().dtype()));
    }
  }
}
