package org.tensorlogic.lang.compile;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.tensorlogic.einsum.Semiring;
import org.tensorlogic.ir.Binary;
import org.tensorlogic.ir.Node;
import org.tensorlogic.ir.Ops;
import org.tensorlogic.ir.Reduction;
import org.tensorlogic.lang.check.CheckedEquation;
import org.tensorlogic.lang.check.Definition;
import org.tensorlogic.lang.check.Value;
import org.tensorlogic.lang.syntax.Projection;
import org.tensorlogic.type.DType;

/** Builds one equation: its clauses are joined, projected and put in place. */
final class EquationCompiler {
  private final Surroundings around;
  private final CheckedEquation equation;
  private final ValueCompiler values;
  private final HeadPlacer placer;
  private final DType dtype;
  private final Set<Integer> head = new HashSet<>();

  /**
   * Makes a compiler.
   *
   * @param bound variables that have one value, an i64 of rank 0
   */
  EquationCompiler(Surroundings around, CheckedEquation equation, Map<Integer, Node> bound) {
    this.around = around;
    this.equation = equation;
    this.values = new ValueCompiler(around, equation, bound);
    Definition definition = around.definitions().get(equation.name());
    this.placer =
        new HeadPlacer(
            around.builder(),
            equation.projection(),
            equation.head(),
            values.extents(),
            definition.extents());
    equation.head().stream().flatMapToInt(axis -> axis.variables()).forEach(head::add);
    this.dtype = dtype(definition);
  }

  /** The dtype of the equation's work: bool for rules, else wide enough for all it reads. */
  private DType dtype(Definition definition) {
    if (equation.projection().isBoolean()) {
      return DType.BOOL;
    }
    DType declared = NumberTypes.computing(definition.dtype());
    DType work = declared == DType.BOOL ? DType.I64 : declared;
    for (CheckedEquation.Clause clause : equation.clauses()) {
      work = NumberTypes.wider(work, values.types().of(clause.value()));
    }
    boolean real =
        equation.projection() == Projection.AVG || equation.projection() == Projection.LSE;
    return real ? NumberTypes.wider(work, DType.F32) : work;
  }

  /**
   * What equations contribute to a tensor before all are joined.
   *
   * @param total joined by the projection
   * @param count for means the number of contributions
   */
  record Contribution(Node total, Optional<Node> count) {}

  Contribution contribution() {
    around.builder().at(equation.origin());
    Node total = null;
    Node count = null;
    for (CheckedEquation.Clause clause : equation.clauses()) {
      values.takePresent();
      if (equation.projection() == Projection.AVG) {
        Mean mean = mean(clause);
        total = joined(total, placer.place(mean.sum()));
        count = joined(count, placer.place(mean.count()));
      } else {
        total = joined(total, placer.place(projected(clause)));
      }
    }
    return new Contribution(total, Optional.ofNullable(count));
  }

  private Node joined(Node before, Node next) {
    return before == null ? next : Identity.join(equation.projection(), before, next);
  }

  private Indexed projected(CheckedEquation.Clause clause) {
    return switch (equation.projection()) {
      case SUM -> sum(clause);
      case ANY -> any(clause);
      case ALL -> all(clause);
      case MAX -> semiring(clause, Semiring.MAX_PLUS);
      case MIN -> semiring(clause, Semiring.MIN_PLUS);
      case LSE -> semiring(clause, Semiring.LOG_SUM_EXP);
      case PROD -> reduced(whole(clause));
      case AVG -> throw new IllegalStateException("a mean is a sum and a count");
    };
  }

  private Indexed sum(CheckedEquation.Clause clause) {
    if (clause.guard().isEmpty()) {
      return values.number(clause.value(), head, dtype);
    }
    Indexed guard = values.truth(clause.guard().get(), values.everything());
    Set<Integer> keep = new HashSet<>(head);
    keep.addAll(guard.variables());
    Indexed value = values.number(clause.value(), keep, dtype);
    return reduced(masked(value, List.of(guard)));
  }

  private Indexed any(CheckedEquation.Clause clause) {
    Value value = clause.value();
    return clause
        .guard()
        .map(guard -> values.truth(new Value.And(List.of(value, guard)), head))
        .orElseGet(() -> values.truth(value, head));
  }

  private Indexed all(CheckedEquation.Clause clause) {
    Set<Integer> all = new HashSet<>(head);
    all.addAll(values.variables(clause.value()));
    Indexed value = values.truth(clause.value(), all);
    return reduced(masked(value, masks(clause)));
  }

  /** A sum under max, min or log-sum-exp is one einsum unless some parts do not contribute. */
  private Indexed semiring(CheckedEquation.Clause clause, Semiring semiring) {
    boolean plain = clause.value() instanceof Value.Sum sum && !sum.negative().contains(true);
    if (!plain || clause.guard().isPresent()) {
      return reduced(whole(clause));
    }
    List<Indexed> terms = new ArrayList<>();
    for (Value term : clause.value().parts()) {
      terms.add(values.number(term, values.everything(), dtype));
    }
    List<Indexed> present = values.takePresent();
    if (present.isEmpty()) {
      return Indexed.join(semiring, terms, head);
    }
    Indexed joined =
        terms.stream().reduce((a, b) -> values.binary(Binary.ADD, a, b)).orElseThrow();
    return reduced(masked(joined, present));
  }

  /** The value over all its variables, with the identity where it does not contribute. */
  private Indexed whole(CheckedEquation.Clause clause) {
    Indexed value = values.number(clause.value(), values.everything(), dtype);
    return masked(value, masks(clause));
  }

  private List<Indexed> masks(CheckedEquation.Clause clause) {
    List<Indexed> masks = new ArrayList<>(values.takePresent());
    clause.guard().ifPresent(guard -> masks.add(values.truth(guard, values.everything())));
    return masks;
  }

  private Indexed masked(Indexed value, List<Indexed> masks) {
    Indexed result = value;
    for (Indexed mask : masks) {
      List<Integer> all = Indexed.union(List.of(result, mask));
      Node node = result.spread(all, values.extents());
      Node nothing = Ops.scalar(node, Identity.of(equation.projection()));
      result =
          new Indexed(Ops.select(mask.spread(all, values.extents()), node, nothing), all);
    }
    return result;
  }

  private Indexed reduced(Indexed value) {
    List<Integer> kept = value.variables().stream().filter(head::contains).toList();
    Node node =
        Identity.reduce(equation.projection(), value.node(), value.axesOutside(head));
    return new Indexed(node, kept);
  }

  private record Mean(Indexed sum, Indexed count) {}

  private Mean mean(CheckedEquation.Clause clause) {
    Indexed value = values.number(clause.value(), values.everything(), dtype);
    List<Indexed> masks = masks(clause);
    Indexed one = value.with(
        Ops.broadcastTo(Ops.scalar(value.node(), 1), value.node().shape()));
    return new Mean(counted(masked(value, masks)), counted(masked(one, masks)));
  }

  /** A sum also over the left side's variables is none: they are kept. */
  private Indexed counted(Indexed value) {
    List<Integer> kept = value.variables().stream().filter(head::contains).toList();
    Node node = Ops.reduce(Reduction.SUM, value.node(), value.axesOutside(head));
    return new Indexed(node, kept);
  }
}
