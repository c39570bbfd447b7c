package org.tensorlogic.einsum;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.tensorlogic.error.EinsumException;
import org.tensorlogic.type.DType;

/**
 * An einsum of any number of operands as steps of one or two operands each. Tensors have numbers:
 * the einsum's operands from 0, then the result of each step in turn; every tensor is the operand
 * of exactly one step, but for the last step's result, which is the einsum's. Immutable.
 *
 * <p>In a step of two operands every index is in one of four classes: in both operands and the
 * result, in both operands only (summed), in the first and the result, in the second and the
 * result. Repeated indices and those that are summed over in one operand alone are dealt with by
 * a step of that one operand before.
 *
 * @param spec the whole einsum
 * @param steps what to do, in this order; at least one
 */
public record ContractionOrder(EinsumSpec spec, List<Step> steps) {

  /**
   * One contraction.
   *
   * @param operands the numbers of one or two tensors
   * @param result the number of the tensor that it makes
   * @param spec what it computes
   * @param flops multiplications and additions: two for each multiply-add; saturates
   * @param count the elements of its result; saturates
   * @param view whether the result is a strided view of the one operand: a diagonal, permuted
   *     axes, dropped axes of extent 1; nothing is computed or stored
   */
  public record Step(List<Integer> operands, int result, EinsumSpec spec, double flops,
      double count, boolean view) {

    /** Keeps a copy of the list. */
    public Step {
      operands = List.copyOf(operands);
    }

    /** Prints one line, such as {@code #3 = ij,jk->ik of #0, #1: 120 FLOPs, 20 elements}. */
    @Override
    public String toString() {
      String from = operands.stream().map(number -> "#" + number)
          .collect(Collectors.joining(", "));
      String work = view ? "view" : printed(flops) + " FLOPs";
      return "#%d = %s of %s: %s, %s elements".formatted(
          result, spec, from, work, printed(count));
    }
  }

  /** Keeps a copy of the list. */
  public ContractionOrder {
    steps = List.copyOf(steps);
  }

  /**
   * Finds the order with the fewest FLOPs; among those, the one that needs the least memory for
   * intermediates. Up to ten operands the search is exact; with more, the best of some dozens of
   * greedy trials, most of them with chance, is taken. The same arguments give the same order.
   *
   * @param extents the extent of every index, 0 or more
   * @throws IllegalArgumentException when an extent is missing or negative
   * @throws IllegalStateException when the spec has an ellipsis
   */
  public static ContractionOrder search(EinsumSpec spec, Map<Integer, Long> extents) {
    return search(spec, extents, DType.BOOL, Long.MAX_VALUE);
  }

  /**
   * Finds the order with the fewest FLOPs among those whose {@link #peakCount} keeps within a
   * bound.
   *
   * @param extents the extent of every index, 0 or more
   * @param dtype the element type of all operands
   * @param bytesMax the most bytes of intermediates at one time; {@link Long#MAX_VALUE} allows all
   * @throws EinsumException (C11) when no such order is found; among up to ten operands there is
   *     none then that makes one intermediate after the other with all that leads to it
   * @throws IllegalArgumentException when an extent is missing or negative
   * @throws IllegalStateException when the spec has an ellipsis
   */
  public static ContractionOrder search(EinsumSpec spec, Map<Integer, Long> extents, DType dtype,
      long bytesMax) {
    return OrderSearch.run(spec, extents, dtype, bytesMax);
  }

  /**
   * Returns the order of steps whose operands are known from an earlier search.
   *
   * @param operands the operands of each step
   * @throws IllegalArgumentException when the steps are not those of an order
   */
  public static ContractionOrder of(EinsumSpec spec, Map<Integer, Long> extents,
      List<List<Integer>> operands) {
    spec.requireExpanded();
    return new ContractionOrder(spec, new TensorNetwork(spec, extents).steps(operands));
  }

  /** Returns the multiplications and additions of all steps; saturates. */
  public double flops() {
    return steps.stream().mapToDouble(Step::flops).reduce(0, ContractionTree::plus);
  }

  /**
   * Returns the most elements of intermediates at one time, steps running one after the other: what
   * steps but the last store and later steps still read, and what the running step reads and
   * stores. The einsum's result, which every order makes, is not counted.
   */
  public double peakCount() {
    var live = new HashMap<Integer, Double>();
    double peak = 0;
    for (Step step : steps.subList(0, steps.size() - 1)) {
      live.put(step.result(), step.view() ? 0 : step.count());
      peak = Math.max(peak, live.values().stream().reduce(0.0, ContractionTree::plus));
      live.keySet().removeAll(step.operands());
    }
    return peak;
  }

  /** Prints a line of totals and one line for each step, without a line break at the end. */
  @Override
  public String toString() {
    String totals = "einsum \"%s\": %s FLOPs, intermediates of %s elements at once".formatted(
        spec, printed(flops()), printed(peakCount()));
    return totals + steps.stream().map(step -> "\n  " + step).collect(Collectors.joining());
  }

  static String printed(double number) {
    return number < 1e15 ? Long.toString((long) number)
        : String.format(Locale.ROOT, "%.3e", number);
  }
}
