package org.tensorlogic.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.tensorlogic.tuning.FakeChoice;

/** Times graphs with every candidate. */
class EngineMeasurerTest {

  @Test
  void timesEveryCandidateForAnyThreads() {
    var choice = new FakeChoice("c", List.of("old", "new"), List.of("cell"));
    var config = EngineConfig.defaults().withProvider("reference");
    try (var measurer = new EngineMeasurer(config)) {
      for (int threads : List.of(1, 3, 1)) {
        try (var trial = measurer.trial(choice, "cell", threads)) {
          for (String candidate : List.of("old", "new", "old")) {
            assertThat(trial.seconds(candidate)).isBetween(1e-9, 10.0);
          }
        }
      }
    }
  }
}
