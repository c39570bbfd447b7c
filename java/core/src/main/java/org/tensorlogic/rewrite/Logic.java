package org.tensorlogic.rewrite;

import static org.tensorlogic.rewrite.Pattern.binary;
import static org.tensorlogic.rewrite.Pattern.number;
import static org.tensorlogic.rewrite.Pattern.one;
import static org.tensorlogic.rewrite.Pattern.unary;
import static org.tensorlogic.rewrite.Pattern.zero;

import org.tensorlogic.ir.Binary;
import org.tensorlogic.ir.Node;
import org.tensorlogic.ir.Ops;
import org.tensorlogic.ir.Unary;

/** What the connectives of a logic are on tensors of truth values. Laws differ between them. */
public enum Logic {
  /** Truth values are bool. */
  BOOLEAN,
  /** Truth values are numbers from 0 to 1: min, max, 1 - x. */
  MIN_MAX,
  /** Truth values are numbers from 0 to 1: x * y, x + y - x * y, 1 - x. */
  PRODUCT,
  /** Truth values are numbers from 0 to 1: max(x + y - 1, 0), min(x + y, 1), 1 - x. */
  LUKASIEWICZ;

  /** Returns the pattern of a conjunction. */
  public Pattern and(Pattern x, Pattern y) {
    return switch (this) {
      case BOOLEAN -> binary(Binary.AND, x, y);
      case MIN_MAX -> binary(Binary.MIN, x, y);
      case PRODUCT -> binary(Binary.MUL, x, y);
      case LUKASIEWICZ -> binary(Binary.MAX,
          binary(Binary.SUB, binary(Binary.ADD, x, y), one()), zero());
    };
  }

  /** Returns the pattern of a disjunction. */
  public Pattern or(Pattern x, Pattern y) {
    return switch (this) {
      case BOOLEAN -> binary(Binary.OR, x, y);
      case MIN_MAX -> binary(Binary.MAX, x, y);
      case PRODUCT -> binary(Binary.SUB, binary(Binary.ADD, x, y), binary(Binary.MUL, x, y));
      case LUKASIEWICZ -> binary(Binary.MIN, binary(Binary.ADD, x, y), one());
    };
  }

  /** Returns the pattern of a negation. */
  public Pattern not(Pattern x) {
    return this == BOOLEAN ? unary(Unary.NOT, x) : binary(Binary.SUB, one(), x);
  }

  /** Returns the pattern of a truth value. */
  public Pattern truth(boolean value) {
    return number((double known) -> known == (value ? 1 : 0));
  }

  /** Returns the conjunction of two nodes. */
  public Node and(Node x, Node y) {
    return switch (this) {
      case BOOLEAN -> Ops.and(x, y);
      case MIN_MAX -> Ops.min(x, y);
      case PRODUCT -> Ops.mul(x, y);
      case LUKASIEWICZ ->
          Ops.max(Ops.sub(Ops.add(x, y), Ops.scalar(x, 1)), Ops.scalar(x, 0));
    };
  }

  /** Returns the disjunction of two nodes. */
  public Node or(Node x, Node y) {
    return switch (this) {
      case BOOLEAN -> Ops.or(x, y);
      case MIN_MAX -> Ops.max(x, y);
      case PRODUCT -> Ops.sub(Ops.add(x, y), Ops.mul(x, y));
      case LUKASIEWICZ -> Ops.min(Ops.add(x, y), Ops.scalar(x, 1));
    };
  }

  /** Returns the negation of a node. */
  public Node not(Node x) {
    return this == BOOLEAN ? Ops.not(x) : Ops.sub(Ops.scalar(x, 1), x);
  }

  /** Returns a truth value in the type of another node. */
  public Node truth(Node like, boolean value) {
    return Numbers.filled(like, value ? 1 : 0);
  }
}
