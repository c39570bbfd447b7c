package org.tensorlogic.rewrite;

import static org.tensorlogic.rewrite.Exactness.ASSUMES_FINITE;
import static org.tensorlogic.rewrite.Exactness.EXACT;
import static org.tensorlogic.rewrite.Exactness.REASSOCIATES;
import static org.tensorlogic.rewrite.OptimizationLevel.AGGRESSIVE;
import static org.tensorlogic.rewrite.OptimizationLevel.BASIC;
import static org.tensorlogic.rewrite.OptimizationLevel.MODERATE;
import static org.tensorlogic.rewrite.Pattern.op;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.tensorlogic.einsum.ContractionOrder;
import org.tensorlogic.einsum.EinsumBinding;
import org.tensorlogic.einsum.EinsumSpec;
import org.tensorlogic.einsum.Semiring;
import org.tensorlogic.ir.Binary;
import org.tensorlogic.ir.Einsum;
import org.tensorlogic.ir.Movement.Broadcast;
import org.tensorlogic.ir.Movement.Permute;
import org.tensorlogic.ir.Node;
import org.tensorlogic.ir.Ops;
import org.tensorlogic.ir.Reduce;
import org.tensorlogic.ir.Reduction;
import org.tensorlogic.type.Dim;
import org.tensorlogic.type.Shape;

/** Contractions that take movements, sums and other contractions into themselves. */
final class EinsumRules {

  /** The order search is exact up to here; compiling stays fast. */
  private static final int OPERANDS_MAX = 8;
  private static final Pattern X = Pattern.variable("x");

  private EinsumRules() {}

  static final List<Rule> RULES = List.of(
      Rule.of("einsum-nothing", "einsum(ij->ij, x) -> x", BASIC, EXACT, op(Einsum.class, X),
          match -> einsum(match.node()).spec().operands().getFirst()
              .equals(einsum(match.node()).spec().result()) ? match.get("x") : null),
      Rule.of("einsum-permute", "einsum(ij->ji, x) -> permute(x)", BASIC, EXACT,
          op(Einsum.class, X), EinsumRules::permuted),
      Rule.of("einsum-reduce", "einsum(ij->j, x) -> reduce(x)", MODERATE, REASSOCIATES,
          op(Einsum.class, X), EinsumRules::reduced),
      Rule.of("einsum-of-permute", "einsum(ij,jk->ik, permute(x), y) -> einsum(ji,jk->ik, x, y)",
          MODERATE, REASSOCIATES, op(Einsum.class), EinsumRules::ofPermute),
      Rule.of("einsum-of-broadcast", "einsum(ij,jk->ik, broadcast(x), y) -> "
          + "broadcast(einsum(j,jk->k, x, y))", MODERATE, REASSOCIATES, op(Einsum.class),
          EinsumRules::ofBroadcast),
      Rule.of("einsum-of-identity", "einsum(ij,jk->ik, identity, y) -> y of integers and bool",
          MODERATE, EXACT, op(Einsum.class).where(node -> !node.dtype().isFloating()),
          EinsumRules::ofIdentity),
      // NaN and infinity times 0 are NaN.
      Rule.of("einsum-of-floating-identity", "einsum(ij,jk->ik, identity, y) -> y", AGGRESSIVE,
          ASSUMES_FINITE, op(Einsum.class).where(node -> node.dtype().isFloating()),
          EinsumRules::ofIdentity),
      // Contractions hold in any order for finite numbers, as an einsum of many operands says.
      Rule.of("einsum-of-einsum", "einsum(ik,kl->il, einsum(ij,jk->ik, x, y), z) -> "
          + "einsum(ij,jk,kl->il, x, y, z) in fewer operations", MODERATE, ASSUMES_FINITE,
          op(Einsum.class), EinsumRules::ofEinsum),
      Rule.of("reduce-einsum", "sum(einsum(ij,jk->ik, x, y)) -> einsum(ij,jk->i, x, y)",
          MODERATE, ASSUMES_FINITE, op(Reduce.class, op(Einsum.class).as("inner")),
          EinsumRules::reducedEinsum),
      Rule.of("reduce-product", "sum(broadcast(x) * broadcast(y)) -> einsum(ij,jk->ik, x, y)",
          MODERATE, REASSOCIATES, op(Reduce.class, op(Binary.class).as("inner")),
          EinsumRules::joined));

