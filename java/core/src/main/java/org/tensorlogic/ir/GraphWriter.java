package org.tensorlogic.ir;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.tensorlogic.error.Origin;
import org.tensorlogic.type.Dim;
import org.tensorlogic.type.Shape;
import org.tensorlogic.type.TensorType;

/* Numbers take seven bits a byte, the last byte without the eighth bit; signed ones have their sign
 * in the lowest bit. A text or a graph that was written before is its number, else the number that
 * it gets and then itself: loops of one body keep one. Nodes are numbered in their order; operands
 * are told by how far back they stand. GraphReader is the mirror of this. */

/** Writes graphs as {@link GraphBytes} says. */
final class GraphWriter {

  private byte[] bytes = new byte[1024];
  private int count;
  private final Map<String, Integer> texts = new HashMap<>();
  private final Map<Graph, Integer> graphs = new HashMap<>();

  byte[] bytes() {
    return Arrays.copyOf(bytes, count);
  }

  void graph(Graph graph) {
    if (known(graphs, graph)) {
      return;
    }
    var places = new HashMap<Node, Integer>();
    number(graph.nodes().size());
    for (Node node : graph.nodes()) {
      op(node.op());
      origin(node.origin());
      number(node.operands().size());
      for (Node operand : node.operands()) {
        number(places.size() - places.get(operand));
      }
      places.put(node, places.size());
    }
    number(graph.outputs().size());
    graph.outputs().forEach((name, node) -> {
      text(name);
      number(places.get(node));
    });
  }

  /** Writes the number of something, and tells whether it was written before. */
  private <T> boolean known(Map<T, Integer> numbers, T thing) {
    Integer number = numbers.putIfAbsent(thing, numbers.size());
    number(number == null ? numbers.size() - 1 : number);
    return number != null;
  }

  private void op(Op op) {
    switch (op) {
      case Input(String label, TensorType type) -> kind("input").text(label).type(type);
      case Constant(TensorType type, Literal elements) -> kind("constant").type(type)
          .elements(elements);
      case Einsum einsum -> {
        kind("einsum").text(einsum.semiring().name()).number(einsum.spec().operands().size());
        einsum.spec().operands().forEach(this::numbers);
        numbers(einsum.spec().result());
      }
      case Unary function -> kind("unary").text(function.name());
      case Binary function -> kind("binary").text(function.name());
      case Select _ -> kind("select");
      case Reduce(Reduction reduction, List<Integer> axes) -> kind("reduce")
          .text(reduction.name()).numbers(axes);
      case Movement movement -> movement(movement);
      case Convert convert -> kind("convert").text(convert.target().name());
      case Loop(Graph body, String label, long iterationsMax, double tolerance, int state) ->
          kind("loop").text(label).number(iterationsMax).real(tolerance).number(state)
              .graph(body);
      case Fused(Graph body, int result) -> kind("fused").number(result).graph(body);
      case Blocked(Graph body, List<Integer> axes, int resultAxis, long extent) ->
          kind("blocked").numbers(axes).number(resultAxis).number(extent).graph(body);
    }
  }

  private void movement(Movement movement) {
    switch (movement) {
      case Movement.Permute(List<Integer> order) -> kind("permute").numbers(order);
      case Movement.Reshape(Shape target) -> kind("reshape").shape(target);
      case Movement.Slice(int axis, long start, long extent, long step) -> kind("slice")
          .number(axis).number(start).number(extent).number(step);
      case Movement.Pad(int axis, long before, long after, long between, double value) ->
          kind("pad").number(axis).number(before).number(after).number(between).real(value);
      case Movement.Broadcast(Shape target, List<Integer> axes) -> kind("broadcast")
          .shape(target).numbers(axes);
      case Movement.Concat(int axis) -> kind("concat").number(axis);
      case Movement.Gather(int axis) -> kind("gather").number(axis);
    }
  }

  private GraphWriter kind(String kind) {
    return text(kind);
  }

  private void origin(Origin origin) {
    text(origin.file()).number(origin.line()).number(origin.column()).text(origin.name());
  }

  private GraphWriter type(TensorType type) {
    return text(type.dtype().name()).shape(type.shape());
  }

  private GraphWriter shape(Shape shape) {
    number(shape.rank());
    for (Dim dim : shape.dims()) {
      switch (dim) {
        case Dim.Static(long extent) -> number(extent).number(0);
        case Dim.Symbolic(String name) -> number(1).number(1).text(name);
        case Dim.Product(long factor, List<String> names) -> {
          number(factor).number(names.size());
          names.forEach(this::text);
        }
      }
    }
    return this;
  }

  private void elements(Literal elements) {
    number(elements.count()).number(elements.isReal() ? 1 : 0);
    for (int i = 0; i < elements.count(); i++) {
      word(elements.isReal() ? Double.doubleToRawLongBits(elements.real(i))
          : elements.integer(i));
    }
  }

  private GraphWriter numbers(List<Integer> numbers) {
    number(numbers.size());
    numbers.forEach(this::number);
    return this;
  }

  private GraphWriter text(String text) {
    if (!known(texts, text)) {
      byte[] encoded = text.getBytes(StandardCharsets.UTF_8);
      number(encoded.length);
      room(encoded.length);
      System.arraycopy(encoded, 0, bytes, count, encoded.length);
      count += encoded.length;
    }
    return this;
  }

  private GraphWriter number(long number) {
    room(10);
    long left = number << 1 ^ number >> 63;
    while ((left & ~0x7fL) != 0) {
      bytes[count++] = (byte) (left | 0x80);
      left >>>= 7;
    }
    bytes[count++] = (byte) left;
    return this;
  }

  private GraphWriter real(double real) {
    return word(Double.doubleToRawLongBits(real));
  }

  private GraphWriter word(long word) {
    room(Long.BYTES);
    for (int shift = 0; shift < Long.SIZE; shift += 8) {
      bytes[count++] = (byte) (word >>> shift);
    }
    return this;
  }

  private void room(int more) {
    if (bytes.length - count < more) {
      bytes = Arrays.copyOf(bytes, 2 * (count + more));
    }
  }
}
