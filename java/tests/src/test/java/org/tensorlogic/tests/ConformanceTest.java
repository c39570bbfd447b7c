package org.tensorlogic.tests;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorlogic.testkit.ConformanceKit;

/** The conformance kit on both providers. */
class ConformanceTest {

  @ParameterizedTest
  @ValueSource(strings = {"reference", "native"})
  void engineConforms(String provider) {
    try (var engine = Engines.of(provider)) {
      var report = new ConformanceKit(engine, engine, 1).run();
      assertThat(report.failures()).as(report.toString()).isEmpty();
      assertThat(report.cases()).isGreaterThan(400);
    }
  }
}
