package org.tensorlogic.lang.check;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The functions that programs may call. A relation cannot be read by the name of a function. */
public enum Function {
  STEP("step", Kind.POINTWISE, 1),
  RELU("relu", Kind.POINTWISE, 1),
  SIGMOID("sigmoid", Kind.POINTWISE, 1),
  /** Logistic function of x / T; with T = 0 it is {@link #STEP}. */
  SIG("sig", Kind.POINTWISE, 2),
  TANH("tanh", Kind.POINTWISE, 1),
  EXP("exp", Kind.POINTWISE, 1),
  LOG("log", Kind.POINTWISE, 1),
  SQRT("sqrt", Kind.POINTWISE, 1),
  RSQRT("rsqrt", Kind.POINTWISE, 1),
  ABS("abs", Kind.POINTWISE, 1),
  SIN("sin", Kind.POINTWISE, 1),
  COS("cos", Kind.POINTWISE, 1),
  TAN("tan", Kind.POINTWISE, 1),
  FLOOR("floor", Kind.POINTWISE, 1),
  CEIL("ceil", Kind.POINTWISE, 1),
  ROUND("round", Kind.POINTWISE, 1),
  SIGN("sign", Kind.POINTWISE, 1),
  ERF("erf", Kind.POINTWISE, 1),
  GELU("gelu", Kind.POINTWISE, 1),
  SOFTPLUS("softplus", Kind.POINTWISE, 1),
  SILU("silu", Kind.POINTWISE, 1),
  POW("pow", Kind.POINTWISE, 2),
  MOD("mod", Kind.POINTWISE, 2),
  MIN("min", Kind.POINTWISE, 2),
  MAX("max", Kind.POINTWISE, 2),
  /** The second argument where the first is not 0, else the third. */
  WHERE("where", Kind.POINTWISE, 3),
  SOFTMAX("softmax", Kind.ALONG, 1),
  LOGSOFTMAX("logsoftmax", Kind.ALONG, 1),
  /** Layer norm without affine part. */
  LNORM("lnorm", Kind.ALONG, 1),
  /** The position of the greatest value; the index it runs along disappears. */
  ARGMAX("argmax", Kind.ALONG, 1),
  TOPK("topk", Kind.ALONG, 2),
  /** Joins its arguments along the index in which they differ. */
  CONCAT("concat", Kind.JOIN, -1),
  /** 1 where an index is even. */
  EVEN("even", Kind.POINTWISE, 1),
  /** 1 where an index is odd. */
  ODD("odd", Kind.POINTWISE, 1);

  /** How a function treats the indices of its arguments. */
  public enum Kind {
    /** Each element by itself. */
    POINTWISE,
    /** Along the normalised index of the statement. */
    ALONG,
    /** Along an index that is new on the left side. */
    JOIN
  }

  private final String text;
  private final Kind kind;
  private final int arity;

  Function(String text, Kind kind, int arity) {
    this.text = text;
    this.kind = kind;
    this.arity = arity;
  }

  /** Returns the name in programs. */
  public String text() {
    return text;
  }

  /** Returns how it treats indices. */
  public Kind kind() {
    return kind;
  }

  /** Returns the number of arguments, or -1 for any number from 1. */
  public int arity() {
    return arity;
  }

  /** Returns the function of a name, if there is one. */
  public static Optional<Function> of(String text) {
    return Arrays.stream(values()).filter(function -> function.text.equals(text)).findFirst();
  }

  /** Returns all names, in the order of the list. */
  public static List<String> names() {
    return Arrays.stream(values()).map(Function::text).toList();
  }
}