  /** A rule that makes no einsum whose best order needs more bytes of intermediates at once. */
  static Rule within(Rule rule, long bytesMax) {
    return new Rule(rule.name(), rule.meaning(), rule.level(), rule.exactness(), rule.priority(),
        rule.pattern(), match -> {
          Node made = rule.replacement().of(match);
          boolean fits = made == null || !(made.op() instanceof Einsum)
              || isStatic(made) && order(made).peakCount() * made.dtype().bytes() <= bytesMax;
          return fits ? made : null;
        });
  }

  private static Einsum einsum(Node node) {
    return (Einsum) node.op();
  }

  private static EinsumBinding binding(Node node) {
    return einsum(node).spec().bind(node.operands().stream().map(Node::shape).toList());
  }

  private static boolean isDistinct(List<Integer> term) {
    return term.stream().distinct().count() == term.size();
  }

  private static Node permuted(Match match) {
    EinsumSpec spec = einsum(match.node()).spec();
    List<Integer> term = spec.operands().getFirst();
    return isDistinct(term) && spec.summed().isEmpty()
        ? Ops.permute(match.get("x"), spec.result().stream().map(term::indexOf).toList()) : null;
  }

  private static Node reduced(Match match) {
    EinsumSpec spec = einsum(match.node()).spec();
    List<Integer> term = spec.operands().getFirst();
    Optional<Reduction> reduction = reduction(einsum(match.node()).semiring());
    if (!isDistinct(term) || spec.summed().isEmpty() || reduction.isEmpty()) {
      return null;
    }
    List<Integer> kept = term.stream().filter(spec.result()::contains).toList();
    List<Integer> summed = spec.summed().stream().map(term::indexOf).toList();
    if (kept.equals(spec.result())) {
      return Ops.reduce(reduction.get(), match.get("x"), summed);
    }
    // Moving the operand is free; the result would have to be copied.
    var order = new ArrayList<>(spec.result().stream().map(term::indexOf).toList());
    order.addAll(summed);
    Node moved = Ops.permute(match.get("x"), order);
    return Ops.reduce(reduction.get(), moved,
        Ops.allAxes(moved).subList(kept.size(), moved.rank()));
  }

  /** The reduction that is the semiring's sum, also over no elements. */
  private static Optional<Reduction> reduction(Semiring semiring) {
    return switch (semiring) {
      case SUM_PRODUCT -> Optional.of(Reduction.SUM);
      case MAX_PLUS, MAX_MIN -> Optional.of(Reduction.MAX);
      case MIN_PLUS -> Optional.of(Reduction.MIN);
      case OR_AND -> Optional.of(Reduction.ANY);
      case MAX_PRODUCT, LOG_SUM_EXP -> Optional.empty();
    };
  }

  private static Node with(Node node, List<List<Integer>> terms, List<Integer> result,
      List<Node> operands) {
    return Ops.einsum(new EinsumSpec(terms, result), einsum(node).semiring(), operands);
  }

  private static Node ofPermute(Match match) {
    Node node = match.node();
    var terms = new ArrayList<>(einsum(node).spec().operands());
    var operands = new ArrayList<>(node.operands());
    for (int i = 0; i < operands.size(); i++) {
      if (operands.get(i).op() instanceof Permute(var order)) {
        List<Integer> term = terms.get(i);
        terms.set(i, IntStream.range(0, term.size())
            .mapToObj(axis -> term.get(order.indexOf(axis))).toList());
        operands.set(i, operands.get(i).operand(0));
      }
    }
    return operands.equals(node.operands()) ? null
        : with(node, terms, einsum(node).spec().result(), operands);
  }

