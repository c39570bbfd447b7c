package org.tensorlogic.io;

import java.util.List;
import java.util.function.BinaryOperator;
import org.tensorlogic.ir.Binary;
import org.tensorlogic.ir.Node;
import org.tensorlogic.ir.Ops;

/**
 * The functions of two elements that the graph JSON has, with their other names. Comparisons give 0
 * and 1 in the dtype of their operands.
 */
enum FormBinary implements FormName {
  ADD(Binary.ADD),
  SUBTRACT(Binary.SUB, "sub"),
  MULTIPLY(Binary.MUL, "mul"),
  DIVIDE(Binary.DIV, "div"),
  MIN(Binary.MIN, "minimum"),
  MAX(Binary.MAX, "maximum"),
  POW(Binary.POW, "power"),
  MOD(Binary.MOD, "modulo"),
  EQ(Binary.EQ, "equal"),
  LT(Binary.LT, "lessthan"),
  GT(Binary.GT, "greaterthan"),
  LTE(Binary.LE, "lessthanorequal", "lessthanequal"),
  GTE(Binary.GE, "greaterthanorequal", "greaterthanequal"),
  OR_MAX(Ops::max),
  OR_PROB_SUM((a, b) -> Ops.sub(Ops.add(a, b), Ops.mul(a, b)), "orprobabilistic"),
  NAND((a, b) -> Ops.sub(Ops.scalar(a, 1), Ops.mul(a, b))),
  NOR((a, b) -> Ops.sub(Ops.scalar(a, 1), Ops.max(a, b))),
  XOR((a, b) -> Ops.sub(Ops.add(a, b), Ops.mul(Ops.scalar(a, 2), Ops.mul(a, b))));

  private final Binary function;
  private final BinaryOperator<Node> verb;
  private final List<String> aliases;

  FormBinary(Binary function, String... aliases) {
    this.function = function;
    this.verb = (a, b) -> Ops.convert(Ops.binary(function, a, b), a.dtype());
    this.aliases = List.of(aliases);
  }

  FormBinary(BinaryOperator<Node> verb, String... aliases) {
    this.function = null;
    this.verb = verb;
    this.aliases = List.of(aliases);
  }

  @Override
  public List<String> aliases() {
    return aliases;
  }

  Node apply(Node a, Node b) {
    return verb.apply(a, b);
  }

  /** Returns whether a function of the IR is written under this name. */
  boolean writes(Binary written) {
    return function == written;
  }
}
