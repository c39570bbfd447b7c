package org.tensorlogic.io;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import org.tensorlogic.error.Origin;
import org.tensorlogic.error.TensorLogicException;
import org.tensorlogic.ir.Graph;
import org.tensorlogic.ir.GraphBuilder;
import org.tensorlogic.ir.Node;
import org.tensorlogic.ir.Ops;
import org.tensorlogic.type.DType;
import org.tensorlogic.type.Dim;
import org.tensorlogic.type.Shape;
import org.tensorlogic.type.TensorType;

/** Builds the nodes of a checked graph file on inputs of known types. */
final class FormBuilder {

  private final FormGraph graph;
  private final Map<String, TensorType> types;
  private final FormProblems problems;
  private final GraphBuilder builder = new GraphBuilder();
  private final Node[] values;
  /** The extents that each letter has where it is used; more than one makes it ambiguous. */
  private final Map<Character, Set<Dim>> extents = new HashMap<>();

  FormBuilder(FormGraph graph, Map<String, TensorType> types, FormProblems problems) {
    this.graph = graph;
    this.types = types;
    this.problems = problems;
    this.values = new Node[graph.slots().size()];
  }

  /** Builds all; the sources are the slots that no node writes. Throws all problems at once. */
  Graph build(List<Integer> sources) {
    DType dtype = dtype(sources);
    Set<Integer> needed = new LinkedHashSet<>(graph.outputs());
    needed.addAll(graph.inputs());
    graph.nodes().forEach(node -> needed.addAll(node.inputs()));
    sources.forEach(slot -> source(slot, dtype, needed.contains(slot)));
    graph.nodes().forEach(this::learnExtents);
    for (FormNode node : graph.nodes()) {
      if (node.inputs().stream().allMatch(slot -> values[slot] != null)) {
        build(node);
      }
    }
    problems.throwAny();
    var outputs = new LinkedHashMap<String, Node>();
    graph.outputs().forEach(slot -> outputs.put(graph.slots().get(slot), values[slot]));
    return builder.build(outputs);
  }

  /** The dtype that all is computed in: f32 where an input is f32 and none is f64, else f64. */
  private DType dtype(List<Integer> sources) {
    var dtypes = sources.stream().map(this::key).flatMap(Optional::stream).map(types::get)
        .map(TensorType::dtype).toList();
    return dtypes.contains(DType.F32) && !dtypes.contains(DType.F64) ? DType.F32 : DType.F64;
  }

  /** The name under which a slot's type came. */
  private Optional<String> key(int slot) {
    String exact = graph.slots().get(slot);
    if (types.containsKey(exact)) {
      return Optional.of(exact);
    }
    return Optional.of(graph.baseName(slot)).filter(types::containsKey);
  }

  private void source(int slot, DType dtype, boolean needed) {
    Optional<String> key = key(slot);
    OptionalDouble constant = graph.constant(slot);
    builder.at(new Origin("", 0, 0, graph.slots().get(slot)));
    if (key.isPresent()) {
      try {
        values[slot] = Ops.convert(builder.input(key.get(), types.get(key.get())), dtype);
      } catch (TensorLogicException refused) {
        problems.add("pass it as f64, f32, i64 or bool", "input %s: %s", graph.label(slot),
            refused.diagnostic().message());
        return;
      }
      graph.letters(slot).ifPresent(letters -> learn(letters, values[slot].shape()));
    } else if (constant.isPresent()) {
      values[slot] = builder.constant(dtype, constant.getAsDouble());
    } else if (needed) {
      problems.add(types.isEmpty() ? "no types came at all"
          : "types came for " + String.join(", ", types.keySet().stream().sorted().toList()),
          "%s is an input but no type came for it", graph.label(slot));
    }
  }

  private void learn(String letters, Shape shape) {
    for (int axis = 0; letters.length() == shape.rank() && axis < shape.rank(); axis++) {
      extents.computeIfAbsent(letters.charAt(axis), letter -> new LinkedHashSet<>())
          .add(shape.dim(axis));
    }
  }

  private void learnExtents(FormNode node) {
    if (node.op() instanceof FormOp.Einsum(FormSpec spec)) {
      for (int operand = 0; operand < spec.terms().size(); operand++) {
        Node value = values[node.inputs().get(operand)];
        if (value != null) {
          learn(spec.terms().get(operand), value.shape());
        }
      }
    }
  }

  private void build(FormNode node) {
    builder.at(node.origin());
    var operands = new ArrayList<Node>();
    node.inputs().forEach(slot -> operands.add(values[slot]));
    try {
      learnExtents(node);
      values[node.output()] = switch (node.op()) {
        case FormOp.Einsum(FormSpec spec) -> einsum(node, spec, operands);
        case FormOp.ElemUnary(FormUnary function) -> function.apply(operands.getFirst());
        case FormOp.ElemBinary(FormBinary function) ->
            function.apply(operands.getFirst(), operands.getLast());
        case FormOp.Reduce(FormReduction reduction, List<Integer> axes) ->
            reduction.apply(operands.getFirst(), axes);
      };
    } catch (TensorLogicException refused) {
      problems.add(node, refused);
    }
  }

  /** Joins the operands, then repeats the result along letters that none of them has. */
  private Node einsum(FormNode node, FormSpec spec, List<Node> operands) {
    Node joined = Ops.einsum(spec.joined(), operands.toArray(Node[]::new));
    var dims = new ArrayList<Dim>();
    var axes = new ArrayList<Integer>();
    for (int place = 0; place < spec.result().length(); place++) {
      char letter = spec.result().charAt(place);
      if (spec.isInOperands(letter)) {
        dims.add(joined.shape().dim(axes.size()));
        axes.add(place);
      } else {
        Set<Dim> known = extents.getOrDefault(letter, Set.of());
        if (known.size() != 1) {
          problems.add(node, "name an input's axes, such as \"name[" + letter + "]\"",
              known.isEmpty() ? "nothing tells the extent of letter %s of the result"
                  : "letter %s of the result has several extents elsewhere: %s", letter, known);
          return null;
        }
        dims.add(known.iterator().next());
      }
    }
    return Ops.broadcast(joined, new Shape(dims), axes);
  }
}
