package org.tensorlogic.io;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * A graph as the JSON has it, before types are known.
 *
 * @param slots the slots' names
 * @param nodes in the order in which they run
 * @param inputs the slots listed as inputs, possibly none
 * @param outputs the slots that are returned
 */
record FormGraph(List<String> slots, List<FormNode> nodes, List<Integer> inputs,
    List<Integer> outputs) {

  private static final java.util.regex.Pattern NUMBER = java.util.regex.Pattern.compile(
      "[+-]?([0-9]{1,400}(\\.[0-9]{0,400})?|\\.[0-9]{1,400})([eE][+-]?[0-9]{1,9})?");

  /** Returns whether a slot number exists. */
  boolean has(int slot) {
    return slot >= 0 && slot < slots.size();
  }

  /** Returns how messages name a slot. */
  String label(int slot) {
    return has(slot) ? "slot " + slot + " \"" + slots.get(slot) + '"' : "slot " + slot;
  }

  /** Returns the part of a slot's name before {@code [}. */
  String baseName(int slot) {
    String name = slots.get(slot);
    int bracket = name.indexOf('[');
    return bracket < 0 ? name : name.substring(0, bracket);
  }

  /** Returns the letters between the brackets of a slot's name. */
  Optional<String> letters(int slot) {
    String name = slots.get(slot);
    int bracket = name.indexOf('[');
    return bracket < 0 || !name.endsWith("]") ? Optional.empty()
        : Optional.of(name.substring(bracket + 1, name.length() - 1));
  }

  /** Returns the number that a slot named {@code const_<number>} is. */
  OptionalDouble constant(int slot) {
    String name = baseName(slot);
    if (!name.startsWith("const_")) {
      return OptionalDouble.empty();
    }
    String text = name.substring("const_".length());
    return switch (text.toLowerCase(java.util.Locale.ROOT)) {
      case "inf", "infinity" -> OptionalDouble.of(Double.POSITIVE_INFINITY);
      case "-inf", "-infinity" -> OptionalDouble.of(Double.NEGATIVE_INFINITY);
      case "nan" -> OptionalDouble.of(Double.NaN);
      default -> NUMBER.matcher(text).matches() ? OptionalDouble.of(Double.parseDouble(text))
          : OptionalDouble.empty();
    };
  }
}
