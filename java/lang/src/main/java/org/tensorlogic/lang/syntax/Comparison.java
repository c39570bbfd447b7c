package org.tensorlogic.lang.syntax;

/** The six comparisons. */
public enum Comparison {
  /** Equal. */
  EQUAL("=="),
  /** Not equal. */
  NOT_EQUAL("!="),
  /** Less than. */
  LESS("<"),
  /** At most. */
  LESS_EQUAL("<="),
  /** Greater than. */
  GREATER(">"),
  /** At least. */
  GREATER_EQUAL(">=");

  private final String text;

  Comparison(String text) {
    this.text = text;
  }

  /**
   * The sign in programs.
   *
   * @return such as {@code !=}
   */
  public String text() {
    return text;
  }
}
