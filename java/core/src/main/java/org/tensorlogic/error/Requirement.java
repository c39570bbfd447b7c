package org.tensorlogic.error;

/** Guards for arguments of public methods. */
public final class Requirement {

  private Requirement() {}

  /** Throws an {@link ArgumentException} with the formatted message unless the condition holds. */
  public static void requireArgument(boolean condition, String message, Object... values) {
    if (!condition) {
      throw new ArgumentException(Diagnostic.error(Code.ARGUMENT, message, values));
    }
  }
}
