package org.tensorlogic.lang.compile;

import java.util.Map;
import org.tensorlogic.ir.GraphBuilder;
import org.tensorlogic.ir.Node;
import org.tensorlogic.lang.check.Definition;
import org.tensorlogic.lang.check.Value;
import org.tensorlogic.lang.syntax.Projection;

/**
 * What an equation is built in.
 *
 * @param builder receives the nodes
 * @param definitions every name of the program
 * @param projections for names with equations how they project
 * @param reader gives the tensor that an element is read from
 */
record Surroundings(
    GraphBuilder builder,
    Map<String, Definition> definitions,
    Map<String, Projection> projections,
    Reader reader) {

  /** Gives the tensor that an element is read from. */
  @FunctionalInterface
  interface Reader {
    Node read(Value.Element element);
  }
}
