package org.tensorlogic.ir;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.tensorlogic.einsum.EinsumBinding;
import org.tensorlogic.einsum.EinsumSpec;
import org.tensorlogic.einsum.OperandPullback;
import org.tensorlogic.einsum.Semiring;
import org.tensorlogic.error.Requirement;
import org.tensorlogic.type.DType;
import org.tensorlogic.type.Dim;
import org.tensorlogic.type.Shape;
import org.tensorlogic.type.TensorType;

/**
 * Joins operands by the indices of their axes and sums over the indices that the result lacks,
 * where sum and product are those of a semiring.
 *
 * @param spec which index each axis carries, without ellipsis
 * @param semiring the meaning of sum and product
 */
public record Einsum(EinsumSpec spec, Semiring semiring) implements Op {

  /** Refuses an ellipsis, whose axes only the operands tell. */
  public Einsum {
    Requirement.requireArgument(!spec.hasEllipsis(),
        () -> "build it by Ops.einsum, which expands the ellipsis",
        "einsum \"%s\" has an ellipsis", spec);
  }

  @Override
  public String function() {
    return "einsum";
  }

  @Override
  public String attributes() {
    return '"' + spec.toString() + '"'
        + (semiring == Semiring.SUM_PRODUCT ? "" : " " + semiring.text());
  }

  /**
   * (C1) to (C5) of {@link EinsumSpec#bind}; then (C12) the semiring accepts the dtypes; (C13) they
   * are equal. Or-and takes bool only; the others take f32, f64, and i64 where no logarithm is
   * involved.
   */
  @Override
  public TensorType infer(List<TensorType> operands) {
    var shapes = new ArrayList<Shape>();
    operands.forEach(operand -> shapes.add(operand.shape()));
    EinsumBinding binding = spec.bind(shapes);
    TensorType first = operands.getFirst();
    boolean fits = accepts().contains(first.dtype());
    for (TensorType operand : operands) {
      fits &= operand.dtype() == first.dtype();
    }
    if (!fits) {
      String text = "einsum " + attributes();
      Rules.requireAccepted(text, "C12", operands, accepts());
      Rules.requireSameDType(text, "C13", operands);
    }
    return first.as(binding.result());
  }

  private Accepts accepts() {
    return switch (semiring) {
      case OR_AND -> Accepts.LOGICAL;
      case LOG_SUM_EXP -> Accepts.FLOATING;
      case SUM_PRODUCT, MAX_PLUS, MIN_PLUS, MAX_PRODUCT, MAX_MIN -> Accepts.NUMERIC;
    };
  }

  @Override
  public List<Optional<Node>> pullback(Node self, Node cotangent) {
    var cotangents = new ArrayList<Optional<Node>>();
    Node weights = semiring == Semiring.SUM_PRODUCT || semiring == Semiring.OR_AND ? null
        : Ops.mul(Ops.insertAxes(cotangent, termShape(self), summedAxes()), weights(self));
    for (int operand = 0; operand < self.operands().size(); operand++) {
      cotangents.add(switch (semiring) {
        case SUM_PRODUCT -> Optional.of(ofSumProduct(self, operand, cotangent));
        case OR_AND -> Optional.empty();
        case MAX_PLUS, MIN_PLUS, LOG_SUM_EXP -> Optional.of(gathered(self, operand, weights));
        case MAX_PRODUCT -> Optional.of(
            gathered(self, operand, Ops.mul(weights, others(self, operand))));
        case MAX_MIN -> Optional.of(
            gathered(self, operand, Ops.mul(weights, least(self, operand))));
      });
    }
    return cotangents;
  }

  private Node ofSumProduct(Node self, int operand, Node cotangent) {
    OperandPullback rule = spec.pullback(operand);
    EinsumBinding binding = binding(self);
    var operands = new ArrayList<Node>();
    operands.add(cotangent);
    for (int other = 0; other < self.operands().size(); other++) {
      if (other != operand) {
        operands.add(self.operand(other));
      }
    }
    for (int index : rule.identities()) {
      operands.add(Ops.identity(cotangent, binding.extents().get(index).extent()));
    }
    Node reached = Ops.einsum(rule.spec(), Semiring.SUM_PRODUCT, operands);
    return Ops.insertAxes(reached, self.operand(operand).shape(), rule.broadcastAxes());
  }

  private EinsumBinding binding(Node self) {
    return spec.bind(self.operands().stream().map(Node::shape).toList());
  }

