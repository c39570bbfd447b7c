package org.tensorlogic.einsum;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.tensorlogic.error.EinsumException;

class SemiringTest {

  private static final double INFINITY = Double.POSITIVE_INFINITY;

  @ParameterizedTest
  @EnumSource
  void laws(Semiring semiring) {
    List<Double> domain = domain(semiring);
    for (double a : domain) {
      same(semiring.add(a, semiring.zero()), a);
      same(semiring.multiply(a, semiring.one()), a);
      same(semiring.multiply(a, semiring.zero()), semiring.zero());
      assertThat(semiring.add(a, a) == a).isEqualTo(semiring.idempotent() || a == semiring.zero());
      for (double b : domain) {
        same(semiring.add(a, b), semiring.add(b, a));
        same(semiring.multiply(a, b), semiring.multiply(b, a));
        for (double c : domain) {
          same(semiring.add(a, semiring.add(b, c)), semiring.add(semiring.add(a, b), c));
          same(semiring.multiply(a, semiring.multiply(b, c)),
              semiring.multiply(semiring.multiply(a, b), c));
          same(semiring.multiply(a, semiring.add(b, c)),
              semiring.add(semiring.multiply(a, b), semiring.multiply(a, c)));
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void notANumberSpreads(Semiring semiring) {
    for (double a : domain(semiring)) {
      assertThat(semiring.add(a, Double.NaN)).isNaN();
      assertThat(semiring.add(Double.NaN, a)).isNaN();
      assertThat(semiring.multiply(a, Double.NaN)).isNaN();
      assertThat(semiring.multiply(Double.NaN, a)).isNaN();
    }
  }

  /* 2 and 3 tell all semirings' results apart; log-sum-exp: 3 + ln(1 + 1/e). */
  @ParameterizedTest
  @CsvSource({"sum-product, 5, 6", "max-plus, 3, 5", "min-plus, 2, 5", "max-product, 3, 6",
      "or-and, 1, 1", "max-min, 3, 2", "log-sum-exp, 3.3132616875182228, 5"})
  void sumAndProductOfTwoAndThree(String name, double sum, double product) {
    Semiring semiring = Semiring.parse(name);
    assertThat(semiring.add(2, 3)).isCloseTo(sum, within(Math.ulp(sum)));
    assertThat(semiring.multiply(2, 3)).isEqualTo(product);
  }

  @Test
  void logSumExpDoesNotOverflow() {
    assertThat(Semiring.LOG_SUM_EXP.add(5000, 5000)).isEqualTo(5000 + Math.log(2));
    assertThat(Semiring.LOG_SUM_EXP.add(INFINITY, 1)).isEqualTo(INFINITY);
  }

  @ParameterizedTest
  @EnumSource
  void namesRead(Semiring semiring) {
    assertThat(Semiring.parse(semiring.text())).isSameAs(semiring);
  }

  @Test
  void unknownNamesGetTheNearest() {
    assertThatThrownBy(() -> Semiring.parse("maxplus")).isInstanceOf(EinsumException.class)
        .hasMessage("semiring \"maxplus\" (C10): is not one of sum-product, max-plus, min-plus, "
            + "max-product, or-and, max-min, log-sum-exp; hint: did you mean \"max-plus\"?");
    assertThatThrownBy(() -> Semiring.parse("logsumexp"))
        .hasMessageEndingWith("did you mean \"log-sum-exp\"?");
    assertThatThrownBy(() -> Semiring.parse("and-or"))
        .hasMessageEndingWith("did you mean \"or-and\"?");
  }

  private static List<Double> domain(Semiring semiring) {
    double zero = semiring.zero();
    double one = semiring.one();
    return switch (semiring) {
      case SUM_PRODUCT -> List.of(zero, one, -2.0, 3.0, 0.5);
      case MAX_PLUS, MIN_PLUS, LOG_SUM_EXP, MAX_MIN -> List.of(zero, one, -2.0, 3.0, 0.5);
      case MAX_PRODUCT -> List.of(one, 2.0, 3.0, 0.5); // zero times zero is no part of it
      case OR_AND -> List.of(zero, one);
    };
  }

  private static void same(double actual, double expected) {
    if (Double.isInfinite(expected)) {
      assertThat(actual).isEqualTo(expected);
    } else {
      assertThat(actual).isCloseTo(expected, within(1e-14));
    }
  }
}
