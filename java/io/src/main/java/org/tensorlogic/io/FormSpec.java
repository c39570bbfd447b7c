package org.tensorlogic.io;

import java.util.List;
import java.util.stream.Collectors;

/**
 * An einsum spec as the graph JSON has it: letters only, and an output letter may be in no operand.
 *
 * @param text as the file has it
 * @param terms the letters of each operand
 * @param result the letters of the result, each once
 */
record FormSpec(String text, List<String> terms, String result) {

  /** What is wrong with a spec. */
  static final class Refused extends Exception {
    private static final long serialVersionUID = 1L;

    Refused(String message) {
      super(message);
    }
  }

  /** Reads a spec; without an arrow the result is as told. */
  static FormSpec parse(String text, ImplicitResult implicit) throws Refused {
    String spec = text.replace(" ", "");
    int arrow = spec.indexOf("->");
    String left = arrow < 0 ? spec : spec.substring(0, arrow);
    List<String> terms = List.of(left.split(",", -1));
    for (String term : terms) {
      requireLetters(text, term);
    }
    String result = arrow < 0 ? implicit.result(terms) : spec.substring(arrow + 2);
    requireLetters(text, result);
    if (result.chars().distinct().count() != result.length()) {
      throw new Refused("spec \"" + text + "\" has a letter twice in its result");
    }
    return new FormSpec(text, terms, result);
  }

  private static void requireLetters(String text, String term) throws Refused {
    for (int i = 0; i < term.length(); i++) {
      char c = term.charAt(i);
      if (!(c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z')) {
        throw new Refused("spec \"" + text + "\" has '" + c
            + "' where only letters, commas and one -> may stand");
      }
    }
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
