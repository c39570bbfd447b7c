package org.tensorlogic.error;

/** The kinds of diagnostic, each with the stable code that is printed and searched for. */
public enum Code {
  SHAPE_MISMATCH("E001"),
  TYPE_MISMATCH("E002"),
  NODE_EXECUTION("E003"),
  OUT_OF_MEMORY("E004"),
  EINSUM("E005"),
  GRAPH("E006"),
  KERNEL("E007"),
  USE_AFTER_CLOSE("E008"),
  PROGRAM("E009"),
  FILE_FORMAT("E010"),
  ARGUMENT("E011"),
  NO_CONVERGENCE("E012");

  private final String text;

  Code(String text) {
    this.text = text;
  }

  /** Returns the printed form, such as {@code E001}. */
  public String text() {
    return text;
  }
}
