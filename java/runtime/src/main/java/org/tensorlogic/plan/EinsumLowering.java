package org.tensorlogic.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.tensorlogic.einsum.ContractionOrder;
import org.tensorlogic.einsum.EinsumBinding;
import org.tensorlogic.einsum.EinsumSpec;
import org.tensorlogic.einsum.Semiring;
import org.tensorlogic.error.EinsumException;
import org.tensorlogic.ir.Binary;
import org.tensorlogic.ir.Einsum;
import org.tensorlogic.ir.Node;
import org.tensorlogic.ir.Reduce;
import org.tensorlogic.ir.Reduction;
import org.tensorlogic.type.DType;
import org.tensorlogic.type.Layout;
import org.tensorlogic.type.Shape;

/** Carries out one einsum as views, reductions and pairwise contractions in the best order. */
final class EinsumLowering {

  private final Planner planner;
  private final Node node;
  private final Einsum einsum;
  private final List<Value> working = new ArrayList<>();

  EinsumLowering(Planner planner, Node node, Einsum einsum) {
    this.planner = planner;
    this.node = node;
    this.einsum = einsum;
  }

  Value lower() {
    for (int i = 0; i < node.operands().size(); i++) {
      working.add(planner.operand(node, i));
    }
    EinsumBinding binding = binding(einsum.spec(), working);
    for (var step : order(binding).steps()) {
      working.add(step.operands().size() == 1
          ? alone(step.spec(), working.get(step.operands().getFirst()), step.flops())
          : together(step));
    }
    return working.getLast();
  }

  private static EinsumBinding binding(EinsumSpec spec, List<Value> operands) {
    var shapes = new ArrayList<Shape>(operands.size());
    for (Value operand : operands) {
      shapes.add(operand.layout().shape());
    }
    return spec.bind(shapes);
  }

  private ContractionOrder order(EinsumBinding binding) {
    try {
      return planner.order(einsum.spec(), binding, working.getFirst().dtype());
    } catch (EinsumException refused) {
      throw refused.at(node.origin());
    }
  }

  /** Views the diagonals and the order of the result's axes, then sums what is left over. */
  private Value alone(EinsumSpec spec, Value operand, double flops) {
    List<Integer> term = spec.operands().getFirst();
    var indices = new ArrayList<>(spec.result());
    spec.summed().stream()
        .filter(index -> operand.layout().extent(term.indexOf(index)) != 1)
        .forEach(indices::add);
    Value view = operand.through(operand.layout().diagonal(indices.stream()
        .map(index -> axesOf(term, index)).toList()));
    if (indices.size() == spec.result().size()) {
      return view;
    }
    var axes = IntStream.range(spec.result().size(), indices.size()).boxed().toList();
    Optional<Reduction> reduction = reduction();
    if (reduction.isPresent()) {
      return planner.reduced(node, axes, view, new Reduce(reduction.get(), axes));
    }
    return contracted(new EinsumSpec(List.of(indices), spec.result()), List.of(view), flops);
  }

  private static List<Integer> axesOf(List<Integer> term, int index) {
    return IntStream.range(0, term.size()).filter(axis -> term.get(axis) == index).boxed().toList();
  }

  /** The reduction that equals the semiring's sum, also over no elements. */
  private Optional<Reduction> reduction() {
    return switch (einsum.semiring()) {
      case SUM_PRODUCT -> Optional.of(Reduction.SUM);
      case MAX_PLUS, MAX_PRODUCT, MAX_MIN -> Optional.of(Reduction.MAX);
      case MIN_PLUS -> Optional.of(Reduction.MIN);
      case OR_AND -> Optional.of(Reduction.ANY);
      case LOG_SUM_EXP -> Optional.empty();
    };
  }

  private Value together(ContractionOrder.Step step) {
    return contracted(step.spec(), step.operands().stream().map(working::get).toList(),
        step.flops());
  }

  private Value contracted(EinsumSpec spec, List<Value> operands, double flops) {
    EinsumBinding binding = binding(spec, operands);
    Layout layout = Layout.contiguous(binding.result().extents());
    Value result = planner.fresh(operands.getFirst().dtype(), layout.shape().extents());
    if (spec.summed().isEmpty() && operands.size() == 2 && isPointwise(result.dtype())) {
      multiplied(spec, operands, result);
      return result;
    }
    var pair = new Einsum(spec, einsum.semiring());
    planner.run(node, pair, Planner.key(pair, operands), operands, result, flops);
    return result;
  }

  /** In i64 the saturated zero of these semirings annihilates, which a sum of integers does not. */
  private boolean isPointwise(DType dtype) {
    return dtype != DType.I64
        || einsum.semiring() != Semiring.MAX_PLUS && einsum.semiring() != Semiring.MIN_PLUS;
  }

  /** Products without a sum: one pointwise step over the result, each operand repeated along it. */
  private void multiplied(EinsumSpec spec, List<Value> operands, Value result) {
    Binary multiply = switch (einsum.semiring()) {
      case SUM_PRODUCT, MAX_PRODUCT -> Binary.MUL;
      case MAX_PLUS, MIN_PLUS, LOG_SUM_EXP -> Binary.ADD;
      case MAX_MIN -> Binary.MIN;
      case OR_AND -> Binary.AND;
    };
    var views = new ArrayList<Value>();
    for (int i = 0; i < operands.size(); i++) {
      Layout layout = operands.get(i).layout();
      views.add(operands.get(i).through(layout.broadcast(result.layout().shape().extents(),
          spec.operands().get(i).stream().map(spec.result()::indexOf).toList())));
    }
    planner.run(node, multiply, Planner.key(multiply, views), views, result,
        result.layout().count());
  }
}
