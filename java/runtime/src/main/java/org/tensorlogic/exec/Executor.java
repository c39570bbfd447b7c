package org.tensorlogic.exec;

import java.util.List;
import java.util.Map;
import org.tensorlogic.einsum.Semiring;
import org.tensorlogic.ir.Binary;
import org.tensorlogic.ir.Graph;
import org.tensorlogic.ir.Reduction;
import org.tensorlogic.ir.Unary;
import org.tensorlogic.memory.Tensor;

/**
 * Runs single operations and whole graphs on tensors. Results belong to the caller. Every breach of
 * a rule is a {@link org.tensorlogic.error.TensorLogicException}. Safe for any number of threads.
 */
public interface Executor {

  /** Joins operands by an einsum spec of NumPy's grammar over a semiring. */
  Tensor einsum(String spec, Semiring semiring, List<Tensor> operands);

  /** Applies a function of one element. */
  Tensor unary(Unary function, Tensor operand);

  /** Applies a function of two elements after broadcasting. */
  Tensor binary(Binary function, Tensor left, Tensor right);

  /** Joins the elements along axes; negative axes count from the end. */
  Tensor reduce(Reduction reduction, Tensor operand, List<Integer> axes);

  /** Runs a graph from named inputs to named outputs. */
  Map<String, Tensor> run(Graph graph, Map<String, Tensor> inputs);
}