  /** All indices: those of the result, then those summed over. */
  private List<Integer> allIndices() {
    var all = new ArrayList<>(spec.result());
    all.addAll(spec.summed());
    return all;
  }

  private List<Integer> summedAxes() {
    var axes = new ArrayList<Integer>();
    for (int axis = spec.result().size(); axis < allIndices().size(); axis++) {
      axes.add(axis);
    }
    return axes;
  }

  private Shape termShape(Node self) {
    return binding(self).shape(allIndices());
  }

  /** An operand with one axis for each index of the whole join. */
  private Node joined(Node self, int operand) {
    List<Integer> term = spec.operands().get(operand);
    List<Integer> distinct = term.stream().distinct().toList();
    Node plain = distinct.size() == term.size() ? self.operand(operand)
        : Ops.einsum(new EinsumSpec(List.of(term), distinct), Semiring.SUM_PRODUCT,
            List.of(self.operand(operand)));
    Shape all = termShape(self);
    return Ops.broadcast(plain, all, distinct.stream().map(allIndices()::indexOf).toList());
  }

  /** The semiring product of all operands at every combination of indices. */
  private Node terms(Node self) {
    Node product = joined(self, 0);
    for (int operand = 1; operand < self.operands().size(); operand++) {
      Node factor = joined(self, operand);
      product = switch (semiring) {
        case MAX_PLUS, MIN_PLUS, LOG_SUM_EXP -> Ops.add(product, factor);
        case SUM_PRODUCT, MAX_PRODUCT, OR_AND -> Ops.mul(product, factor);
        case MAX_MIN -> Ops.min(product, factor);
      };
    }
    return product;
  }

  /** How much each term weighs in the result: its share of the sum, or of the ties. */
  private Node weights(Node self) {
    Node terms = terms(self);
    if (semiring == Semiring.LOG_SUM_EXP) {
      return Ops.exp(Ops.sub(terms, Ops.insertAxes(self, terms.shape(), summedAxes())));
    }
    // The extreme of these very terms: the result itself may be rounded in another pairwise order.
    Node extreme = Ops.reduce(semiring == Semiring.MIN_PLUS ? Reduction.MIN : Reduction.MAX, terms,
        summedAxes());
    Node hits = Ops.convert(Ops.eq(terms, Ops.insertAxes(extreme, terms.shape(), summedAxes())),
        self.dtype());
    Node ties = Ops.reduce(Reduction.SUM, hits, summedAxes());
    return Ops.div(hits, Ops.insertAxes(ties, terms.shape(), summedAxes()));
  }

  private Node others(Node self, int operand) {
    Dim[] all = termShape(self).dims().toArray(Dim[]::new);
    Node product = Ops.broadcast(Ops.scalar(self, 1), new Shape(List.of(all)), List.of());
    for (int other = 0; other < self.operands().size(); other++) {
      product = other == operand ? product : Ops.mul(product, joined(self, other));
    }
    return product;
  }

  /** 1 where an operand is the least factor of its term, shared among ties. */
  private Node least(Node self, int operand) {
    Node terms = terms(self);
    Node ties = null;
    for (int other = 0; other < self.operands().size(); other++) {
      Node hit = Ops.convert(Ops.eq(joined(self, other), terms), self.dtype());
      ties = ties == null ? hit : Ops.add(ties, hit);
    }
    return Ops.div(Ops.convert(Ops.eq(joined(self, operand), terms), self.dtype()), ties);
  }

  /** Sums weights over all indices that an operand lacks, and puts them on its axes. */
  private Node gathered(Node self, int operand, Node weights) {
    var forward = new EinsumSpec(List.of(spec.operands().get(operand)),
        spec.operands().get(operand).stream().distinct().toList());
    Node summed = Ops.einsum(new EinsumSpec(List.of(allIndices()), forward.result()),
        Semiring.SUM_PRODUCT, List.of(weights));
    if (forward.result().equals(forward.operands().getFirst())) {
      return summed;
    }
    OperandPullback rule = forward.pullback(0);
    var operands = new ArrayList<Node>(List.of(summed));
    for (int index : rule.identities()) {
      operands.add(Ops.identity(summed, binding(self).extents().get(index).extent()));
    }
    return Ops.einsum(rule.spec(), Semiring.SUM_PRODUCT, operands);
  }

  @Override
  public Optional<KernelKey> kernel(List<TensorType> operands) {
    DType dtype = operands.getFirst().dtype();
    String function = semiring.name().toLowerCase(Locale.ROOT);
    return Optional.of(new KernelKey("contract", function, dtype));
  }
}
