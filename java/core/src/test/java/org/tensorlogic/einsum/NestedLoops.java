package org.tensorlogic.einsum;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.ToDoubleFunction;

/** Einsum by its definition: one loop for each index. The oracle of these tests. */
final class NestedLoops {

  private NestedLoops() {}

  /** A dense tensor of row-major values. */
  record Dense(int[] shape, double[] values) {

    static Dense of(int[] shape, ToDoubleFunction<int[]> value) {
      int count = Arrays.stream(shape).reduce(1, (a, b) -> a * b);
      var values = new double[count];
      for (int element = 0; element < count; element++) {
        values[element] = value.applyAsDouble(position(shape, element));
      }
      return new Dense(shape, values);
    }

    static Dense random(int[] shape, Random random, Semiring semiring) {
      return of(shape, position -> semiring == Semiring.OR_AND
          ? random.nextInt(2) : 1 + random.nextInt(8));
    }

    double at(int... position) {
      return values[offset(position)];
    }

    int offset(int... position) {
      int offset = 0;
      for (int axis = 0; axis < shape.length; axis++) {
        offset = offset * shape[axis] + position[axis];
      }
      return offset;
    }

    private static int[] position(int[] shape, int element) {
      int[] position = new int[shape.length];
      for (int axis = shape.length - 1; axis >= 0; axis--) {
        position[axis] = element % shape[axis];
        element /= shape[axis];
      }
      return position;
    }
  }

  static Dense einsum(EinsumSpec spec, Semiring semiring, List<Dense> operands) {
    Map<Integer, Integer> extents = new HashMap<>();
    for (int operand = 0; operand < operands.size(); operand++) {
      List<Integer> term = spec.operands().get(operand);
      for (int axis = 0; axis < term.size(); axis++) {
        extents.put(term.get(axis), operands.get(operand).shape()[axis]);
      }
    }
    int[] shape = spec.result().stream().mapToInt(extents::get).toArray();
    Dense result = Dense.of(shape, position -> semiring.zero());
    loop(new ArrayList<>(spec.indices()), extents, new HashMap<>(), values -> {
      double product = semiring.one();
      for (int operand = 0; operand < operands.size(); operand++) {
        product = semiring.multiply(product,
            operands.get(operand).at(at(spec.operands().get(operand), values)));
      }
      int offset = result.offset(at(spec.result(), values));
      result.values()[offset] = semiring.add(result.values()[offset], product);
    });
    return result;
  }

  private interface Body {
    void run(Map<Integer, Integer> values);
  }

  private static void loop(List<Integer> indices, Map<Integer, Integer> extents,
      Map<Integer, Integer> values, Body body) {
    if (indices.isEmpty()) {
      body.run(values);
      return;
    }
    int index = indices.getFirst();
    for (int value = 0; value < extents.get(index); value++) {
      values.put(index, value);
      loop(indices.subList(1, indices.size()), extents, values, body);
    }
  }

  private static int[] at(List<Integer> term, Map<Integer, Integer> values) {
    return term.stream().mapToInt(values::get).toArray();
  }
}
