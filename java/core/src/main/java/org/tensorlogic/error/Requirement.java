package org.tensorlogic.error;

import java.util.function.Supplier;

/** Guards for arguments of public methods. */
public final class Requirement {

  private Requirement() {}

  /**
   * Throws an {@link ArgumentException} with a hint unless the condition holds.
   *
   * @param hint what the user could do, made only when it is needed
   */
  public static void requireArgument(boolean condition, Supplier<String> hint, String message,
      Object... values) {
    requireArgument(condition, hint, () -> Origin.UNKNOWN, message, values);
  }

  /**
   * Throws likewise, with a place in the user's source.
   *
   * @param place the place, found only when it is needed
   */
  public static void requireArgument(boolean condition, Supplier<String> hint,
      Supplier<Origin> place, String message, Object... values) {
    if (!condition) {
      throw new ArgumentException(
          Diagnostic.error(Code.ARGUMENT, message, values).at(place.get()).hint(hint.get()));
    }
  }
}
