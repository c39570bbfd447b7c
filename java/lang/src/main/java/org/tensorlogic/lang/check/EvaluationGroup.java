package org.tensorlogic.lang.check;

import java.util.List;
import java.util.Optional;

/**
 * Names that are evaluated together, after the groups that they read.
 *
 * @param names in the order of their first occurrence; one name unless the group is recursive
 * @param kind how often the equations run
 * @param equations all equations and rules of the names, in the order of the text
 * @param scan the domain that a scan runs along
 */
public record EvaluationGroup(
    List<String> names, Kind kind, List<CheckedEquation> equations, Optional<Domain> scan) {

  /** How often the equations of a group run. */
  public enum Kind {
    /** Once. */
    ONCE,
    /** Until nothing changes, from facts, files and 0 (or the identity of the projection). */
    FIXPOINT,
    /** Once for each position of an index; equations with a state overwrite it. */
    SCAN
  }
}
