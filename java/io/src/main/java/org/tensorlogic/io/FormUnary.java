package org.tensorlogic.io;

import java.util.List;
import java.util.function.UnaryOperator;
import org.tensorlogic.ir.Node;
import org.tensorlogic.ir.Ops;
import org.tensorlogic.ir.Unary;

/** The functions of one element that the graph JSON has, with their other names. */
enum FormUnary implements FormName {
  RELU(Unary.RELU),
  SIGMOID(Unary.SIGMOID),
  ONE_MINUS(x -> Ops.sub(Ops.scalar(x, 1), x)),
  NEGATE(Unary.NEG, "neg"),
  EXP(Unary.EXP),
  LOG(Unary.LOG),
  ABS(Unary.ABS),
  FLOOR(Unary.FLOOR),
  CEIL(Unary.CEIL),
  ROUND(Unary.ROUND),
  SQRT(Unary.SQRT),
  SIN(Unary.SIN),
  COS(Unary.COS),
  TAN(Unary.TAN),
  TANH(Unary.TANH);

  private final Unary function;
  private final UnaryOperator<Node> verb;
  private final List<String> aliases;

  FormUnary(Unary function, String... aliases) {
    this.function = function;
    this.verb = x -> Ops.unary(function, x);
    this.aliases = List.of(aliases);
  }

  FormUnary(UnaryOperator<Node> verb) {
    this.function = null;
    this.verb = verb;
    this.aliases = List.of();
  }

  @Override
  public List<String> aliases() {
    return aliases;
  }

  Node apply(Node x) {
    return verb.apply(x);
  }

  /** Returns whether a function of the IR is written under this name. */
  boolean writes(Unary written) {
    return function == written;
  }
}
