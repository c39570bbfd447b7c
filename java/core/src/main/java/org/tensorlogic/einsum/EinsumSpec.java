package org.tensorlogic.einsum;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.tensorlogic.error.EinsumException;
import org.tensorlogic.type.Shape;

/**
 * Which indices the axes of an einsum's operands and result carry. The result's element at some
 * values of its indices is the sum, over all values of the other indices, of the product of the
 * operands' elements there; {@link Semiring} says what sum and product are. An index that one
 * operand repeats reads its diagonal. Immutable.
 *
 * <p>Indices are numbers: 0-25 print as {@code a-z}, 26-51 as {@code A-Z}, the others as
 * {@code i52}, {@code i53} and so on. {@link #ELLIPSIS} stands for the axes that an ellipsis
 * covers: none or more, different numbers in different operands, which broadcast as in NumPy
 * (aligned from the right, extents equal or 1).
 *
 * @param operands the terms of the operands, at least one; an empty term is a scalar
 * @param result the term of the result
 * @see <a href="https://numpy.org/doc/stable/reference/generated/numpy.einsum.html">NumPy</a>
 */
public record EinsumSpec(List<List<Integer>> operands, List<Integer> result) {

  /** The entry of a term that stands for the axes covered by its ellipsis. */
  public static final int ELLIPSIS = -1;

  private static final int LETTERS = 26;
  private static final int NAMED = 2 * LETTERS;

  /**
   * Keeps copies of the lists.
   *
   * @throws EinsumException (C7), (C8), (C9) see the package's list
   * @throws IllegalArgumentException when there is no operand or an index is below -1
   */
  public EinsumSpec {
    var terms = new ArrayList<List<Integer>>();
    operands.forEach(term -> terms.add(List.copyOf(term)));
    operands = List.copyOf(terms);
    result = List.copyOf(result);
    if (operands.isEmpty()) {
      throw new IllegalArgumentException("an einsum has at least one operand");
    }
    requireIndices(operands, result);
    Optional<TermFault> found = TermFault.find(operands, result);
    if (found.isPresent()) {
      throw found.get().fault().exception("einsum", print(operands, result));
    }
  }

  /**
   * Reads a spec of NumPy's grammar: index letters {@code a-z} and {@code A-Z}, operands separated
   * by commas, {@code ...}, {@code ->} before the result; spaces between these do not count.
   * Without {@code ->} the result is the operands' ellipsis, if any, and the indices that occur
   * once, sorted as characters (capitals first). Beyond NumPy, {@code i52}, {@code i53}, ... are
   * indices too, so that whatever {@link #toString} prints can be read.
   *
   * @throws EinsumException (C6) to (C9) with the column, from 1, and a caret below it
   */
  public static EinsumSpec parse(String text) {
    return new SpecParser(text).parse();
  }

  /** Returns the name of an index in printed specs; the ellipsis is {@code ...}. */
  public static String name(int index) {
    if (index == ELLIPSIS) {
      return "...";
    }
    if (index < NAMED) {
      return String.valueOf((char) (index < LETTERS ? 'a' + index : 'A' + index - LETTERS));
    }
    return "i" + index;
  }

  /**
   * Returns the result that NumPy gives operands without {@code ->}: the ellipsis first where an
   * operand has one, then the indices that occur once, capitals before small letters.
   */
  public static List<Integer> implicitResult(List<List<Integer>> operands) {
    List<Integer> all = operands.stream().flatMap(List::stream).toList();
    var result = new ArrayList<Integer>();
    if (all.contains(ELLIPSIS)) {
      result.add(ELLIPSIS);
    }
    var counts = all.stream().collect(Collectors.groupingBy(index -> index, Collectors.counting()));
    all.stream()
        .filter(index -> index != ELLIPSIS && counts.get(index) == 1)
        .sorted(Comparator.comparingInt(EinsumSpec::alphabetical))
        .forEach(result::add);
    return result;
  }

  /** Returns whether a term has an ellipsis; the spec algebra wants it expanded. */
  public boolean hasEllipsis() {
    for (List<Integer> operand : operands) {
      if (operand.contains(ELLIPSIS)) {
        return true;
      }
    }
    return result.contains(ELLIPSIS);
  }

  /** Returns the indices of all operands in order of first occurrence, without the ellipsis. */
  public Set<Integer> indices() {
    var indices = new LinkedHashSet<Integer>();
    operands.forEach(indices::addAll);
    indices.remove(ELLIPSIS);
    return indices;
  }

  /** Returns the indices that are summed over, in order of first occurrence. */
  public Set<Integer> summed() {
    var summed = indices();
    result.forEach(summed::remove);
    return summed;
  }

  /**
   * Names the axes under ellipses with indices that the spec does not use yet, the lowest first;
   * axes at the same place from the right get the same index, so they must have equal extents.
   * Where some have extent 1 and broadcast, {@link #bind} is what is wanted.
   *
   * @param ranks the number of axes of each operand
   * @return an equal spec without ellipsis; this one where there is none
   * @throws EinsumException (C1), (C4), (C5)
   */
  public EinsumSpec expandEllipsis(List<Integer> ranks) {
    Ellipsis.fault(this, ranks, operand -> "operand " + operand).ifPresent(fault -> {
      throw fault.exception("einsum", toString());
    });
    return Ellipsis.expand(this, ranks, (operand, axis) -> false);
  }

  /**
   * Fits the spec to operands of these shapes: names the axes under ellipses and finds the extent
   * of every index. An axis of extent 1 under an ellipsis that broadcasts against a longer one
   * gets an index of its own, which is summed over: the sum of one element changes nothing, in
   * any semiring, and gradients come out right without a special case. Symbolic extents equal
   * only themselves. An index with a letter never broadcasts.
   *
   * @throws EinsumException (C1) to (C5)
   */
  public EinsumBinding bind(List<Shape> shapes) {
    return Binder.bind(this, shapes);
  }

  /**
   * Returns the einsum that carries a cotangent of the result to one operand, for sum-product.
   *
   * @throws IndexOutOfBoundsException when there is no such operand
   * @throws IllegalStateException when the spec has an ellipsis
   */
  public OperandPullback pullback(int operand) {
    return OperandPullback.of(this, operand);
  }

  /** Prints the canonical form: no spaces, always with {@code ->}; {@link #parse} reads it. */
  @Override
  public String toString() {
    return print(operands, result);
  }

  void requireExpanded() {
    if (hasEllipsis()) {
      throw new IllegalStateException(
          "einsum \"" + this + "\" has an ellipsis: expand it by bind or expandEllipsis first");
    }
  }

  static String print(List<List<Integer>> operands, List<Integer> result) {
    return operands.stream().map(EinsumSpec::print).collect(Collectors.joining(",", "", "->"))
        + print(result);
  }

  static String print(List<Integer> term) {
    return term.stream().map(EinsumSpec::name).collect(Collectors.joining());
  }

  /** Orders letters as characters do: capitals, small letters, then the numbered indices. */
  private static int alphabetical(int index) {
    return index < NAMED ? (index + LETTERS) % NAMED : index;
  }

  private static void requireIndices(List<List<Integer>> operands, List<Integer> result) {
    operands.forEach(EinsumSpec::requireIndices);
    requireIndices(result);
  }

  private static void requireIndices(List<Integer> term) {
    for (int index : term) {
      if (index < ELLIPSIS) {
        throw new IllegalArgumentException("index " + index + " is negative");
      }
    }
  }
}
