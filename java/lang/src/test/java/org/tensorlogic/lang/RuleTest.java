package org.tensorlogic.lang;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.tensorlogic.engine.Engine;
import org.tensorlogic.error.ConvergenceException;
import org.tensorlogic.error.ProgramException;

/** Rules, negation, recursion, and what happens when recursion does not settle. */
class RuleTest {
  private static final String EDGES = "E(0, 1)\nE(1, 2)\nE(2, 0)\nE(2, 3)\nE(4, 4)\n";

  @Test
  void negationReadsTheFinishedRelation() {
    assertThat(Programs.bindings(EDGES + """
        N(x) <- E(x, y)
        N(y) <- E(x, y)
        P(x, y) <- E(x, y)
        P(x, z) <- P(x, y), P(y, z)
        Apart(x, y) <- N(x), N(y), not P(x, y)
        Apart(3, y)?
        """)).containsExactly("0", "1", "2", "3", "4");
  }

  @Test
  void anonymousUnderNegationIsForNoValue() {
    String program = """
        E(0, 1)
        E(0, 0)
        E(1, 2)
        N(x) <- E(x, _)
        N(y) <- E(_, y)
        Last(x) <- N(x), not E(x, _)
        Idle(x) <- N(x), not E(_, x), not E(x, _)
        """;
    assertThat(Programs.bindings(program + "Last(x)?\n")).containsExactly("2");
    assertThat(Programs.bindings(program + "Idle(x)?\n")).isEmpty();
    assertThat(Programs.bindings("E(0, 1)\nF(5)\nNone(x) <- F(x), not E(_, _)\nNone(x)?\n"))
        .isEmpty();
  }

  @Test
  void mutualRecursion() {
    assertThat(Programs.bindings("""
        Next(0, 1)
        Next(1, 2)
        Next(2, 3)
        Next(3, 4)
        Even(0)
        Odd(y) <- Even(x), Next(x, y)
        Even(y) <- Odd(x), Next(x, y)
        Even(x)?
        """)).containsExactly("0", "2", "4");
  }

  @Test
  void quadraticRecursionFindsTheSameClosure() {
    String linear = EDGES + "P(x, y) <- E(x, y)\nP(x, z) <- P(x, y), E(y, z)\nP(x, y)?";
    String quadratic = EDGES + "P(x, y) <- E(x, y)\nP(x, z) <- P(x, y), P(y, z)\nP(x, y)?";
    List<String> closure = Programs.bindings(linear);
    assertThat(closure).hasSize(13).isEqualTo(Programs.bindings(quadratic));
  }

  @Test
  void recursionThroughAComparison() {
    assertThat(Programs.bindings(EDGES + """
        In[y] = Hot[x] E[x,y]
        Hot(x) <- Seed(x)
        Hot(y) <- E(z, y), In[y] >= 1
        Seed(1)
        Hot(x)?
        """)).containsExactly("0", "1", "2", "3");
  }

  @Test
  void propositionsAndClosedQueries() {
    List<Answer> answers = Programs.answers("Rain()\nWet() <- Rain()\nWet()?\nDry()?\n");
    assertThat(answers).containsExactly(
        new Answer.Truth("Wet()", true), new Answer.Truth("Dry()", false));
  }

  @Test
  void numericRecursionReachesItsFixpoint() {
    double[] values = Programs.values("""
        B[0] = 1
        X[i] = 0.5 * X[i] + B[i]
        X?
        """);
    assertThat(values[0]).isCloseTo(2, within(1e-5));
  }

  @Test
  void recursionThatGrowsForEverNamesItsGroup() {
    var options = new ProgramOptions(Map.of(), 0, 50, 1e-6);
    TensorProgram program =
        TensorProgram.parse("p.tl", "X[0] = 1\nX[i] = 2 * X[i] + 1\nX?\n", Path.of(""), options);
    try (Engine engine = Programs.engine()) {
      assertThatThrownBy(() -> program.run(engine))
          .isInstanceOf(ConvergenceException.class)
          .hasMessageContaining("recursion of X")
          .hasMessageContaining("50 iterations")
          .hasMessageContaining("p.tl:");
    }
  }

  @Test
  void aNegativeCycleOfPathsDoesNotConverge() {
    String text = """
        W[0,1] = 1
        W[1,0] = -2
        D[x,y] min= W[x,y] : W[x,y] != 0
        D[x,z] min= D[x,y] + W[y,z] : W[y,z] != 0
        D?
        """;
    assertThatThrownBy(() -> Programs.answers(text)).isInstanceOf(ConvergenceException.class);
  }

  @Test
  void negationWithinRecursionIsRefused() {
    assertThatThrownBy(() -> Programs.parse("P(x) <- Q(x), not P(x)\nQ(1)\n"))
        .isInstanceOf(ProgramException.class)
        .hasMessageContaining("not stratified");
  }

  @Test
  void bindingsAreSortedAndAnonymousVariablesHidden() {
    String facts = "Age(Zoe, 10)\nAge(Adam, 9)\nAge(Bert, 10)\nAge(Adam, 2)\n";
    assertThat(Programs.bindings(facts + "Age(x, y)?"))
        .containsExactly("Adam,2", "Adam,9", "Bert,10", "Zoe,10");
    assertThat(Programs.bindings(facts + "Age(x, _)?")).containsExactly("Adam", "Bert", "Zoe");
    assertThat(Programs.answers(facts + "Age(Adam, _)?").getFirst())
        .isEqualTo(new Answer.Truth("Age(Adam, _)", true));
  }

  @Test
  void aTensorReadWithParenthesesIsPositive() {
    assertThat(Programs.bindings("S[0] = -1\nS[1] = 2\nS[2] = 0\nGood(x) <- S(x)\nGood(x)?"))
        .containsExactly("1");
  }
}