  private static Node ofBroadcast(Match match) {
    Node node = match.node();
    var terms = new ArrayList<>(einsum(node).spec().operands());
    var operands = new ArrayList<>(node.operands());
    for (int i = 0; i < operands.size(); i++) {
      Node operand = operands.get(i);
      if (operand.op() instanceof Broadcast(_, List<Integer> axes)) {
        Source source = Source.of(operand, axes);
        List<Integer> term = terms.get(i);
        terms.set(i, source.axes().stream().map(term::get).toList());
        operands.set(i, source.node());
      }
    }
    return operands.equals(node.operands()) ? null : withoutLost(node, terms, operands);
  }

  /** What a broadcast repeats, without the extents of 1 that it repeats along. */
  private record Source(Node node, List<Integer> axes) {

    static Source of(Node broadcast, List<Integer> axes) {
      Node x = broadcast.operand(0);
      var dropped = IntStream.range(0, x.rank()).filter(axis ->
          !x.shape().dim(axis).equals(broadcast.shape().dim(axes.get(axis)))).boxed().toList();
      return new Source(Ops.reshape(x, x.shape().without(dropped)), IntStream.range(0, x.rank())
          .filter(axis -> !dropped.contains(axis)).mapToObj(axes::get).toList());
    }
  }

  /** The einsum where indices that no operand has any more are repeated or counted afterwards. */
  private static Node withoutLost(Node node, List<List<Integer>> terms, List<Node> operands) {
    EinsumSpec spec = einsum(node).spec();
    Semiring semiring = einsum(node).semiring();
    Map<Integer, Dim> extents = binding(node).extents();
    var left = terms.stream().flatMap(List::stream).distinct().toList();
    double repeats = 1;
    for (int index : spec.summed()) {
      Dim dim = extents.get(index);
      if (!left.contains(index)) {
        if (!dim.isStatic() || dim.extent() == 0 || semiring == Semiring.LOG_SUM_EXP) {
          return null;
        }
        repeats *= semiring == Semiring.SUM_PRODUCT ? dim.extent() : 1;
      }
    }
    if (repeats > 1 << 24) {
      return null;
    }
    List<Integer> result = spec.result().stream().filter(left::contains).toList();
    Node inner = with(node, terms, result, operands);
    Node scaled = repeats == 1 ? inner : Ops.mul(inner, Numbers.filled(inner, repeats));
    return Ops.broadcast(scaled, node.shape(),
        result.stream().map(spec.result()::indexOf).toList());
  }

  private static Node ofIdentity(Match match) {
    Node node = match.node();
    EinsumSpec spec = einsum(node).spec();
    Semiring semiring = einsum(node).semiring();
    if (semiring != Semiring.SUM_PRODUCT && semiring != Semiring.OR_AND) {
      return null;
    }
    for (int i = 0; i < node.operands().size(); i++) {
      List<Integer> term = spec.operands().get(i);
      if (term.size() == 2 && !term.get(0).equals(term.get(1))
          && !spec.result().containsAll(term) && Identities.isIdentity(node.operand(i))) {
        int dropped = spec.result().contains(term.get(0)) ? term.get(1) : term.get(0);
        int kept = dropped == term.get(0) ? term.get(1) : term.get(0);
        var terms = new ArrayList<>(spec.operands());
        var operands = new ArrayList<>(node.operands());
        terms.remove(i);
        operands.remove(i);
        terms.replaceAll(other -> other.stream()
            .map(index -> index == dropped ? Integer.valueOf(kept) : index).toList());
        if (terms.stream().anyMatch(other -> other.contains(kept))) {
          return with(node, terms, spec.result(), operands);
        }
      }
    }
    return null;
  }

  private static Node ofEinsum(Match match) {
    Node node = match.node();
    for (int i = 0; i < node.operands().size(); i++) {
      Node inner = node.operand(i);
      if (inner.op() instanceof Einsum other && other.semiring() == einsum(node).semiring()) {
        Node merged = merged(match, i, inner);
        if (merged != null) {
          return merged;
        }
      }
    }
    return null;
  }

