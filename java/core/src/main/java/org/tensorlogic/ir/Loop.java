package org.tensorlogic.ir;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.tensorlogic.error.Code;
import org.tensorlogic.error.Diagnostic;
import org.tensorlogic.error.GraphException;
import org.tensorlogic.error.Requirement;
import org.tensorlogic.type.TensorType;

/**
 * Repeats a body graph until its states settle. The operands are the initial states, then values
 * that stay the same; they are the body's inputs in this order. The body's outputs are first the
 * change, a scalar, then the next states in their order. The body runs at least once, and again
 * while the change is more than the tolerance. Loop nodes of one body and the same operands run as
 * one loop; each yields one of the states.
 *
 * @param body what runs in each iteration
 * @param label what the fixpoint is of, for messages
 * @param iterationsMax the number of iterations after which it fails unless settled
 * @param tolerance the largest change that counts as settled
 * @param state which of the states this node yields, from 0
 */
public record Loop(Graph body, String label, long iterationsMax, double tolerance, int state)
    implements Op {

  /** Refuses bodies without states and limits below 1. */
  public Loop {
    Requirement.requireArgument(iterationsMax >= 1, () -> "take 1 or more",
        "loop %s: iterationsMax %d is below 1", label, iterationsMax);
    Requirement.requireArgument(state >= 0 && state < body.outputs().size() - 1,
        () -> "states count from 0; the first output of the body is the change, no state",
        "loop %s: state %d is outside its %d states", label, state, body.outputs().size() - 1);
  }

  /** Returns how many states there are. */
  public int stateCount() {
    return body.outputs().size() - 1;
  }

  @Override
  public String function() {
    return "loop";
  }

  @Override
  public String attributes() {
    return "%s state %d of %d, %d nodes, at most %d iterations, tolerance %s"
        .formatted(label, state, stateCount(), body.nodes().size(), iterationsMax, tolerance);
  }

  /** (C1) one operand for each body input; (C2) of its type; (C3) next states keep their types. */
  @Override
  public TensorType infer(List<TensorType> operands) {
    var inputs = new ArrayList<>(body.inputs().values());
    var outputs = new ArrayList<>(body.outputs().values());
    if (inputs.size() != operands.size()) {
      throw problem("C1", "give the states first, then what the body reads besides",
          "the body has %d inputs but %d operands came", inputs.size(), operands.size());
    }
    for (int i = 0; i < inputs.size(); i++) {
      if (!inputs.get(i).type().equals(operands.get(i))) {
        throw problem("C2", "make the input of the body with the type of the operand",
            "input %d of the body is %s but operand %d is %s", i, inputs.get(i).type(), i,
            operands.get(i));
      }
    }
    for (int i = 0; i < stateCount(); i++) {
      if (!outputs.get(i + 1).type().equals(inputs.get(i).type())) {
        throw problem("C3", "convert or reshape the next value to the state's type",
            "state %d is %s but its next value is %s", i, inputs.get(i).type(),
            outputs.get(i + 1).type());
      }
    }
    if (outputs.getFirst().rank() != 0) {
      throw problem("C4", "reduce the first output over all of its axes",
          "the change is %s but a scalar is required", outputs.getFirst().type());
    }
    return operands.get(state);
  }

  private GraphException problem(String constraint, String hint, String message,
      Object... values) {
    return new GraphException(Diagnostic.error(Code.GRAPH,
        "loop %s (%s): ".formatted(label, constraint) + message, values).hint("%s", hint));
  }

  /** A fixpoint has no gradient in this version: nothing flows back. */
  @Override
  public List<Optional<Node>> pullback(Node self, Node cotangent) {
    throw new GraphException(Diagnostic.error(Code.GRAPH,
        "loop %s: a gradient through a fixpoint is not available", label).at(self.origin())
        .hint("unroll the iterations, or ask for gradients of what comes after the loop only"));
  }

  @Override
  public Optional<KernelKey> kernel(List<TensorType> operands) {
    return Optional.empty();
  }
}
