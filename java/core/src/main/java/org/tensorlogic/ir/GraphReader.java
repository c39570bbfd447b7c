package org.tensorlogic.ir;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import org.tensorlogic.einsum.EinsumSpec;
import org.tensorlogic.einsum.Semiring;
import org.tensorlogic.error.Origin;
import org.tensorlogic.type.DType;
import org.tensorlogic.type.Dim;
import org.tensorlogic.type.Shape;
import org.tensorlogic.type.TensorType;

/** Reads what {@link GraphWriter} writes; throws some RuntimeException on anything else. */
final class GraphReader {

  /** Graphs within graphs: a loop in a loop, a region in a block in a loop, never so many. */
  private static final int DEPTH_MAX = 32;

  private final byte[] bytes;
  private int place;
  private int depth;
  private final List<String> texts = new ArrayList<>();
  private final List<Graph> graphs = new ArrayList<>();

  GraphReader(byte[] bytes) {
    this.bytes = bytes;
  }

  Graph whole() {
    Graph graph = graph();
    require(place == bytes.length, "bytes are left over");
    return graph;
  }

  private Graph graph() {
    int number = number(graphs.size());
    if (number < graphs.size()) {
      require(graphs.get(number) != null, "a graph is in itself");
      return graphs.get(number);
    }
    require(depth++ < DEPTH_MAX, "too many graphs within each other");
    graphs.add(null);
    var builder = new GraphBuilder();
    var nodes = new ArrayList<Node>();
    for (int left = count(); left > 0; left--) {
      Op op = op(text());
      builder.at(new Origin(text(), int32(), int32(), text()));
      var operands = new ArrayList<Node>();
      for (int i = count(); i > 0; i--) {
        operands.add(nodes.get(nodes.size() - int32()));
      }
      nodes.add(op instanceof Input(String label, TensorType type)
          ? builder.input(label, type) : builder.add(op, operands));
    }
    var outputs = new LinkedHashMap<String, Node>();
    for (int left = count(); left > 0; left--) {
      outputs.put(text(), nodes.get(int32()));
    }
    depth--;
    graphs.set(number, builder.build(outputs));
    return graphs.get(number);
  }

  private Op op(String kind) {
    return switch (kind) {
      case "input" -> new Input(text(), type());
      case "constant" -> new Constant(type(), elements());
      case "einsum" -> einsum();
      case "unary" -> Unary.valueOf(text());
      case "binary" -> Binary.valueOf(text());
      case "select" -> new Select();
      case "reduce" -> new Reduce(Reduction.valueOf(text()), numbers());
      case "permute" -> new Movement.Permute(numbers());
      case "reshape" -> new Movement.Reshape(shape());
      case "slice" -> new Movement.Slice(int32(), number(), number(), number());
      case "pad" -> new Movement.Pad(int32(), number(), number(), number(), real());
      case "broadcast" -> new Movement.Broadcast(shape(), numbers());
      case "concat" -> new Movement.Concat(int32());
      case "gather" -> new Movement.Gather(int32());
      case "convert" -> new Convert(DType.valueOf(text()));
      case "loop" -> loop();
      case "fused" -> fused();
      case "blocked" -> blocked();
      default -> throw wrong("no operation \"" + kind + '"'); // open: any text may stand there
    };
  }

  private Einsum einsum() {
    Semiring semiring = Semiring.valueOf(text());
    var terms = new ArrayList<List<Integer>>();
    for (int left = count(); left > 0; left--) {
      terms.add(numbers());
    }
    return new Einsum(new EinsumSpec(terms, numbers()), semiring);
  }

  private Loop loop() {
    String label = text();
    long iterationsMax = number();
    double tolerance = real();
    int state = int32();
    return new Loop(graph(), label, iterationsMax, tolerance, state);
  }

  private Fused fused() {
    int result = int32();
    return new Fused(graph(), result);
  }

  private Blocked blocked() {
    List<Integer> axes = numbers();
    int resultAxis = int32();
    long extent = number();
    return new Blocked(graph(), axes, resultAxis, extent);
  }

  private TensorType type() {
    return new TensorType(DType.valueOf(text()), shape());
  }

  private Shape shape() {
    var dims = new ArrayList<Dim>();
    for (int left = count(); left > 0; left--) {
      Dim dim = Dim.of(number());
      for (int names = count(); names > 0; names--) {
        dim = dim.times(Dim.of(text()));
      }
      dims.add(dim);
    }
    return new Shape(dims);
  }

  private Literal elements() {
    int count = int32();
    boolean real = number() == 1;
    require(count >= 0 && count <= (bytes.length - place) / Long.BYTES, "elements are missing");
    var reals = new double[real ? count : 0];
    var integers = new long[real ? 0 : count];
    for (int i = 0; i < count; i++) {
      if (real) {
        reals[i] = real();
      } else {
        integers[i] = word();
      }
    }
    return real ? Literal.of(reals) : Literal.of(integers);
  }

  private List<Integer> numbers() {
    var numbers = new ArrayList<Integer>();
    for (int left = count(); left > 0; left--) {
      numbers.add(int32());
    }
    return List.copyOf(numbers);
  }

  private String text() {
    int number = number(texts.size());
    if (number == texts.size()) {
      int length = count();
      texts.add(new String(bytes, place, length, StandardCharsets.UTF_8));
      place += length;
    }
    return texts.get(number);
  }

  /** The number of a thing of which so many are known; the next one is new. */
  private int number(int known) {
    int number = int32();
    require(number >= 0 && number <= known, "a number comes before its turn");
    return number;
  }

  /** How many things follow, each of a byte at least. */
  private int count() {
    int count = int32();
    require(count >= 0 && count <= bytes.length - place, "the end is missing");
    return count;
  }

  private int int32() {
    return Math.toIntExact(number());
  }

  private long number() {
    long number = 0;
    for (int shift = 0; shift < Long.SIZE; shift += 7) {
      byte next = bytes[place++];
      number |= (next & 0x7fL) << shift;
      if (next >= 0) {
        return number >>> 1 ^ -(number & 1);
      }
    }
    throw wrong("a number does not end");
  }

  private double real() {
    return Double.longBitsToDouble(word());
  }

  private long word() {
    long word = 0;
    for (int shift = 0; shift < Long.SIZE; shift += 8) {
      word |= (bytes[place++] & 0xffL) << shift;
    }
    return word;
  }

  private static void require(boolean condition, String problem) {
    if (!condition) {
      throw wrong(problem);
    }
  }

  private static IllegalArgumentException wrong(String problem) {
    return new IllegalArgumentException(problem);
  }
}
