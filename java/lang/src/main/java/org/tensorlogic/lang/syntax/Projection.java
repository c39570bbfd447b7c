package org.tensorlogic.lang.syntax;

/** How an equation removes the indices that are not on its left side. */
public enum Projection {
  /** Sum, per additive term; {@code +=} means the same. */
  SUM("="),
  /** Greatest value of the joined right side. */
  MAX("max="),
  /** Least value of the joined right side. */
  MIN("min="),
  /** Mean of the joined right side. */
  AVG("avg="),
  /** Product of the joined right side. */
  PROD("prod="),
  /** True where any joined value is above 0; the result is Boolean. */
  ANY("any="),
  /** True where all joined values are above 0; the result is Boolean. */
  ALL("all="),
  /** Logarithm of the sum of exponentials of the joined right side. */
  LSE("lse=");

  private final String text;

  Projection(String text) {
    this.text = text;
  }

  /**
   * The sign in programs.
   *
   * @return such as {@code max=}
   */
  public String text() {
    return text;
  }

  /**
   * Whether the result is a relation.
   *
   * @return true for {@code any=} and {@code all=}
   */
  public boolean isBoolean() {
    return this == ANY || this == ALL;
  }
}
