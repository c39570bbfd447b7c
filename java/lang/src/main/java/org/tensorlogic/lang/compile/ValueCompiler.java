package org.tensorlogic.lang.compile;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.tensorlogic.einsum.Semiring;
import org.tensorlogic.ir.Binary;
import org.tensorlogic.ir.Node;
import org.tensorlogic.ir.Ops;
import org.tensorlogic.ir.Reduction;
import org.tensorlogic.lang.check.CheckedEquation;
import org.tensorlogic.lang.check.Value;
import org.tensorlogic.lang.syntax.Comparison;
import org.tensorlogic.lang.syntax.Projection;
import org.tensorlogic.type.DType;

/**
 * Builds the values of one statement. Every method is told which variables to keep; the others are
 * summed over, or for truth values joined by or. The result has no other variables than those.
 */
final class ValueCompiler {
  private final Surroundings around;
  private final CheckedEquation equation;
  private final long[] extents;
  private final Map<Integer, Node> bound;
  private final ElementReader elements;
  private final NumberTypes types;
  private final FunctionCompiler functions;
  private final List<Indexed> present = new ArrayList<>();
  private boolean inProduct;

  ValueCompiler(Surroundings around, CheckedEquation equation, Map<Integer, Node> bound) {
    this.around = around;
    this.equation = equation;
    this.bound = bound;
    this.extents =
        equation.variables().stream().mapToLong(variable -> variable.extent()).toArray();
    this.elements = new ElementReader(around, extents, bound);
    this.types = new NumberTypes(around.definitions());
    this.functions = new FunctionCompiler(around.builder(), this, extents);
  }

  long[] extents() {
    return extents;
  }

  NumberTypes types() {
    return types;
  }

  /**
   * Returns where all elements read since the last call contribute, and forgets it. An element
   * outside its tensor does not, nor one of a {@code max=} tensor to which nothing contributed.
   */
  List<Indexed> takePresent() {
    List<Indexed> taken = List.copyOf(present);
    present.clear();
    return taken;
  }

  /** The variables of a value that are not bound. */
  Set<Integer> variables(Value value) {
    Set<Integer> found = new HashSet<>();
    value.variables().filter(v -> !bound.containsKey(v)).forEach(found::add);
    return found;
  }

  Set<Integer> with(Set<Integer> keep, Value value) {
    Set<Integer> all = new HashSet<>(keep);
    all.addAll(variables(value));
    return all;
  }

  Indexed scalar(DType dtype, double value) {
    return new Indexed(around.builder().constant(dtype, value), List.of());
  }

  /** The numbers of a value in a dtype. */
  Indexed number(Value value, Set<Integer> keep, DType dtype) {
    return switch (value) {
      case Value.Constant constant -> scalar(dtype, constant.value());
      case Value.Position position -> {
        Indexed index = elements.position(position.variable());
        yield summed(index.with(Ops.convert(index.node(), dtype)), keep);
      }
      case Value.Element element -> summed(element(element, dtype), keep);
      case Value.Sum sum -> sum(sum, keep, dtype);
      case Value.Product product -> product(product, keep, dtype);
      case Value.Call call -> summed(functions.call(call, keep, dtype), keep);
      case Value.Concat concat -> functions.concat(concat, keep, dtype);
      case Value.Compare _, Value.And _, Value.Or _, Value.Not _ -> {
        Indexed truth = truth(value, with(keep, value));
        yield summed(truth.with(Ops.convert(truth.node(), dtype)), keep);
      }
    };
  }

  private Indexed summed(Indexed value, Set<Integer> keep) {
    List<Integer> axes = value.axesOutside(keep);
    List<Integer> kept = value.variables().stream().filter(keep::contains).toList();
    return new Indexed(Ops.reduce(Reduction.SUM, value.node(), axes), kept);
  }

  private Indexed element(Value.Element element, DType dtype) {
    ElementReader.Read read = elements.read(element);
    present.addAll(read.inside());
    Indexed value = read.value();
    if (element.truth() && value.node().dtype() != DType.BOOL) {
      return value.with(Ops.convert(positive(value.node()), dtype));
    }
    Projection projection = equation.projection();
    boolean extreme = projection == Projection.MAX || projection == Projection.MIN;
    if (extreme
        && around.projections().get(element.name()) == projection
        && (inProduct || value.node().dtype() == DType.I64)) {
      Node nothing = Ops.scalar(value.node(), Identity.of(projection));
      present.add(value.with(Identity.differs(value.node(), nothing)));
    }
    return value.with(Ops.convert(value.node(), dtype));
  }

  private Indexed sum(Value.Sum sum, Set<Integer> keep, DType dtype) {
    Indexed total = null;
    for (int i = 0; i < sum.terms().size(); i++) {
      Indexed term = number(sum.terms().get(i), keep, dtype);
      boolean negative = sum.negative().get(i);
      if (total == null) {
        total = negative ? term.with(Ops.neg(term.node())) : term;
      } else {
        total = binary(negative ? Binary.SUB : Binary.ADD, total, term);
      }
    }
    return total;
  }

  /** Applies a function of two elements over the variables of both. */
  Indexed binary(Binary function, Indexed a, Indexed b) {
    List<Integer> all = Indexed.union(List.of(a, b));
    Node left = a.spread(all, extents);
    return new Indexed(Ops.binary(function, left, b.spread(all, extents)), all);
  }

