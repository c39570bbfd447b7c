package org.tensorlogic.cli.bench;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.tensorlogic.engine.Engine;
import org.tensorlogic.ir.Graph;
import org.tensorlogic.ir.GraphBuilder;
import org.tensorlogic.ir.Literal;
import org.tensorlogic.ir.Node;
import org.tensorlogic.memory.Scope;
import org.tensorlogic.memory.Tensor;
import org.tensorlogic.type.DType;
import org.tensorlogic.type.TensorType;

/**
 * One thing that is timed: a graph over generated f32 inputs.
 *
 * @param name the name in all tables
 * @param inputs what it reads
 * @param parameters the names of inputs that a model would hold as constants, if any
 * @param body makes the result of the inputs by name
 * @param work what one call does, in units
 * @param unit the unit of the rate, such as {@code GFLOP/s}
 */
record Workload(String name, List<Input> inputs, Set<String> parameters,
    Function<Map<String, Node>, Node> body, double work, String unit) {

  /**
   * A generated tensor.
   *
   * @param name its name in the graph
   * @param tag what it is generated from
   * @param scale values lie within it
   * @param extents its shape
   */
  record Input(String name, String tag, float scale, long... extents) {

    Tensor tensor(Engine engine) {
      Tensor tensor = engine.allocate(TensorType.of(DType.F32, extents));
      return tensor.access(memory -> {
        new Generator(tag).fill(memory, tensor.type().shape().count(), scale);
        return tensor;
      });
    }
  }

  Graph graph() {
    return graph((builder, input) -> builder.input(input.name(), DType.F32, input.extents()));
  }

  /** Returns the graph of a model that holds its parameters, which are among these tensors. */
  Graph model(Tensor[] tensors) {
    return graph((builder, input) -> {
      Tensor tensor = tensors[inputs.indexOf(input)];
      return parameters.contains(input.name())
          ? builder.constant(tensor.type(), Literal.of(reals(tensor.toFloats())))
          : builder.input(input.name(), DType.F32, input.extents());
    });
  }

  private Graph graph(BiFunction<GraphBuilder, Input, Node> source) {
    var builder = new GraphBuilder();
    var nodes = new LinkedHashMap<String, Node>();
    inputs.forEach(input -> nodes.put(input.name(), source.apply(builder, input)));
    return builder.build(body.apply(nodes));
  }

  private static double[] reals(float[] elements) {
    return IntStream.range(0, elements.length).mapToDouble(i -> elements[i]).toArray();
  }

  /** Makes the inputs in order. */
  Tensor[] tensors(Engine engine, Scope scope) {
    return inputs.stream().map(input -> scope.own(input.tensor(engine))).toArray(Tensor[]::new);
  }

  /** Units a second, in the prefix that the unit begins with. */
  double rate(double seconds) {
    double scale = unit.startsWith("G") ? 1e9 : unit.startsWith("M") ? 1e6 : 1;
    return work / seconds / scale;
  }
}
