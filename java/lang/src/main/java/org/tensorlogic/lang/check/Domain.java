package org.tensorlogic.lang.check;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * The set that an axis runs over: positions from 0, each with a symbol if the domain is symbolic.
 * Axes that share a set share one object, so {@code ==} tells whether two axes meet. Immutable.
 */
public final class Domain {
  private final String name;
  private final long extent;
  private final Map<String, Long> positions;
  private final List<String> symbols;

  private Domain(String name, long extent, List<String> symbols) {
    this.name = name;
    this.extent = extent;
    this.symbols = List.copyOf(symbols);
    this.positions = new LinkedHashMap<>();
    for (String symbol : symbols) {
      positions.put(symbol, (long) positions.size());
    }
  }

  static Domain ofExtent(String name, long extent) {
    return new Domain(name, extent, List.of());
  }

  static Domain ofSymbols(String name, List<String> symbols) {
    return new Domain(name, symbols.size(), symbols);
  }

  /** Returns the declared name, or that of an index which runs over it; for messages. */
  public String name() {
    return name;
  }

  /** Returns the number of positions. */
  public long extent() {
    return extent;
  }

  /** Returns whether positions are printed as symbols; else they are integers. */
  public boolean isSymbolic() {
    return !symbols.isEmpty();
  }

  /** Returns the symbols in the order of their positions, none for integers. */
  public List<String> symbols() {
    return symbols;
  }

  /** Returns the position of a symbol or, for integers, of a number in decimal digits. */
  public OptionalLong position(String symbol) {
    if (isSymbolic()) {
      Long position = positions.get(symbol);
      return position == null ? OptionalLong.empty() : OptionalLong.of(position);
    }
    OptionalLong value = integer(symbol);
    return value.isPresent() && value.getAsLong() < extent ? value : OptionalLong.empty();
  }

  /** Returns what is printed for a position: its symbol, or the number itself. */
  public String label(long position) {
    return isSymbolic() ? symbols.get(Math.toIntExact(position)) : Long.toString(position);
  }

  /** Reads a non-negative integer in canonical decimal digits, below 10^18. */
  static OptionalLong integer(String text) {
    boolean digits =
        !text.isEmpty()
            && text.length() <= 18
            && text.chars().allMatch(c -> c >= '0' && c <= '9')
            && (text.length() == 1 || text.charAt(0) != '0');
    return digits ? OptionalLong.of(Long.parseLong(text)) : OptionalLong.empty();
  }

  /** Prints {@code name(extent)}. */
  @Override
  public String toString() {
    return name + "(" + extent + ")";
  }
}
