package org.tensorlogic.tuning;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.tensorlogic.kernel.Choice;

/** When a measured candidate replaces the default, with a clock that tells what the test says. */
class TunerTest {

  private static final Choice CHOICE = new FakeChoice("c", List.of("old", "new"), List.of("cell"));

  private final Random random = new Random(3);
  private final Map<String, Double> seconds = new HashMap<>(Map.of("old", 1.0));
  private final List<String> asked = new ArrayList<>();
  private double noise = 0.01;
  private int open;

  /** The time of a candidate, or of it with a number of threads, such as "new 2". */
  private Tuner.Trial trial(Choice choice, String cell, int threads) {
    open++;
    return new Tuner.Trial() {
      @Override
      public double seconds(String candidate) {
        asked.add(candidate + ' ' + threads);
        double mean = seconds.getOrDefault(candidate + ' ' + threads, seconds.get(candidate));
        return mean * (1 + noise * random.nextDouble());
      }

      @Override
      public void close() {
        open--;
      }
    };
  }

  @AfterEach
  void trialsAreClosed() {
    assertThat(open).isZero();
  }

  private List<Finding> tune(Choice choice) {
    return new Tuner(List.of(1, 2), Effort.QUICK, this::trial).tune(List.of(choice),
        (_, _, _, _) -> { });
  }

  @Test
  void takesWhatIsFaster() {
    seconds.put("new", 0.8);
    assertThat(tune(CHOICE)).singleElement().satisfies(found -> {
      assertThat(found.choice() + found.cell() + found.candidate()).isEqualTo("ccellnew");
      assertThat(found.gain()).isBetween(0.18, 0.22);
      assertThat(found.probability()).isLessThan(1e-6);
    });
  }

  @Test
  void keepsTheDefaultWhereNothingIsGained() {
    seconds.put("new", 1.0);
    assertThat(tune(CHOICE)).isEmpty();
  }

  @Test
  void aCertainButSmallGainIsNotWorthIt() {
    seconds.put("new", 0.96);
    noise = 1e-6;
    assertThat(tune(CHOICE)).isEmpty();
  }

  /** The median gains, but the samples are so far apart that it may be chance. */
  @Test
  void noiseIsNoGain() {
    noise = 40;
    int seen = 0;
    for (int round = 0; round < 200; round++) {
      seconds.put("new", 0.93);
      seen += tune(CHOICE).size();
    }
    assertThat(seen).isLessThanOrEqualTo(1);
  }

  @Test
  void aGainWithSomeThreadsMustNotBeALossWithOthers() {
    seconds.put("new", 0.8);
    seconds.put("new 1", 1.1);
    assertThat(tune(CHOICE)).isEmpty();
    seconds.put("new 1", 0.8);
    seconds.put("new 2", 1.1);
    assertThat(tune(CHOICE)).isEmpty();
    seconds.put("new 2", 1.0);
    assertThat(tune(CHOICE)).hasSize(1);
  }

  @Test
  void aGainMustShowTwice() {
    seconds.put("new", 0.8);
    var once = new Tuner(List.of(1), Effort.QUICK, (choice, cell, threads) -> {
      Tuner.Trial first = trial(choice, cell, threads);
      if (asked.size() > 20) {
        seconds.put("new", 1.0);
      }
      return first;
    });
    assertThat(once.tune(List.of(CHOICE), (_, _, _, _) -> { })).isEmpty();
    assertThat(asked).hasSize(2 * 2 * 23);
  }

  @Test
  void theBestOfSeveralIsTaken() {
    seconds.putAll(Map.of("fast", 0.7, "faster", 0.5, "fine", 0.6));
    assertThat(tune(new FakeChoice("c", List.of("old", "fast", "faster", "fine"),
        List.of("cell")))).singleElement().extracting(Finding::candidate).isEqualTo("faster");
  }

  @Test
  void bothTakeTurnsAtBeingFirst() {
    seconds.put("new", 1.0);
    new Tuner(List.of(4), Effort.QUICK, this::trial).tune(List.of(CHOICE), (_, _, _, _) -> { });
    assertThat(asked).hasSize(2 * 23).startsWith("new 4", "old 4", "old 4", "new 4", "new 4");
  }

  @Test
  void tellsHowFarItIs() {
    seconds.put("new", 1.0);
    var told = new ArrayList<String>();
    new Tuner(List.of(1), Effort.QUICK, this::trial).tune(
        List.of(new FakeChoice("c", List.of("old", "new"), List.of("x", "y")),
            new FakeChoice("d", List.of("old"), List.of("z"))),
        (done, cells, what, finding) -> told.add(done + "/" + cells + " " + what + finding));
    assertThat(told).containsExactly("1/3 c xOptional.empty", "2/3 c yOptional.empty",
        "3/3 d zOptional.empty");
  }
}
