package org.tensorlogic.tuning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Probabilities as SciPy 1.17 has them: mannwhitneyu of method "asymptotic", or "exact". */
class RankTestTest {

  private static double[] values(double... values) {
    return values;
  }

  private static void holds(double[] first, double[] second, double expected) {
    assertThat(RankTest.probability(first, second)).isCloseTo(expected, within(2e-7));
    assertThat(RankTest.probability(second, first)).isCloseTo(expected, within(2e-7));
  }

  @Test
  void agreesWithSciPy() {
    holds(values(1, 2, 3, 4, 5, 6, 7, 8, 9, 10), values(11, 12, 13, 14, 15, 16, 17, 18, 19, 20),
        0.00018267179110955002);
    holds(values(1, 4, 2, 8, 5, 7, 3, 9), values(6, 10, 12, 11, 13, 5.5, 14, 9.5),
        0.007405533340500268);
    holds(values(1, 2, 3, 4, 5, 6, 7, 8), values(1.5, 2.5, 3.5, 4.5, 5.5, 6.5, 7.5, 8.5),
        0.713191261016072);
  }

  @Test
  void correctsForTies() {
    holds(values(1, 1, 2, 2, 3, 3, 4, 4, 5), values(2, 2, 3, 3, 4, 4, 5, 5, 6),
        0.1772979842283876);
    holds(values(3, 3, 3, 3, 3, 3, 3, 3), values(3, 3, 3, 3, 3, 3, 3, 3), 1);
  }

  @Test
  void countsOrdersOfAFewValues() {
    holds(values(1, 2, 3, 4, 5), values(6, 7, 8, 9, 10), 0.007936507936507936);
    holds(values(1, 4, 2, 8, 5), values(6, 10, 12, 11, 3.5, 7), 0.08225108225108226);
    holds(values(1, 3, 5), values(2, 4, 6), 0.7);
    holds(values(1), values(2), 1);
    holds(values(1, 9, 2, 8, 3, 7.5),
        IntStream.range(0, 20).mapToDouble(i -> i + 0.25).toArray(), 0.08283021326499586);
  }

  /** Of so few values not even those that do not overlap are certain. */
  @Test
  void tellsWhetherThereAreEnoughValues() {
    assertThat(RankTest.canTell(4, 4)).isFalse();
    assertThat(RankTest.canTell(5, 5)).isTrue();
    assertThat(RankTest.canTell(1, 198)).isFalse();
    assertThat(RankTest.canTell(1, 200)).isTrue();
  }

  /** Samples of one distribution pass at p below 0.01 about once in a hundred times. */
  @Test
  void seldomSeesWhatIsNotThere() {
    var random = new Random(7);
    int seen = 0;
    for (int round = 0; round < 2000; round++) {
      double[] first = random.doubles(20).toArray();
      double[] second = random.doubles(20).toArray();
      seen += RankTest.probability(first, second) < 0.01 ? 1 : 0;
    }
    assertThat(seen).isBetween(8, 36);
  }
}
