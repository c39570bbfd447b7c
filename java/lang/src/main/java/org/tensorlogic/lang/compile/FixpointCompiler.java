package org.tensorlogic.lang.compile;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.tensorlogic.ir.Node;
import org.tensorlogic.ir.Ops;
import org.tensorlogic.ir.Reduction;
import org.tensorlogic.lang.check.CheckedEquation;
import org.tensorlogic.lang.check.EvaluationGroup;
import org.tensorlogic.lang.check.Value;
import org.tensorlogic.lang.syntax.Projection;
import org.tensorlogic.type.DType;

/**
 * Builds a recursive group as a loop. Equations that read nothing of the group are its start.
 *
 * <p>Groups of relations under "any" run semi-naively: beside each relation the loop keeps what the
 * last iteration added, and a rule is joined once for each of its atoms of the group, that atom
 * reading the addition only. A tuple that is new in one iteration needs a tuple that was new in the
 * one before, so nothing is missed. All other groups are computed whole in each iteration.
 */
final class FixpointCompiler {
  private final GroupCompiler groups;
  private final EvaluationGroup group;
  private final LoopBody body;
  private final Map<String, Node> states = new LinkedHashMap<>();
  private final Map<String, Node> added = new LinkedHashMap<>();
  private final Map<String, Node> starts = new LinkedHashMap<>();

  FixpointCompiler(GroupCompiler groups, EvaluationGroup group) {
    this.groups = groups;
    this.group = group;
    this.body = new LoopBody(groups.tensors().builder());
  }

  void compile() {
    for (String name : group.names()) {
      List<CheckedEquation> first =
          equations(name).stream().filter(equation -> !isRecursive(equation)).toList();
      starts.put(name, groups.start(name, first, groups.tensors().base(name)));
    }
    boolean relations =
        group.names().stream()
            .allMatch(name -> groups.isRelation(name)
                && groups.projection(name) == Projection.ANY);
    starts.forEach((name, start) -> states.put(name, body.state(name, start)));
    List<Node> results = relations ? semiNaive() : naive();
    int state = 0;
    for (String name : group.names()) {
      groups.tensors().finish(name, results.get(state++));
    }
  }

  private String label() {
    return "recursion of " + String.join(", ", group.names());
  }

  private List<CheckedEquation> equations(String name) {
    return groups.equations(name);
  }

  private boolean isRecursive(CheckedEquation equation) {
    return GroupCompiler.elements(equation).anyMatch(this::isOwn);
  }

  private boolean isOwn(Value.Element element) {
    return group.names().contains(element.name());
  }

  private Node read(Value.Element element) {
    Node state = states.get(element.name());
    return state != null ? state : body.capture(groups.tensors().of(element.name()));
  }

  private List<Node> semiNaive() {
    starts.forEach((name, start) -> added.put(name, body.state(name + " added", start)));
    Node change = null;
    List<Node> fresh = new ArrayList<>();
    for (String name : group.names()) {
      Node found = found(name);
      Node news = Ops.and(found, Ops.not(states.get(name)));
      fresh.add(news);
      change = plus(change, count(news));
    }
    for (int i = 0; i < fresh.size(); i++) {
      body.next(Ops.or(states.get(group.names().get(i)), fresh.get(i)));
    }
    fresh.forEach(body::next);
    return body.loop(change, label(), new Limits(groups.limits().iterationsMax(), 0));
  }

  /** All tuples that the rules of one name give from what was added last. */
  private Node found(String name) {
    List<EquationCompiler> compilers = new ArrayList<>();
    for (CheckedEquation equation : equations(name)) {
      if (!isRecursive(equation)) {
        continue;
      }
      for (Optional<Value.Element> driver : drivers(equation)) {
        Surroundings.Reader reader =
            element ->
                driver.isPresent() && driver.get() == element
                    ? added.get(element.name())
                    : read(element);
        compilers.add(
            new EquationCompiler(groups.surroundings(body, reader), equation, Map.of()));
      }
    }
    return groups
        .tensorsOf(body)
        .joined(name, Optional.empty(), compilers, groups.projection(name));
  }

  /** The atoms that in turn read additions only; none where the rule is not a plain join. */
  private List<Optional<Value.Element>> drivers(CheckedEquation equation) {
    List<Value.Element> own = GroupCompiler.elements(equation).filter(this::isOwn).toList();
    List<Value> joined =
        equation.clauses().stream()
            .filter(clause -> clause.guard().isEmpty())
            .map(CheckedEquation.Clause::value)
            .flatMap(value -> value instanceof Value.And and
                ? and.parts().stream()
                : Stream.of(value))
            .toList();
    boolean plain =
        equation.clauses().size() == 1
            && own.stream().allMatch(atom -> joined.stream().anyMatch(part -> part == atom));
    return plain
        ? own.stream().map(Optional::of).toList()
        : List.of(Optional.empty());
  }

  private List<Node> naive() {
    Node change = null;
    boolean exact = true;
    Tensors inside = groups.tensorsOf(body);
    for (String name : group.names()) {
      Projection projection = groups.projection(name);
      boolean grows =
          projection == Projection.ANY
              || projection == Projection.MAX
              || projection == Projection.MIN;
      boolean mean = projection == Projection.AVG;
      Optional<Node> start =
          mean
              ? groups.tensors().base(name).map(body::capture)
              : Optional.of(grows ? states.get(name) : body.capture(starts.get(name)));
      List<EquationCompiler> compilers =
          equations(name).stream()
              .filter(equation -> mean || isRecursive(equation))
              .map(equation -> new EquationCompiler(
                  groups.surroundings(body, this::read), equation, Map.of()))
              .toList();
      Node state = states.get(name);
      Node next = inside.joined(name, start, compilers, projection);
      body.next(next);
      boolean counted = grows || !next.dtype().isFloating();
      exact &= counted;
      Node moved = counted ? count(Identity.differs(state, next)) : distance(state, next);
      change = plus(change, Ops.convert(moved, DType.F64));
    }
    double tolerance = exact ? 0 : groups.limits().tolerance();
    return body.loop(change, label(), new Limits(groups.limits().iterationsMax(), tolerance));
  }

  private static Node plus(Node before, Node next) {
    return before == null ? next : Ops.add(before, next);
  }

  private static Node count(Node truth) {
    return Ops.sum(Ops.convert(truth, DType.I64));
  }

  /** The greatest absolute difference; equal infinities differ by nothing. */
  private static Node distance(Node before, Node after) {
    Node difference = Ops.abs(Ops.sub(before, after));
    Node moved =
        Ops.select(
            Identity.differs(before, after), difference, Ops.scalar(difference, 0));
    return Ops.reduce(Reduction.MAX, moved, Ops.allAxes(moved));
  }
}
