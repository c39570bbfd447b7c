package org.tensorlogic.io;

import java.util.List;

/** What a node of the graph JSON does. */
sealed interface FormOp {

  /** Returns the number of slots that it reads. */
  int arity();

  /** Joins by letters. */
  record Einsum(FormSpec spec) implements FormOp {
    @Override
    public int arity() {
      return spec.terms().size();
    }

    @Override
    public String toString() {
      return "Einsum \"" + spec.text() + '"';
    }
  }

  /** Applies a function to each element. */
  record ElemUnary(FormUnary function) implements FormOp {
    @Override
    public int arity() {
      return 1;
    }

    @Override
    public String toString() {
      return "ElemUnary " + function.text();
    }
  }

  /** Applies a function to each pair of elements. */
  record ElemBinary(FormBinary function) implements FormOp {
    @Override
    public int arity() {
      return 2;
    }

    @Override
    public String toString() {
      return "ElemBinary " + function.text();
    }
  }

  /** Joins the elements along axes; an empty list means all. */
  record Reduce(FormReduction reduction, List<Integer> axes) implements FormOp {
    @Override
    public int arity() {
      return 1;
    }

    @Override
    public String toString() {
      return "Reduce " + reduction.text() + " " + axes;
    }
  }
}
