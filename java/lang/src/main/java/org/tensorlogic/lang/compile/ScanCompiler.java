package org.tensorlogic.lang.compile;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.tensorlogic.error.Code;
import org.tensorlogic.error.Diagnostic;
import org.tensorlogic.error.ProgramException;
import org.tensorlogic.ir.Node;
import org.tensorlogic.ir.Ops;
import org.tensorlogic.lang.check.CheckedEquation;
import org.tensorlogic.lang.check.EvaluationGroup;
import org.tensorlogic.lang.check.Value;
import org.tensorlogic.type.DType;

/**
 * Builds a scan as a loop whose first state counts the steps. Within a step the index of the scan
 * is a number, so an axis that runs with it becomes one gathered slice. States of other scans that
 * are read step by step are computed along, since only their last values are kept.
 */
final class ScanCompiler {
  private final GroupCompiler groups;
  private final EvaluationGroup group;
  private final Set<String> names = new LinkedHashSet<>();
  private final LoopBody body;
  private final Map<String, Node> before = new LinkedHashMap<>();
  private final Map<String, Node> after = new LinkedHashMap<>();
  private final List<String> open = new ArrayList<>();
  private Node counter;

  ScanCompiler(GroupCompiler groups, EvaluationGroup group) {
    this.groups = groups;
    this.group = group;
    this.body = new LoopBody(groups.tensors().builder());
  }

  void compile() {
    long extent = group.scan().orElseThrow().extent();
    group.names().forEach(this::include);
    names.forEach(name -> requireExtent(name, extent));
    Map<String, Node> initial = new LinkedHashMap<>();
    for (String name : names) {
      List<CheckedEquation> first =
          equations(name).stream().filter(equation -> equation.state().isEmpty()).toList();
      initial.put(name, groups.start(name, first, groups.tensors().base(name)));
    }
    if (extent == 0) {
      group.names().forEach(name -> groups.tensors().finish(name, initial.get(name)));
      return;
    }
    counter = body.state("step", groups.tensors().builder().constant(DType.I64, 0));
    initial.forEach((name, value) -> before.put(name, body.state(name, value)));
    body.next(Ops.add(counter, Ops.scalar(counter, 1)));
    names.forEach(name -> body.next(step(name)));
    Node left = Ops.sub(Ops.scalar(counter, extent - 1), counter);
    List<Node> results =
        body.loop(left, "scan of " + String.join(", ", group.names()), new Limits(extent, 0));
    int state = 1;
    for (String name : names) {
      Node result = results.get(state++);
      if (group.names().contains(name)) {
        groups.tensors().finish(name, result);
      }
    }
  }

  private List<CheckedEquation> equations(String name) {
    return groups.equations(name);
  }

  /** Adds a state and all states that it reads step by step. */
  private void include(String name) {
    if (names.add(name)) {
      equations(name).stream()
          .flatMap(GroupCompiler::elements)
          .filter(element -> element.state().isPresent())
          .forEach(element -> include(element.name()));
    }
  }

  private void requireExtent(String name, long extent) {
    for (CheckedEquation equation : equations(name)) {
      if (equation.state().isPresent()) {
        int variable = equation.state().get().variable();
        long own = equation.variables().get(variable).extent();
        if (own != extent) {
          throw new ProgramException(
              Diagnostic.error(
                      Code.PROGRAM,
                      "%s is scanned %d steps but %s, which runs with it, %d",
                      name,
                      own,
                      group.names().getFirst(),
                      extent)
                  .at(equation.origin())
                  .hint("declare the extent of the index"));
        }
      }
    }
  }

  private static void requireNoAxisOf(Value.State state, CheckedEquation equation) {
    boolean found =
        equation.head().stream()
            .anyMatch(axis -> axis.variables().anyMatch(v -> v == state.variable()));
    if (found) {
      throw new ProgramException(
          Diagnostic.error(
                  Code.PROGRAM,
                  "the index that %s is scanned along is an axis of it too",
                  equation.name())
              .at(equation.origin())
              .hint("the state of a scan has one slot; use recursion to keep every step"));
    }
  }

  /** The value of a name after this step. */
  private Node step(String name) {
    Node known = after.get(name);
    if (known != null) {
      return known;
    }
    if (open.contains(name)) {
      throw new ProgramException(
          Diagnostic.error(
                  Code.PROGRAM,
                  "the scan of %s reads itself within one step",
                  String.join(", ", open.subList(open.indexOf(name), open.size())))
              .at(equations(name).getFirst().origin())
              .hint("read the state before somewhere on the way"));
    }
    open.add(name);
    List<EquationCompiler> compilers = new ArrayList<>();
    for (CheckedEquation equation : equations(name)) {
      if (equation.state().isPresent()) {
        Value.State state = equation.state().get();
        requireNoAxisOf(state, equation);
        Surroundings around =
            groups.surroundings(body, element -> read(element, state.offset()));
        compilers.add(
            new EquationCompiler(around, equation, Map.of(state.variable(), counter)));
      }
    }
    Node value =
        compilers.isEmpty()
            ? before.get(name)
            : groups
                .tensorsOf(body)
                .joined(name, Optional.empty(), compilers, groups.projection(name));
    open.remove(name);
    after.put(name, value);
    return value;
  }

  private Node read(Value.Element element, long offset) {
    if (!before.containsKey(element.name())) {
      return body.capture(groups.tensors().of(element.name()));
    }
    boolean same = element.state().isPresent() && element.state().get().offset() == offset;
    return same ? step(element.name()) : before.get(element.name());
  }
}
