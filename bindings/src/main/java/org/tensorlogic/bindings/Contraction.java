package org.tensorlogic.bindings;

import java.util.ArrayList;
import java.util.List;
import org.tensorlogic.einsum.EinsumSpec;
import org.tensorlogic.kernel.KernelRequest;
import org.tensorlogic.type.Layout;

/**
 * The indices of an einsum of two operands by who has them. Every axis has three strides: those of
 * both operands and of the result, 0 in what lacks the index.
 *
 * @param batch the indices of both operands and the result
 * @param m those of operand 0 and the result
 * @param n those of operand 1 and the result
 * @param k those that are summed over
 */
record Contraction(List<Axis> batch, List<Axis> m, List<Axis> n, List<Axis> k) {

  private static final int RESULT = 2;

  /** Groups and simplifies the axes of a request. */
  static Contraction of(KernelRequest request, EinsumSpec spec) {
    var batch = new ArrayList<Axis>();
    var m = new ArrayList<Axis>();
    var n = new ArrayList<Axis>();
    var k = new ArrayList<Axis>();
    for (int index : spec.indices()) {
      boolean first = spec.operands().get(0).contains(index);
      boolean second = spec.operands().get(1).contains(index);
      boolean kept = spec.result().contains(index);
      Layout from = request.operands().get(first ? 0 : 1);
      long extent = from.extent(spec.operands().get(first ? 0 : 1).indexOf(index));
      var axis = new Axis(extent,
          stride(request.operands().get(0), spec.operands().get(0), index),
          stride(request.operands().get(1), spec.operands().get(1), index),
          stride(request.result(), spec.result(), index));
      (!kept ? k : first && second ? batch : first ? m : n).add(axis);
    }
    return new Contraction(Axis.simplified(batch, RESULT), Axis.simplified(m, RESULT),
        Axis.simplified(n, RESULT), Axis.simplified(k, 0));
  }

  static long stride(Layout layout, List<Integer> term, int index) {
    int axis = term.indexOf(index);
    return axis < 0 ? 0 : layout.stride(axis);
  }

  /** Whether the native kernel's lanes run along m: only there the result has no gaps. */
  boolean lanesAlongM() {
    return isUnit(m) && (!isUnit(n) || n.isEmpty());
  }

  private static boolean isUnit(List<Axis> axes) {
    return axes.isEmpty() || axes.getLast().strides()[RESULT] == 1;
  }

  /** Returns the number of products of one entry of the batch. */
  double matrixProducts() {
    return (double) Axis.count(m) * Axis.count(n) * Axis.count(k);
  }

  /** Whether each entry of the batch is a product of matrices as BLAS takes them. */
  boolean isMatrixProduct() {
    return m.size() == 1 && n.size() == 1 && k.size() == 1
        && isMatrix(m.getFirst(), k.getFirst(), 0)
        && isMatrix(k.getFirst(), n.getFirst(), 1)
        && isMatrix(m.getFirst(), n.getFirst(), RESULT);
  }

  /** Whether operands and result of a product of matrices have their columns side by side. */
  boolean isRowMajor() {
    return k.getFirst().strides()[0] == 1 && n.getFirst().strides()[1] == 1
        && n.getFirst().strides()[RESULT] == 1;
  }

  /** Whether one axis is without gaps and the other steps over it, all in 32-bit numbers. */
  private static boolean isMatrix(Axis rows, Axis columns, int view) {
    return isMajor(rows, columns, view) || isMajor(columns, rows, view);
  }

  private static boolean isMajor(Axis outer, Axis inner, int view) {
    return inner.strides()[view] == 1 && outer.strides()[view] >= inner.extent()
        && outer.strides()[view] <= Integer.MAX_VALUE && outer.extent() <= Integer.MAX_VALUE
        && inner.extent() > 0 && outer.extent() > 0;
  }
}
