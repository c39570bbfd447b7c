package org.tensorlogic.cli.bench;

import java.lang.foreign.MemorySegment;
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
import org.tensorlogic.memory.Tensor;
import org.tensorlogic.type.TensorType;

/**
 * One thing that is timed: a graph over generated inputs.
 *
 * @param name the name in all tables
 * @param inputs what it reads
 * @param parameters the names of inputs that a model would hold as constants, if any
 * @param body makes the outputs of the inputs by name; {@link #RESULT} is the one that is checked
 * @param work what one call does, in units
 * @param unit the unit of the rate, such as {@code GFLOP/s}
 */
record Workload(String name, List<Input> inputs, Set<String> parameters,
    Function<Map<String, Node>, Map<String, Node>> body, double work, String unit) {

  /** The output that is compared with golden figures. */
  static final String RESULT = "result";

  /** Writes the elements of a tensor, whose memory holds so many, all zero at first. */
  @FunctionalInterface
  interface Filling {
    void fill(MemorySegment memory, long count);
  }

  /**
   * A generated tensor.
   *
   * @param name its name in the graph
   * @param type its dtype and shape
   * @param filling what it holds
   */
  record Input(String name, TensorType type, Filling filling) {

    Tensor tensor(Engine engine) {
      Tensor tensor = engine.allocate(type);
      return tensor.access(memory -> {
        filling.fill(memory.fill((byte) 0), type.shape().count());
        return tensor;
      });
    }
  }

  Graph graph() {
    return graph((builder, input) -> builder.input(input.name(), input.type()));
  }

  /** Returns the graph of a model that holds its parameters, which are among these tensors. */
  Graph model(Map<String, Tensor> tensors) {
    return graph((builder, input) -> {
      Tensor tensor = tensors.get(input.name());
      return parameters.contains(input.name())
          ? builder.constant(tensor.type(), Literal.of(reals(tensor.toFloats())))
          : builder.input(input.name(), input.type());
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

  /** Units a second, in the prefix that the unit begins with. */
  double rate(double seconds) {
    double scale = unit.startsWith("G") ? 1e9 : unit.startsWith("M") ? 1e6 : 1;
    return work / seconds / scale;
  }
}
