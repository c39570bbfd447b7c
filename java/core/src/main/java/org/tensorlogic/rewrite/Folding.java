package org.tensorlogic.rewrite;

import java.util.Arrays;
import java.util.List;
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
import org.tensorlogic.ir.Select;
import org.tensorlogic.ir.Unary;
import org.tensorlogic.rewrite.ConstantRules.Elements;
import org.tensorlogic.type.DType;

/** The values of nodes whose operands are known. */
final class Folding {

  private Folding() {}

  static Elements apply(Node node, List<Elements> operands) {
    int count = (int) node.shape().count();
    Elements result = Elements.empty(node.dtype(), node.shape().extents(), count);
    switch (node.op()) {
      case Unary function -> {
        for (int i = 0; i < count; i++) {
          unary(function, operands.getFirst(), result, i);
        }
      }
      case Binary function -> {
        for (int i = 0; i < count; i++) {
          binary(function, operands, result, i);
        }
      }
      case Select _ -> {
        for (int i = 0; i < count; i++) {
          copy(operands.get(operands.getFirst().integers()[i] != 0 ? 1 : 2), i, result, i);
        }
      }
      case Convert _ -> {
        for (int i = 0; i < count; i++) {
          convert(operands.getFirst(), result, i);
        }
      }
      case Reduce reduce -> reduce(reduce, operands.getFirst(), result);
      case Movement movement -> move(movement, operands, result, count);
      case Input _, Constant _, Einsum _, Loop _, Fused _, Blocked _ ->
          throw new IllegalStateException("not folded: " + node);
    }
    return result;
  }

  private static void unary(Unary function, Elements from, Elements to, int i) {
    if (from.reals() != null) {
      to.put(i, function.apply(from.reals()[i]), 0);
    } else {
      to.put(i, 0, function.applyExact(from.integers()[i]));
    }
  }

  private static void binary(Binary function, List<Elements> operands, Elements to, int i) {
    Elements left = operands.get(0);
    Elements right = operands.get(1);
    if (left.reals() != null) {
      double value = function.apply(left.reals()[i], right.reals()[i]);
      to.put(i, value, (long) value);
    } else {
      to.put(i, 0, function.applyExact(left.integers()[i], right.integers()[i]));
    }
  }

  private static void convert(Elements from, Elements to, int i) {
    boolean truth = from.reals() != null ? from.reals()[i] != 0 : from.integers()[i] != 0;
    long integer = from.reals() != null ? (long) from.reals()[i] : from.integers()[i];
    double real = from.dtype() == DType.I64 && to.dtype() == DType.F32
        ? (float) from.integers()[i] : from.real(i);
    to.put(i, real, to.dtype() == DType.BOOL ? (truth ? 1 : 0) : integer);
  }

  private static void copy(Elements from, int source, Elements to, int target) {
    to.put(target, from.reals() != null ? from.reals()[source] : 0,
        from.integers() != null ? from.integers()[source] : 0);
  }

  private static void reduce(Reduce reduce, Elements from, Elements to) {
    double unit = reduce.reduction().unit();
    for (int i = 0; i < count(to); i++) {
      to.put(i, unit, (long) unit);
    }
    // Sums add up in double and round once: better than any order of f32.
    var sums = new double[count(to)];
    Arrays.fill(sums, unit);
    long[] strides = strides(from.extents());
    long[] kept = strides(to.extents());
    for (int i = 0; i < count(from); i++) {
      int target = 0;
      int place = 0;
      for (int axis = 0; axis < from.extents().length; axis++) {
        if (!reduce.axes().contains(axis)) {
          target += (int) (i / strides[axis] % from.extents()[axis] * kept[place++]);
        }
      }
      if (from.reals() != null) {
        sums[target] = reduce.reduction().apply(sums[target], from.reals()[i]);
        to.put(target, sums[target], 0);
      } else {
        to.put(target, 0,
            reduce.reduction().applyExact(to.integers()[target], from.integers()[i]));
      }
    }
  }

  private static int count(Elements elements) {
    return elements.reals() != null ? elements.reals().length : elements.integers().length;
  }

  private static void move(Movement movement, List<Elements> operands, Elements to, int count) {
    Elements from = operands.getFirst();
    long[] strides = strides(from.extents());
    long[] target = strides(to.extents());
    for (int i = 0; i < count; i++) {
      long source = 0;
      switch (movement) {
        case Movement.Reshape _ -> source = i;
        case Movement.Permute(List<Integer> order) -> {
          for (int axis = 0; axis < order.size(); axis++) {
            source += i / target[axis] % to.extents()[axis] * strides[order.get(axis)];
          }
        }
        case Movement.Slice(int at, long start, _, long step) -> {
          for (int axis = 0; axis < strides.length; axis++) {
            long index = i / target[axis] % to.extents()[axis];
            source += (axis == at ? start + index * step : index) * strides[axis];
          }
        }
        case Movement.Broadcast(_, List<Integer> axes) -> {
          for (int axis = 0; axis < strides.length; axis++) {
            long index = i / target[axes.get(axis)] % to.extents()[axes.get(axis)];
            source += from.extents()[axis] == 1 ? 0 : index * strides[axis];
          }
        }
        case Movement.Concat(int at) -> {
          long index = i / target[at] % to.extents()[at];
          int part = 0;
          while (index >= operands.get(part).extents()[at]) {
            index -= operands.get(part++).extents()[at];
          }
          from = operands.get(part);
          strides = strides(from.extents());
          for (int axis = 0; axis < strides.length; axis++) {
            source += (axis == at ? index : i / target[axis] % to.extents()[axis])
                * strides[axis];
          }
        }
        case Movement.Pad _, Movement.Gather _ ->
            throw new IllegalStateException("not folded: " + movement);
      }
      copy(from, (int) source, to, i);
    }
  }

  /** Row-major strides in elements. */
  private static long[] strides(long[] extents) {
    var strides = new long[extents.length];
    long stride = 1;
    for (int axis = extents.length - 1; axis >= 0; axis--) {
      strides[axis] = stride;
      stride *= Math.max(extents[axis], 1);
    }
    return strides;
  }
}
