package org.tensorlogic.lang.check;

import java.util.List;
import java.util.Map;
import org.tensorlogic.lang.syntax.Problems;
import org.tensorlogic.lang.syntax.Statement;

/** The distributions that a learnable tensor may start from, with the defaults of their numbers. */
final class Distributions {
  private static final Map<String, List<Double>> DEFAULTS =
      Map.of(
          "normal", List.of(0.0, 1.0),
          "uniform", List.of(0.0, 1.0),
          "zeros", List.of(),
          "ones", List.of(),
          "glorot", List.of());

  private Distributions() {}

  static void check(Statement.Parameter parameter, Problems problems) {
    List<Double> defaults = DEFAULTS.get(parameter.distribution());
    if (defaults == null) {
      problems.error(
          parameter.span(),
          "there is no distribution '" + parameter.distribution() + "'",
          "the distributions are normal uniform zeros ones glorot");
      return;
    }
    int count = parameter.settings().size();
    if (count != 0 && count != defaults.size()) {
      problems.error(
          parameter.span(),
          "%s takes %d numbers but has %d"
              .formatted(parameter.distribution(), defaults.size(), count),
          "write normal(mean, deviation), uniform(low, high), zeros, ones or glorot");
    }
  }

  static Definition.Initial initial(Statement.Parameter parameter) {
    List<Double> settings =
        parameter.settings().isEmpty()
            ? DEFAULTS.get(parameter.distribution())
            : parameter.settings();
    return new Definition.Initial(parameter.distribution(), settings);
  }
}
