package org.tensorlogic.einsum;

import java.util.BitSet;
import java.util.Comparator;

/**
 * Operands that are contracted into one tensor, pair by pair, and what that takes. Immutable; a
 * record only to be read, for trees share parts. All numbers saturate at the greatest finite one,
 * so that an extent of 0 still makes 0 and differences stay numbers.
 *
 * @param operand the number of the one operand, or -1
 * @param first what is contracted first, null for one operand
 * @param second what is contracted while the result of the first one waits, null for one operand
 * @param indices the indices of the result
 * @param count the elements of the result
 * @param held those that it takes as an intermediate: none for an operand or a view of one, and
 *     none for the einsum's own result
 * @param flops multiplications and additions of all pairs
 * @param peak the most elements of intermediates at one time
 */
record ContractionTree(int operand, ContractionTree first, ContractionTree second, BitSet indices,
    double count, double held, double flops, double peak) {

  static final Comparator<ContractionTree> FEWEST_FLOPS = Comparator
      .comparingDouble(ContractionTree::flops).thenComparingDouble(ContractionTree::peak);
  static final Comparator<ContractionTree> LEAST_PEAK = Comparator
      .comparingDouble(ContractionTree::peak).thenComparingDouble(ContractionTree::flops);

  static ContractionTree leaf(int operand, BitSet indices, double count, double held) {
    return new ContractionTree(operand, null, null, indices, count, held, 0, held);
  }

  /**
   * What comes of two trees. A step holds its operands and its result; before it, the tree that
   * comes first leaves its result while the other one is at its peak.
   */
  static ContractionTree pair(ContractionTree a, ContractionTree b, BitSet indices, double count,
      double held, double flops) {
    double leftFirst = Math.max(a.peak, plus(a.held, b.peak));
    double rightFirst = Math.max(b.peak, plus(b.held, a.peak));
    boolean left = leftFirst <= rightFirst;
    double peak = Math.max(Math.min(leftFirst, rightFirst), plus(plus(a.held, b.held), held));
    return new ContractionTree(-1, left ? a : b, left ? b : a, indices, count, held,
        plus(plus(a.flops, b.flops), flops), peak);
  }

  boolean isLeaf() {
    return first == null;
  }

  static double plus(double a, double b) {
    return Math.min(a + b, Double.MAX_VALUE);
  }

  static double times(double a, double b) {
    return Math.min(a * b, Double.MAX_VALUE);
  }

  /** The FLOPs of a step of two operands over so many points that leave so many elements. */
  static double flopsOfPair(double points, double count) {
    return points == count ? points : times(2, points);
  }
}
