package org.tensorlogic.lang.compile;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.tensorlogic.ir.Binary;
import org.tensorlogic.ir.GraphBuilder;
import org.tensorlogic.ir.Node;
import org.tensorlogic.ir.Ops;
import org.tensorlogic.ir.Reduction;
import org.tensorlogic.ir.Unary;
import org.tensorlogic.lang.check.Function;
import org.tensorlogic.lang.check.Value;
import org.tensorlogic.type.DType;

/** Builds calls of functions. */
final class FunctionCompiler {
  /** What is added to a variance before its root, as layer normalisation commonly does. */
  private static final double LNORM_EPSILON = 1e-5;

  private final GraphBuilder builder;
  private final ValueCompiler values;
  private final long[] extents;

  FunctionCompiler(GraphBuilder builder, ValueCompiler values, long[] extents) {
    this.builder = builder;
    this.values = values;
    this.extents = extents;
  }

  Indexed call(Value.Call call, Set<Integer> keep, DType dtype) {
    return switch (call.function().kind()) {
      case ALONG -> along(call, keep, dtype);
      case POINTWISE -> pointwise(call, keep, dtype);
      case JOIN -> throw new IllegalStateException("concat is a value of its own");
    };
  }

  /** The dtype that a function works in: whole numbers only where it keeps them whole. */
  private DType working(Value.Call call, DType dtype) {
    DType own = values.types().of(call);
    for (Value argument : call.arguments()) {
      own = NumberTypes.wider(own, values.types().of(argument));
    }
    boolean keepsOwn =
        Set.of(Function.STEP, Function.EVEN, Function.ODD, Function.ARGMAX)
            .contains(call.function());
    return keepsOwn ? own : NumberTypes.wider(own, dtype);
  }

  private Indexed pointwise(Value.Call call, Set<Integer> keep, DType dtype) {
    if (call.function() == Function.WHERE) {
      return where(call, keep, dtype);
    }
    DType working = working(call, dtype);
    List<Indexed> arguments =
        call.arguments().stream().map(each -> values.number(each, keep, working)).toList();
    Indexed x = arguments.getFirst();
    Indexed result =
        switch (call.function()) {
          case SIG -> sig(x, arguments.get(1));
          case POW -> values.binary(Binary.POW, x, arguments.get(1));
          case MOD -> values.binary(Binary.MOD, x, arguments.get(1));
          case MIN -> values.binary(Binary.MIN, x, arguments.get(1));
          case MAX -> values.binary(Binary.MAX, x, arguments.get(1));
          case EVEN -> x.with(even(x.node()));
          case ODD -> x.with(Ops.not(even(x.node())));
          case STEP, RELU, SIGMOID, TANH, EXP, LOG, SQRT, RSQRT, ABS, SIN, COS, TAN, FLOOR, CEIL,
              ROUND, SIGN, ERF, GELU, SOFTPLUS, SILU ->
              x.with(Ops.unary(Unary.valueOf(call.function().name()), x.node()));
          case WHERE, SOFTMAX, LOGSOFTMAX, LNORM, ARGMAX, TOPK, CONCAT ->
              throw new IllegalStateException(call.function() + " is built elsewhere");
        };
    return result.with(Ops.convert(result.node(), dtype));
  }

  private static Node even(Node x) {
    Node real = x.dtype().isFloating() ? x : Ops.convert(x, DType.F64);
    Node rest = Ops.binary(Binary.MOD, real, Ops.scalar(real, 2));
    return Ops.eq(rest, Ops.scalar(real, 0));
  }

  /** The logistic function of x / T, which for T = 0 is the step function. */
  private Indexed sig(Indexed x, Indexed temperature) {
    Indexed warm = values.binary(Binary.DIV, x, temperature);
    Node cold = Ops.eq(temperature.node(), Ops.scalar(temperature.node(), 0));
    List<Integer> all = warm.variables();
    Node step = Ops.step(x.spread(all, extents));
    return warm.with(
        Ops.select(
            temperature.with(cold).spread(all, extents), step, Ops.sigmoid(warm.node())));
  }

  private Indexed where(Value.Call call, Set<Integer> keep, DType dtype) {
    DType tested = values.types().of(call.arguments().getFirst());
    Indexed condition = values.number(call.arguments().get(0), keep, tested);
    Indexed yes = values.number(call.arguments().get(1), keep, dtype);
    Indexed no = values.number(call.arguments().get(2), keep, dtype);
    Node holds = Identity.differs(condition.node(), Ops.scalar(condition.node(), 0));
    List<Integer> all = Indexed.union(List.of(condition, yes, no));
    return new Indexed(
        Ops.select(
            condition.with(holds).spread(all, extents),
            yes.spread(all, extents),
            no.spread(all, extents)),
        all);
  }