  private Indexed product(Value.Product product, Set<Integer> keep, DType dtype) {
    boolean outer = inProduct;
    inProduct = true;
    List<Indexed> numerators = new ArrayList<>();
    List<Indexed> divisors = new ArrayList<>();
    for (int i = 0; i < product.factors().size(); i++) {
      Set<Integer> beside = new HashSet<>(keep);
      for (int j = 0; j < product.factors().size(); j++) {
        if (j != i) {
          beside.addAll(variables(product.factors().get(j)));
        }
      }
      Value factor = product.factors().get(i);
      boolean divides = product.divides().get(i);
      boolean whole = !divides && factor instanceof Value.Element;
      Set<Integer> kept = whole ? with(beside, factor) : beside;
      (divides ? divisors : numerators).add(number(factor, kept, dtype));
    }
    inProduct = outer;
    if (divisors.isEmpty()) {
      return Indexed.join(Semiring.SUM_PRODUCT, numerators, keep);
    }
    Indexed divisor =
        Indexed.join(Semiring.SUM_PRODUCT, divisors, Indexed.union(divisors));
    if (keep.containsAll(divisor.variables())) {
      Indexed joined = Indexed.join(Semiring.SUM_PRODUCT, numerators, keep);
      return binary(Binary.DIV, joined, divisor);
    }
    Indexed first = numerators.getFirst();
    numerators.set(0, binary(Binary.DIV, first, divisor));
    return Indexed.join(Semiring.SUM_PRODUCT, numerators, keep);
  }

  /** The truth of a value: whether it is above 0. */
  Indexed truth(Value value, Set<Integer> keep) {
    return switch (value) {
      case Value.Element element -> {
        ElementReader.Read read = elements.read(element);
        present.addAll(read.inside());
        Node truth = positive(read.value().node());
        yield any(List.of(read.value().with(truth)), keep);
      }
      case Value.And and -> any(conjuncts(and.parts(), keep), keep);
      case Value.Or or -> {
        Set<Integer> all = with(keep, or);
        Indexed joined =
            or.parts().stream()
                .map(part -> truth(part, all))
                .reduce((a, b) -> binary(Binary.OR, a, b))
                .orElseThrow();
        yield any(List.of(joined), keep);
      }
      case Value.Not not -> {
        Indexed part = truth(not.part(), with(keep, not));
        yield any(List.of(part.with(Ops.not(part.node()))), keep);
      }
      case Value.Compare compare -> compare(compare, keep);
      case Value.Product product when isLogical(product) ->
          any(conjuncts(product.factors(), keep), keep);
      case Value.Product _, Value.Sum _, Value.Call _, Value.Concat _, Value.Constant _,
          Value.Position _ -> {
        Indexed number = number(value, with(keep, value), types.of(value));
        yield any(List.of(number.with(positive(number.node()))), keep);
      }
    };
  }

  /** The parts of a conjunction, each with the variables that stand elsewhere too. */
  private List<Indexed> conjuncts(List<Value> parts, Set<Integer> keep) {
    List<Indexed> joined = new ArrayList<>();
    for (Value part : parts) {
      Set<Integer> beside = new HashSet<>(keep);
      parts.stream().filter(other -> other != part).forEach(o -> beside.addAll(variables(o)));
      joined.add(truth(part, beside));
    }
    return joined;
  }

  private boolean isLogical(Value.Product product) {
    return !product.divides().contains(true)
        && product.factors().stream().allMatch(this::isLogical);
  }

  private boolean isLogical(Value value) {
    return switch (value) {
      case Value.Element element ->
          element.truth() || types.of(element.name()) == DType.BOOL;
      case Value.And _, Value.Or _, Value.Not _, Value.Compare _ -> true;
      case Value.Product product -> isLogical(product);
      case Value.Constant _, Value.Position _, Value.Sum _, Value.Call _, Value.Concat _ -> false;
    };
  }

  private static Indexed any(List<Indexed> parts, Set<Integer> keep) {
    return Indexed.join(Semiring.OR_AND, parts, keep);
  }

  private static Node positive(Node value) {
    return value.dtype() == DType.BOOL ? value : Ops.gt(value, Ops.scalar(value, 0));
  }

  private Indexed compare(Value.Compare compare, Set<Integer> keep) {
    DType dtype = NumberTypes.wider(types.of(compare.left()), types.of(compare.right()));
    Set<Integer> all = with(keep, compare);
    Indexed left = number(compare.left(), all, dtype);
    Indexed right = number(compare.right(), all, dtype);
    return any(List.of(binary(function(compare.comparison()), left, right)), keep);
  }

  private static Binary function(Comparison comparison) {
    return switch (comparison) {
      case EQUAL -> Binary.EQ;
      case NOT_EQUAL -> Binary.NE;
      case LESS -> Binary.LT;
      case LESS_EQUAL -> Binary.LE;
      case GREATER -> Binary.GT;
      case GREATER_EQUAL -> Binary.GE;
    };
  }

  /** All variables of the statement that are not bound. */
  Set<Integer> everything() {
    Set<Integer> all = new HashSet<>();
    IntStream.range(0, extents.length).filter(v -> !bound.containsKey(v)).forEach(all::add);
    return all;
  }
}
