package org.tensorlogic.io;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * An einsum spec as the graph JSON has it: letters only, and an output letter may be in no operand.
 *
 * @param text as the file has it
 * @param terms the letters of each operand
 * @param result the letters of the result, each once
 */
record FormSpec(String text, List<String> terms, String result) {

  /** Reads a spec; without an arrow the result is as told. */
  static FormSpec of(String text, ImplicitResult implicit) {
    String spec = text.replace(" ", "");
    int arrow = spec.indexOf("->");
    List<String> terms = List.of((arrow < 0 ? spec : spec.substring(0, arrow)).split(",", -1));
    return new FormSpec(text, terms,
        arrow < 0 ? implicit.result(terms) : spec.substring(arrow + 2));
  }

  /** Returns what is wrong with the spec, if anything. */
  Optional<String> fault() {
    String letters = String.join("", terms) + result;
    Optional<String> stranger = letters.chars().filter(c -> !isLetter(c)).boxed().findFirst()
        .map(c -> "spec \"" + text + "\" has '" + Character.toString(c)
            + "' where only letters, commas and one -> may stand");
    boolean repeats = result.chars().distinct().count() != result.length();
    return stranger.or(() -> repeats
        ? Optional.of("spec \"" + text + "\" has a letter twice in its result")
        : Optional.empty());
  }

  private static boolean isLetter(int c) {
    return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z';
  }

  /** Returns whether an operand has a letter. */
  boolean isInOperands(char letter) {
    return terms.stream().anyMatch(term -> term.indexOf(letter) >= 0);
  }

  /** Returns the spec without the result's letters that no operand has. */
  String joined() {
    String kept = result.chars().filter(letter -> isInOperands((char) letter))
        .mapToObj(letter -> String.valueOf((char) letter)).collect(Collectors.joining());
    return String.join(",", terms) + "->" + kept;
  }
}
