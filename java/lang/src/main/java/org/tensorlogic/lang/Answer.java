package org.tensorlogic.lang;

import java.util.List;
import org.tensorlogic.type.DType;
import org.tensorlogic.type.Shape;

/** What a program answers to one query. */
public sealed interface Answer {

  /** Returns the query as written, without its question mark. */
  String query();

  /**
   * What satisfies an atom with variables.
   *
   * @param variables each once, in the order of first appearance, without anonymous ones
   * @param bindings for each solution one symbol a variable; sorted, integers by value
   */
  record Bindings(String query, List<String> variables, List<List<String>> bindings)
      implements Answer {
    /** Copies the lists. */
    public Bindings {
      variables = List.copyOf(variables);
      bindings = List.copyOf(bindings);
    }
  }

  /** Whether an atom without variables holds. */
  record Truth(String query, boolean answer) implements Answer {}

  /**
   * A tensor or a part of one.
   *
   * @param values in row-major order; not copied
   */
  record Values(String query, DType dtype, Shape shape, double[] values) implements Answer {}
}
