package org.tensorlogic.kernel;

import java.util.List;
import org.tensorlogic.ir.Graph;

/**
 * A decision of a provider that measuring on a machine may change, such as who multiplies matrices.
 * It is taken for each of its cells apart. Immutable and safe for any number of threads.
 */
public interface Choice {

  /** Returns the name, one word, which also tells of what the candidates are: the target, say. */
  String name();

  /** Returns what can be taken, each one word. */
  List<String> candidates();

  /** Returns what is decided on together, such as products of about one shape, each one word. */
  List<String> cells();

  /** Returns the candidate that is taken in a cell where nothing was measured. */
  String byDefault(String cell);

  /** Returns a graph of static floating inputs, which the decision is measured on. */
  Graph graph(String cell);
}
