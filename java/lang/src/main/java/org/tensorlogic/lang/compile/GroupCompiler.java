package org.tensorlogic.lang.compile;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.tensorlogic.ir.Node;
import org.tensorlogic.lang.check.CheckedEquation;
import org.tensorlogic.lang.check.CheckedProgram;
import org.tensorlogic.lang.check.EvaluationGroup;
import org.tensorlogic.lang.check.Value;
import org.tensorlogic.lang.syntax.Projection;

/** Builds the names of a program group by group. */
final class GroupCompiler {
  private final CheckedProgram program;
  private final Tensors tensors;
  private final Limits limits;
  private final Map<String, Projection> projections;

  GroupCompiler(CheckedProgram program, Tensors tensors, Limits limits) {
    this.program = program;
    this.tensors = tensors;
    this.limits = limits;
    this.projections =
        program.groups().stream()
            .flatMap(group -> group.equations().stream())
            .collect(
                Collectors.toMap(
                    CheckedEquation::name, CheckedEquation::projection, (first, _) -> first));
  }

  void compile(EvaluationGroup group) {
    switch (group.kind()) {
      case ONCE -> {
        String name = group.names().getFirst();
        tensors.finish(name, start(name, group.equations(), tensors.base(name)));
      }
      case FIXPOINT -> new FixpointCompiler(this, group).compile();
      case SCAN -> new ScanCompiler(this, group).compile();
    }
  }

  Tensors tensors() {
    return tensors;
  }

  Limits limits() {
    return limits;
  }

  /** The surroundings of equations that read finished tensors. */
  Surroundings surroundings() {
    return new Surroundings(
        tensors.builder(),
        program.definitions(),
        projections,
        element -> tensors.of(element.name()));
  }

  /** The surroundings of equations in a loop's body. */
  Surroundings surroundings(LoopBody body, Surroundings.Reader reader) {
    return new Surroundings(body.builder(), program.definitions(), projections, reader);
  }

  Tensors tensorsOf(LoopBody body) {
    return new Tensors(body.builder(), program.definitions());
  }

  /** All equations of a name. */
  List<CheckedEquation> equations(String name) {
    return program.groups().stream()
        .flatMap(group -> group.equations().stream())
        .filter(equation -> equation.name().equals(name))
        .toList();
  }

  Projection projection(String name) {
    return projections.get(name);
  }

  boolean isRelation(String name) {
    return program.definitions().get(name).isRelation();
  }

  /** A name as these equations and what is given make it. */
  Node start(
      String name, List<CheckedEquation> equations, Optional<Node> given) {
    List<EquationCompiler> compilers =
        equations.stream()
            .map(equation -> new EquationCompiler(surroundings(), equation, Map.of()))
            .toList();
    return tensors.joined(name, given, compilers, projection(name));
  }

  /** All elements that an equation reads. */
  static Stream<Value.Element> elements(CheckedEquation equation) {
    return equation.clauses().stream()
        .flatMap(clause -> Stream.concat(Stream.of(clause.value()), clause.guard().stream()))
        .flatMap(GroupCompiler::elements);
  }

  static Stream<Value.Element> elements(Value value) {
    return value instanceof Value.Element element
        ? Stream.of(element)
        : value.parts().stream().flatMap(GroupCompiler::elements);
  }
}