  private static Node merged(Match match, int place, Node inner) {
    Node node = match.node();
    int count = node.operands().size() + inner.operands().size() - 1;
    boolean view = inner.operands().size() == 1 && einsum(inner).spec().summed().isEmpty();
    boolean mayGain = match.isUsedOnce(inner) && count <= OPERANDS_MAX && isStatic(node)
        && isStatic(inner);
    if (!view && !mayGain) {
      return null;
    }
    EinsumSpec outer = einsum(node).spec();
    EinsumSpec spec = einsum(inner).spec();
    int fresh = outer.indices().stream().mapToInt(index -> index).max().orElse(-1) + 1;
    var names = new HashMap<Integer, Integer>();
    for (int axis = 0; axis < spec.result().size(); axis++) {
      names.put(spec.result().get(axis), outer.operands().get(place).get(axis));
    }
    for (int index : spec.summed()) {
      names.put(index, fresh++);
    }
    var terms = new ArrayList<>(outer.operands());
    var operands = new ArrayList<>(node.operands());
    terms.remove(place);
    operands.remove(place);
    terms.addAll(place, spec.operands().stream()
        .map(term -> term.stream().map(names::get).toList()).toList());
    operands.addAll(place, inner.operands());
    Node merged = with(node, terms, outer.result(), operands);
    return view || order(merged).flops() < order(node).flops() + order(inner).flops()
        ? merged : null;
  }

  private static boolean isStatic(Node node) {
    return node.operands().stream().map(Node::shape).allMatch(Shape::isStatic);
  }

  private static ContractionOrder order(Node node) {
    return ContractionOrder.search(einsum(node).spec(), binding(node).knownExtents());
  }

  private static Node reducedEinsum(Match match) {
    Node inner = match.get("inner");
    var reduce = (Reduce) match.node().op();
    Optional<Reduction> sum = reduction(einsum(inner).semiring());
    if (!sum.equals(Optional.of(reduce.reduction())) || !match.isUsedOnce(inner)) {
      return null;
    }
    EinsumSpec spec = einsum(inner).spec();
    var result = IntStream.range(0, spec.result().size())
        .filter(axis -> !reduce.axes().contains(axis)).mapToObj(spec.result()::get).toList();
    return with(inner, spec.operands(), result, inner.operands());
  }

  /** A product no larger than an operand stays: it runs as one step with its sum. */
  private static Node joined(Match match) {
    Node inner = match.get("inner");
    var reduce = (Reduce) match.node().op();
    Optional<Semiring> semiring = semiring(reduce.reduction(), (Binary) inner.op());
    if (semiring.isEmpty() || !match.isUsedOnce(inner)) {
      return null;
    }
    var terms = new ArrayList<List<Integer>>();
    var operands = new ArrayList<Node>();
    for (Node operand : inner.operands()) {
      if (!(operand.op() instanceof Broadcast(_, List<Integer> axes))) {
        return null;
      }
      Source source = Source.of(operand, axes);
      if (source.axes().isEmpty() || source.axes().size() == operand.rank()) {
        return null;
      }
      terms.add(source.axes());
      operands.add(source.node());
    }
    List<Integer> all = Ops.allAxes(inner);
    boolean covered = terms.stream().flatMap(List::stream).distinct().count() == all.size();
    return covered ? Ops.einsum(new EinsumSpec(terms, all.stream()
        .filter(axis -> !reduce.axes().contains(axis)).toList()), semiring.get(), operands) : null;
  }

  private static Optional<Semiring> semiring(Reduction sum, Binary product) {
    return switch (sum) {
      case SUM -> Optional.of(Semiring.SUM_PRODUCT).filter(_ -> product == Binary.MUL);
      case MAX -> product == Binary.MIN ? Optional.of(Semiring.MAX_MIN)
          : Optional.of(Semiring.MAX_PLUS).filter(_ -> product == Binary.ADD);
      case MIN -> Optional.of(Semiring.MIN_PLUS).filter(_ -> product == Binary.ADD);
      case ANY -> Optional.of(Semiring.OR_AND).filter(_ -> product == Binary.AND);
      case PROD, ALL -> Optional.empty();
    };
  }
}
