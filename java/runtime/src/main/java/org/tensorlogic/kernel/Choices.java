package org.tensorlogic.kernel;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The candidates that are taken on this machine instead of the defaults. The same for all threads
 * and thread counts, so that bits do not depend on them.
 *
 * @param taken the candidate by the name of the choice and its cell
 */
public record Choices(Map<Key, String> taken) {

  /** Defaults everywhere. */
  public static final Choices NONE = new Choices(Map.of());

  /** One cell of a choice. */
  public record Key(String choice, String cell) {}

  /** Keeps a copy. */
  public Choices {
    taken = Map.copyOf(taken);
  }

  /** Returns the candidate that is taken in a cell, or nothing where it is the default. */
  public Optional<String> of(String choice, String cell) {
    return Optional.ofNullable(taken.get(new Key(choice, cell)));
  }

  /** Returns these choices and one more. */
  public Choices with(String choice, String cell, String candidate) {
    var more = new LinkedHashMap<>(taken);
    more.put(new Key(choice, cell), candidate);
    return new Choices(more);
  }
}
