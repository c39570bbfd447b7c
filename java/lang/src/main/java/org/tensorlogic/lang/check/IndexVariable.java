package org.tensorlogic.lang.check;

/**
 * An index of one statement.
 *
 * @param name as written, primes included; a slice has a made-up name such as {@code :0}
 * @param domain what it runs over
 */
public record IndexVariable(String name, Domain domain) {

  /** Returns the number of positions that it runs over. */
  public long extent() {
    return domain.extent();
  }
}
