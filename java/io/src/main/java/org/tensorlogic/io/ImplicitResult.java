package org.tensorlogic.io;

import java.util.List;
import java.util.stream.Collectors;

/** What the result of an einsum spec without {@code ->} is when graph JSON is read. */
public enum ImplicitResult {
  /** All letters, sorted as characters: nothing is summed. This is what the form means. */
  ALL_LETTERS,
  /** The letters that occur once, sorted as characters, as in NumPy. */
  NUMPY;

  String result(List<String> terms) {
    String all = String.join("", terms);
    return all.chars().distinct().sorted()
        .filter(letter -> this == ALL_LETTERS || all.indexOf(letter) == all.lastIndexOf(letter))
        .mapToObj(letter -> String.valueOf((char) letter)).collect(Collectors.joining());
  }
}