  private Indexed along(Value.Call call, Set<Integer> keep, DType dtype) {
    int variable = call.along().orElseThrow();
    Set<Integer> inside = new HashSet<>(keep);
    inside.add(variable);
    Indexed argument = values.number(call.arguments().getFirst(), inside, working(call, dtype));
    Set<Integer> needed = new HashSet<>(argument.variables());
    needed.add(variable);
    List<Integer> all = needed.stream().sorted().toList();
    Indexed x = new Indexed(argument.spread(all, extents), all);
    Along at = new Along(x.node(), all.indexOf(variable));
    if (call.function() == Function.ARGMAX) {
      return argmax(x, at, variable, keep, dtype);
    }
    Map<Function, Supplier<Node>> forms =
        Map.of(
            Function.SOFTMAX, at::softmax,
            Function.LOGSOFTMAX, at::logSoftmax,
            Function.LNORM, at::layerNorm);
    Node result = forms.get(call.function()).get();
    return x.with(Ops.convert(result, dtype));
  }

  /**
   * The position of the greatest element, the first of several; one-hot where the index stays.
   */
  private Indexed argmax(
      Indexed x, Along at, int variable, Set<Integer> keep, DType dtype) {
    Indexed place =
        new Indexed(
            at.firstGreatest(builder.iota(extents[variable])),
            x.variables().stream().filter(v -> v != variable).toList());
    if (!keep.contains(variable)) {
      return place.with(Ops.convert(place.node(), dtype));
    }
    Indexed index = new Indexed(builder.iota(extents[variable]), List.of(variable));
    Indexed hot = values.binary(Binary.EQ, place, index);
    return hot.with(Ops.convert(hot.node(), dtype));
  }

  /** One axis of a node. */
  private record Along(Node x, int axis) {

    private Node reduced(Reduction reduction, Node node) {
      Node result = Ops.reduce(reduction, node, List.of(axis));
      return Ops.insertAxes(result, x.shape(), List.of(axis));
    }

    private Node shifted() {
      return Ops.sub(x, reduced(Reduction.MAX, x));
    }

    Node softmax() {
      Node powers = Ops.exp(shifted());
      return Ops.div(powers, reduced(Reduction.SUM, powers));
    }

    Node logSoftmax() {
      Node shifted = shifted();
      return Ops.sub(shifted, Ops.log(reduced(Reduction.SUM, Ops.exp(shifted))));
    }

    Node layerNorm() {
      Node count = Ops.scalar(x, x.shape().dim(axis).extent());
      Node centred = Ops.sub(x, Ops.div(reduced(Reduction.SUM, x), count));
      Node variance = Ops.div(reduced(Reduction.SUM, Ops.square(centred)), count);
      Node spread = Ops.add(variance, Ops.scalar(x, LNORM_EPSILON));
      return Ops.mul(centred, Ops.rsqrt(spread));
    }

    Node firstGreatest(Node positions) {
      Node greatest = Ops.eq(x, reduced(Reduction.MAX, x));
      Node each = Ops.broadcast(positions, x.shape(), List.of(axis));
      Node beyond = Ops.scalar(each, x.shape().dim(axis).extent());
      Node found = Ops.select(greatest, each, beyond);
      return Ops.reduce(Reduction.MIN, found, List.of(axis));
    }
  }

  /** The parts one after the other; each part's joined index becomes that of the left side. */
  Indexed concat(Value.Concat concat, Set<Integer> keep, DType dtype) {
    int along = concat.along();
    List<Indexed> parts = new ArrayList<>();
    Set<Integer> others = new HashSet<>();
    for (int i = 0; i < concat.parts().size(); i++) {
      int variable = concat.partVariables().get(i);
      Set<Integer> kept = new HashSet<>(keep);
      kept.remove(along);
      kept.add(variable);
      Indexed part = values.number(concat.parts().get(i), kept, dtype);
      parts.add(part);
      part.variables().stream().filter(v -> v != variable).forEach(others::add);
    }
    List<Integer> order = new ArrayList<>(others.stream().sorted().toList());
    List<Node> nodes = new ArrayList<>();
    for (int i = 0; i < parts.size(); i++) {
      List<Integer> own = new ArrayList<>(order);
      own.add(concat.partVariables().get(i));
      nodes.add(parts.get(i).spread(own, extents));
    }
    List<Integer> result = new ArrayList<>(order);
    result.add(along);
    return new Indexed(Ops.concat(order.size(), nodes), result);
  }
}
