package org.tensorlogic.cli.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.tensorlogic.tuning.RankTest;

/**
 * An earlier measurement beside a later one.
 *
 * @param key what was timed
 * @param before the earlier samples
 * @param after the later ones
 * @param ratio the later median over the earlier one: above 1 is slower
 * @param probability of ranks so far apart by chance alone
 * @param verdict what follows
 */
record Comparison(Key key, Samples before, Samples after, double ratio, double probability,
    Verdict verdict) {

  /** What two measurements say. */
  enum Verdict {
    SLOWER("slower"), FASTER("faster"), SAME("no difference"), SHORT("too short to judge"),
    FEW("too few samples");

    final String text;

    Verdict(String text) {
      this.text = text;
    }
  }

  /**
   * What counts as a difference.
   *
   * @param threshold how far the medians must be apart, 0.05 for 5 %
   * @param secondsMin where both medians are shorter, nothing is judged
   */
  record Terms(double threshold, double secondsMin) {

    private Verdict verdict(Samples before, Samples after, double ratio, double probability) {
      if (Math.max(before.median(), after.median()) < secondsMin) {
        return Verdict.SHORT;
      }
      if (!RankTest.canTell(before.count(), after.count())) {
        return Verdict.FEW;
      }
      if (probability >= RankTest.PROBABILITY_MAX) {
        return Verdict.SAME;
      }
      return ratio > 1 + threshold ? Verdict.SLOWER
          : ratio < 1 / (1 + threshold) ? Verdict.FASTER : Verdict.SAME;
    }
  }

  /** Compares what both have, in the order of the later one. */
  static List<Comparison> of(Map<Key, Samples> old, Map<Key, Samples> now, Terms terms) {
    var found = new ArrayList<Comparison>();
    now.forEach((key, after) -> {
      Samples before = old.get(key);
      if (before != null) {
        double ratio = after.median() / before.median();
        double probability = RankTest.probability(before.taken(), after.taken());
        found.add(new Comparison(key, before, after, ratio, probability,
            terms.verdict(before, after, ratio, probability)));
      }
    });
    return found;
  }

  /** Returns how large the difference of the means is beside the scatter: Cohen's d. */
  double effect() {
    return before.effect(after);
  }
}
