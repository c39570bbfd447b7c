package org.tensorlogic.lang.check;

import java.util.List;
import java.util.Optional;
import org.tensorlogic.error.Origin;
import org.tensorlogic.lang.syntax.Projection;

/**
 * One equation or rule. A rule is an equation with {@link Projection#ANY} whose value is the
 * conjunction of its literals.
 *
 * @param name what it defines, a key of {@link CheckedProgram#definitions()}
 * @param head one axis of the definition each
 * @param state the step that it computes if the name is the state of a scan
 * @param projection how variables that are not in the head are removed: for a sum per additive
 *     term, else from the joined right side; within the argument of a function likewise, keeping
 *     the variables of the head and of the other factors beside the call
 * @param clauses added (joined by the projection where it is not a sum)
 * @param variables all indices of the statement
 * @param text the statement in canonical form
 * @param origin its place
 */
public record CheckedEquation(
    String name,
    List<Axis> head,
    Optional<Value.State> state,
    Projection projection,
    List<Clause> clauses,
    List<IndexVariable> variables,
    String text,
    Origin origin) {

  /**
   * A value and the condition under which it contributes; where the condition is false the clause
   * gives nothing to the projection (0 for a sum, infinity for a minimum).
   */
  public record Clause(Value value, Optional<Value> guard) {}
}
