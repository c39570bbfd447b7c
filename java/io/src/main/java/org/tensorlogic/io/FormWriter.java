package org.tensorlogic.io;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.tensorlogic.einsum.EinsumSpec;
import org.tensorlogic.error.Origin;
import org.tensorlogic.ir.Graph;
import org.tensorlogic.ir.Node;
import org.tensorlogic.type.DType;

/** Prints a graph as JSON: first what each needed node is in the form, then slots and nodes. */
final class FormWriter {

  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private final Graph graph;
  private final Map<Node, FormShape> shapes = new TreeMap<>(
      Comparator.comparingInt(Node::id));
  private final ArrayNode slots = JSON.arrayNode();
  private final ArrayNode nodes = JSON.arrayNode();
  private final Map<Node, Integer> slotOf = new LinkedHashMap<>();

  FormWriter(Graph graph) {
    this.graph = graph;
  }

  String print() {
    var inputs = JSON.arrayNode();
    graph.inputs().forEach((label, node) -> {
      slotOf.put(node, slots.size());
      inputs.add(slots.size());
      slots.add(label);
    });
    findShapes();
    var outputNames = new HashMap<Node, String>();
    graph.outputs().forEach((name, node) -> outputNames.putIfAbsent(node, name));
    shapes.forEach((node, shape) -> {
      if (shape instanceof FormShape.Number(double value)) {
        slotOf.put(node, slots.size());
        slots.add("const_" + text(value));
      }
    });
    for (Node node : graph.nodes()) {
      if (shapes.containsKey(node)) {
        place(node, shapes.get(node), outputNames.getOrDefault(node, "t" + slots.size()));
      }
    }
    var outputs = JSON.arrayNode();
    graph.outputs().forEach((name, node) -> outputs.add(output(name, node)));
    ObjectNode body = JSON.objectNode();
    body.set("tensors", slots);
    body.set("nodes", nodes);
    body.set("inputs", inputs);
    body.set("outputs", outputs);
    ObjectNode root = JSON.objectNode().put("version", "1.0.0");
    root.set("graph", body);
    return root.toPrettyString() + "\n";
  }

  /** Finds what the outputs need, users before operands. */
  private void findShapes() {
    var forms = new FormShapes(dtype());
    var needed = new HashSet<Node>(graph.outputs().values());
    for (Node node : graph.nodes().reversed()) {
      if (needed.contains(node)) {
        FormShape shape = forms.of(node);
        shapes.put(node, shape);
        needed.addAll(shape.operands());
      }
    }
  }

  /** The dtype that a reader computes in, given the inputs' types. */
  private DType dtype() {
    var dtypes = graph.inputs().values().stream().map(Node::dtype).toList();
    return dtypes.contains(DType.F32) && !dtypes.contains(DType.F64) ? DType.F32 : DType.F64;
  }

  private void place(Node node, FormShape shape, String name) {
    switch (shape) {
      case FormShape.Same(Node input) -> slotOf.put(node, slotOf.get(input));
      case FormShape.Written(ObjectNode op, List<Node> operands) -> {
        slotOf.put(node, slots.size());
        add(op, operands, slots.size(), node.origin());
        slots.add(name);
      }
      case FormShape.Source(), FormShape.Number(double _) -> { }
    }
  }

  private static String text(double value) {
    if (Double.isNaN(value)) {
      return "nan";
    }
    return Double.isInfinite(value) ? (value > 0 ? "inf" : "-inf") : Double.toString(value);
  }

  private void add(ObjectNode op, List<Node> operands, int output, Origin origin) {
    ObjectNode entry = JSON.objectNode();
    entry.set("op", op);
    ArrayNode inputs = entry.putArray("inputs");
    operands.forEach(operand -> inputs.add(slotOf.get(operand)));
    entry.putArray("outputs").add(output);
    if (origin.isKnown()) {
      entry.set("metadata", metadata(origin));
    }
    nodes.add(entry);
  }

  private static ObjectNode metadata(Origin origin) {
    ObjectNode metadata = JSON.objectNode();
    if (!origin.name().isEmpty()) {
      metadata.put("name", origin.name());
    }
    if (!origin.file().isEmpty()) {
      ObjectNode span = metadata.putObject("span");
      for (String end : List.of("start", "end")) {
        span.putObject(end).put("file", origin.file()).put("line", origin.line())
            .put("column", origin.column());
      }
    }
    return metadata;
  }

  /** The slot of an output: its node's, or a copy where that slot has another name. */
  private int output(String name, Node node) {
    int slot = slotOf.get(node);
    if (slots.get(slot).asText().equals(name)) {
      return slot;
    }
    List<Integer> axes = IntStream.range(0, node.rank()).boxed().toList();
    var copy = new EinsumSpec(List.of(axes), axes);
    add(FormShapes.einsum(copy), List.of(node), slots.size(), Origin.UNKNOWN);
    slots.add(name);
    return slots.size() - 1;
  }
}
