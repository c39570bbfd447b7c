package org.tensorlogic.lang.compile;

import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.tensorlogic.ir.Graph;
import org.tensorlogic.ir.GraphBuilder;
import org.tensorlogic.ir.Node;
import org.tensorlogic.lang.check.CheckedProgram;
import org.tensorlogic.lang.check.Definition;
import org.tensorlogic.lang.check.EvaluationGroup;
import org.tensorlogic.type.DType;

/**
 * Compiles checked programs to graphs. Names with facts, a file or an initial distribution are
 * inputs of the graph under their names; everything else is a node that carries the place of its
 * equation.
 */
public final class GraphCompiler {

  private GraphCompiler() {}

  /**
   * Compiles what some names depend on, and no more.
   *
   * @param names the outputs, under their names
   * @throws org.tensorlogic.error.TensorLogicException with the place where an equation asks for
   *     what no operation gives
   */
  public static Graph compile(CheckedProgram program, Collection<String> names, Limits limits) {
    GraphBuilder builder = new GraphBuilder();
    Tensors tensors = new Tensors(builder, program.definitions());
    GroupCompiler compiler = new GroupCompiler(program, tensors, limits);
    program.groupsFor(names).forEach(compiler::compile);
    return build(builder, tensors, names);
  }

  /** Compiles one group by itself: the names that it reads are inputs too. */
  public static Graph compile(CheckedProgram program, EvaluationGroup group, Limits limits) {
    GraphBuilder builder = new GraphBuilder();
    Tensors tensors = new Tensors(builder, program.definitions());
    Set<String> read = new HashSet<>();
    group.names().forEach(name -> read.addAll(program.reads().get(name)));
    group.names().forEach(read::remove);
    program.groups().stream()
        .flatMap(other -> other.names().stream())
        .filter(read::contains)
        .forEach(name -> tensors.finish(name, tensors.input(name)));
    new GroupCompiler(program, tensors, limits).compile(group);
    return build(builder, tensors, group.names());
  }

  private static Graph build(GraphBuilder builder, Tensors tensors, Collection<String> names) {
    Map<String, Node> outputs = new LinkedHashMap<>();
    names.forEach(name -> outputs.put(name, tensors.of(name)));
    return builder.build(outputs);
  }

  /** Returns the dtype that a name has in graphs; narrow declared ones widen to f32 or i64. */
  public static DType dtype(Definition definition) {
    return NumberTypes.computing(definition.dtype());
  }

  /** Returns whether a name is an input of the graphs that need it. */
  public static boolean isInput(Definition definition) {
    return Tensors.isGiven(definition);
  }
}
