package org.tensorlogic.io;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.tensorlogic.ir.Graph;
import org.tensorlogic.type.TensorType;

/**
 * The graph JSON of the TensorLogic family of logic compilers: {@code tensors} are slot names,
 * {@code nodes} with an op {@code Einsum {spec}}, {@code ElemUnary {op}}, {@code ElemBinary {op}}
 * or {@code Reduce {op, axes}} run in list order, {@code outputs} are returned under their slots'
 * names. The wrapper with {@code version} 1.x.y and the bare graph are both read.
 *
 * <p>The form has no types, so the reader is told them. A slot that no node writes takes the type
 * of its exact name, else of its name before {@code [}; the graph's input has the name that the
 * type came under. A slot named {@code const_<number>} without a type is that number. All is
 * computed in one dtype: f32 where an input is f32 and none is f64, else f64; other inputs, such as
 * relations, are converted. Types of names that no slot has are ignored.
 *
 * <p>A letter of an einsum's result that no operand has repeats the result along an axis, whose
 * extent is that of the letter in another spec or in an input's name such as {@code knows[ab]}.
 * A node's metadata becomes its {@link org.tensorlogic.error.Origin}: span (else that of the
 * provenance, or its source file) and name (else the rule's). Safe for any number of threads.
 */
public final class GraphJson {

  private GraphJson() {}

  /**
   * Reads a file on inputs of these types.
   *
   * @throws org.tensorlogic.error.FileException when it cannot be read or is no JSON, with line and
   *     column
   * @throws org.tensorlogic.error.GraphException with all problems, each with the node's index, op
   *     and origin
   */
  public static Graph read(Path file, Map<String, TensorType> inputTypes) {
    return read(TextFile.read(file), file.toString(), inputTypes, ImplicitResult.ALL_LETTERS);
  }

  /**
   * Reads JSON text on inputs of these types, as {@link #read(Path, Map)} does.
   *
   * @param name what messages call the text
   * @param implicit what specs without an arrow mean
   */
  public static Graph read(String json, String name, Map<String, TensorType> inputTypes,
      ImplicitResult implicit) {
    var problems = new FormProblems(name);
    FormGraph graph = new FormParser(name, implicit, problems).parse(json);
    problems.throwAny();
    List<Integer> sources = new FormChecks(graph, problems).run();
    problems.throwAny();
    return new FormBuilder(graph, Map.copyOf(inputTypes), problems).build(sources);
  }

  /**
   * Returns the names of the slots of a file that need a type: those that no node writes and that
   * are no constants, in order.
   *
   * @throws org.tensorlogic.error.TensorLogicException as {@link #read(Path, Map)} does
   */
  public static List<String> inputNames(Path file) {
    var problems = new FormProblems(file.toString());
    FormGraph graph = new FormParser(file.toString(), ImplicitResult.ALL_LETTERS, problems)
        .parse(TextFile.read(file));
    problems.throwAny();
    List<Integer> sources = new FormChecks(graph, problems).run();
    problems.throwAny();
    return sources.stream().filter(slot -> graph.constant(slot).isEmpty())
        .map(graph.slots()::get).toList();
  }

  /**
   * Prints a graph in the form, with the wrapper; places become metadata. Reading it with the types
   * of the graph's inputs gives a graph that computes the same.
   *
   * @throws org.tensorlogic.error.GraphException naming the first node that the form cannot express
   */
  public static String write(Graph graph) {
    return new FormWriter(graph).print();
  }

  /**
   * Writes a graph to a file, as {@link #write(Graph)} prints it.
   *
   * @throws org.tensorlogic.error.FileException when the file cannot be written
   */
  public static void write(Graph graph, Path file) {
    TextFile.write(file, write(graph));
  }
}
