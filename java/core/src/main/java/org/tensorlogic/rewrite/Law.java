package org.tensorlogic.rewrite;

import static org.tensorlogic.rewrite.Logic.BOOLEAN;
import static org.tensorlogic.rewrite.Logic.LUKASIEWICZ;
import static org.tensorlogic.rewrite.Logic.MIN_MAX;
import static org.tensorlogic.rewrite.Logic.PRODUCT;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.tensorlogic.error.Requirement;
import org.tensorlogic.ir.Node;

/**
 * The laws of logic that make formulas shorter. Each law names the logics in which it holds for all
 * truth values; tests evaluate both sides in every logic.
 */
public enum Law {
  DOUBLE_NEGATION("not not x -> x", Set.of(Logic.values()),
      (l, x, y, z) -> l.not(l.not(x)), (l, x, y, z) -> x),
  AND_SELF("x and x -> x", Set.of(BOOLEAN, MIN_MAX),
      (l, x, y, z) -> l.and(x, x), (l, x, y, z) -> x),
  OR_SELF("x or x -> x", Set.of(BOOLEAN, MIN_MAX),
      (l, x, y, z) -> l.or(x, x), (l, x, y, z) -> x),
  AND_ABSORPTION("x and (x or y) -> x", Set.of(BOOLEAN, MIN_MAX),
      (l, x, y, z) -> l.and(x, l.or(x, y)), (l, x, y, z) -> x),
  OR_ABSORPTION("x or (x and y) -> x", Set.of(BOOLEAN, MIN_MAX),
      (l, x, y, z) -> l.or(x, l.and(x, y)), (l, x, y, z) -> x),
  AND_TRUE("x and true -> x", Set.of(Logic.values()),
      (l, x, y, z) -> l.and(x, l.truth(true)), (l, x, y, z) -> x),
  OR_FALSE("x or false -> x", Set.of(Logic.values()),
      (l, x, y, z) -> l.or(x, l.truth(false)), (l, x, y, z) -> x),
  AND_FALSE("x and false -> false", Set.of(Logic.values()),
      (l, x, y, z) -> l.and(x, l.truth(false)), (l, x, y, z) -> l.truth(x, false)),
  OR_TRUE("x or true -> true", Set.of(Logic.values()),
      (l, x, y, z) -> l.or(x, l.truth(true)), (l, x, y, z) -> l.truth(x, true)),
  CONTRADICTION("x and not x -> false", Set.of(BOOLEAN, LUKASIEWICZ),
      (l, x, y, z) -> l.and(x, l.not(x)), (l, x, y, z) -> l.truth(x, false)),
  EXCLUDED_MIDDLE("x or not x -> true", Set.of(BOOLEAN, LUKASIEWICZ),
      (l, x, y, z) -> l.or(x, l.not(x)), (l, x, y, z) -> l.truth(x, true)),
  AND_DE_MORGAN("not x and not y -> not (x or y)", Set.of(Logic.values()),
      (l, x, y, z) -> l.and(l.not(x), l.not(y)), (l, x, y, z) -> l.not(l.or(x, y))),
  OR_DE_MORGAN("not x or not y -> not (x and y)", Set.of(Logic.values()),
      (l, x, y, z) -> l.or(l.not(x), l.not(y)), (l, x, y, z) -> l.not(l.and(x, y))),
  AND_COMPLEMENT("x and (not x or y) -> x and y", Set.of(BOOLEAN),
      (l, x, y, z) -> l.and(x, l.or(l.not(x), y)), (l, x, y, z) -> l.and(x, y)),
  OR_COMPLEMENT("x or (not x and y) -> x or y", Set.of(BOOLEAN),
      (l, x, y, z) -> l.or(x, l.and(l.not(x), y)), (l, x, y, z) -> l.or(x, y)),
  AND_TWICE("x and (x and y) -> x and y", Set.of(BOOLEAN, MIN_MAX),
      (l, x, y, z) -> l.and(x, l.and(x, y)), (l, x, y, z) -> l.and(x, y)),
  OR_TWICE("x or (x or y) -> x or y", Set.of(BOOLEAN, MIN_MAX),
      (l, x, y, z) -> l.or(x, l.or(x, y)), (l, x, y, z) -> l.or(x, y)),
  AND_DISTRIBUTION("(x and y) or (x and z) -> x and (y or z)", Set.of(BOOLEAN, MIN_MAX),
      (l, x, y, z) -> l.or(l.and(x, y), l.and(x, z)), (l, x, y, z) -> l.and(x, l.or(y, z))),
  OR_DISTRIBUTION("(x or y) and (x or z) -> x or (y and z)", Set.of(BOOLEAN, MIN_MAX),
      (l, x, y, z) -> l.and(l.or(x, y), l.or(x, z)), (l, x, y, z) -> l.or(x, l.and(y, z)));

  @FunctionalInterface
  private interface Formula {
    Pattern of(Logic logic, Pattern x, Pattern y, Pattern z);
  }

  @FunctionalInterface
  private interface Shorter {
    Node of(Logic logic, Node x, Node y, Node z);
  }

  private final String meaning;
  private final Set<Logic> logics;
  private final Formula before;
  private final Shorter after;

  Law(String meaning, Set<Logic> logics, Formula before, Shorter after) {
    this.meaning = meaning;
    this.logics = logics;
    this.before = before;
    this.after = after;
  }

  /** Returns the rules of all laws that hold in a logic. */
  public static List<Rule> rules(Logic logic) {
    return Arrays.stream(values()).filter(law -> law.logics.contains(logic))
        .map(law -> law.in(logic)).toList();
  }

  /** Returns the logics in which it holds for all truth values. */
  public Set<Logic> logics() {
    return logics;
  }

  /**
   * Returns the law as a rule on the connectives of a logic. On bool it is exact; on numbers it
   * holds up to rounding, and between 0 and 1 only, so no level of optimisation has it by itself.
   *
   * @throws org.tensorlogic.error.ArgumentException when it does not hold in that logic
   */
  public Rule in(Logic logic) {
    Requirement.requireArgument(logics.contains(logic), () -> "it holds in " + logics,
        "%s does not hold in %s", meaning, logic);
    return rule(logic);
  }

  /** Returns the law as a rule, whether it holds or not. */
  Rule rule(Logic logic) {
    Pattern x = Pattern.variable("x");
    Pattern y = Pattern.variable("y");
    Pattern z = Pattern.variable("z");
    boolean exact = logic == BOOLEAN;
    return new Rule(name().toLowerCase(Locale.ROOT).replace('_', '-')
        + (exact ? "" : "-" + logic.name().toLowerCase(Locale.ROOT).replace('_', '-')),
        meaning, exact ? OptimizationLevel.BASIC : OptimizationLevel.AGGRESSIVE,
        exact ? Exactness.EXACT : Exactness.ASSUMES_FINITE, 0, before.of(logic, x, y, z),
        match -> after.of(logic, match.get("x"), orX(match, "y"), orX(match, "z")));
  }

  /** Formulas of fewer variables never look at the others. */
  private static Node orX(Match match, String name) {
    return match.get(match.captures(name) ? name : "x");
  }
}
