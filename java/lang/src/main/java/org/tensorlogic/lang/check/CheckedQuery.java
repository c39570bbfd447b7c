package org.tensorlogic.lang.check;

import java.util.List;
import org.tensorlogic.error.Origin;

/** A question of the program. */
public sealed interface CheckedQuery {

  /** Returns the query as written, in canonical form, with its question mark. */
  String text();

  /** Returns the name that is asked for. */
  String name();

  /** Returns its place. */
  Origin origin();

  /**
   * Asks for the bindings that make an atom true; without variables for true or false.
   *
   * @param axes {@link Axis.Along} or {@link Axis.Fixed}, one an axis
   * @param variables in the order of their first occurrence; a variable may stand at several axes
   */
  record Bindings(
      String text, String name, List<Axis> axes, List<IndexVariable> variables, Origin origin)
      implements CheckedQuery {}

  /**
   * Asks for a tensor or a part of it.
   *
   * @param axes {@link Axis.Along}, {@link Axis.Fixed} or {@link Axis.Strided}; a bare name has all
   *     axes along variables
   * @param variables the axes of the answer, in order; slices included
   */
  record Part(
      String text, String name, List<Axis> axes, List<IndexVariable> variables, Origin origin)
      implements CheckedQuery {}
}
