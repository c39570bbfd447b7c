package org.tensorlogic.einsum;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.tensorlogic.error.EinsumException;

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
   * Finds the order with the fewest FLOPs; among those, the one whose largest intermediate is
   * smallest. Up to ten operands the search is exact; with more, the pair whose contraction frees
   * the most elements goes first until ten are left. The same arguments give the same order.
   *
   * @param extents the extent of every index, 0 or more
   * @throws IllegalArgumentException when an extent is missing or negative
   * @throws IllegalStateException when the spec has an ellipsis
   */
  public static ContractionOrder search(EinsumSpec spec, Map<Integer, Long> extents) {
    return search(spec, extents, Double.POSITIVE_INFINITY);
  }

  /**
   * Finds the order with the fewest FLOPs among those that keep what a step of two operands makes
   * within a bound. The einsum's result, which every order makes, is not counted, nor is an
   * operand after sums of its own, which is never larger than it was.
   *
   * @param extents the extent of every index, 0 or more
   * @param intermediateCountMax the bound, in elements
   * @throws EinsumException (C11) when no such order is found; among up to ten operands there is
   *     none then
   * @throws IllegalArgumentException when an extent is missing or negative
   * @throws IllegalStateException when the spec has an ellipsis
   */
  public static ContractionOrder search(EinsumSpec spec, Map<Integer, Long> extents,
      double intermediateCountMax) {
    return OrderSearch.run(spec, extents, intermediateCountMax);
  }

  /** Returns the multiplications and additions of all steps; saturates. */
  public double flops() {
    return steps.stream().mapToDouble(Step::flops).reduce(0, Cost::plus);
  }

  /** Returns the elements of the largest tensor that a step but the last stores; 0 if none. */
  public double intermediateCountMax() {
    return steps.subList(0, steps.size() - 1).stream()
        .filter(step -> !step.view())
        .mapToDouble(Step::count).max().orElse(0);
  }

  /** Prints a line of totals and one line for each step, without a line break at the end. */
  @Override
  public String toString() {
    String totals = "einsum \"%s\": %s FLOPs, intermediates of at most %s elements".formatted(
        spec, printed(flops()), printed(intermediateCountMax()));
    return totals + steps.stream().map(step -> "\n  " + step).collect(Collectors.joining());
  }

  static String printed(double number) {
    return number < 1e15 ? Long.toString((long) number)
        : String.format(Locale.ROOT, "%.3e", number);
  }
}
