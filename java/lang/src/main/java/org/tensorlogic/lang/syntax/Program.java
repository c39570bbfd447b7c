package org.tensorlogic.lang.syntax;

import java.util.List;

/**
 * A parsed program.
 *
 * @param source the text that the spans of all statements refer to
 * @param statements in the order of the text
 */
public record Program(Source source, List<Statement> statements) {
  /** Copies the list, so that the program cannot change. */
  public Program {
    statements = List.copyOf(statements);
  }
}
