package org.tensorlogic.einsum;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;

/** Random specs and extents; the same seed gives the same. */
final class RandomSpecs {

  private RandomSpecs() {}

  /** One to so many operands of rank 0 to so much, repeated indices included, no ellipsis. */
  static EinsumSpec next(Random random, int operandsMax, int rankMax, int indices) {
    var operands = new ArrayList<List<Integer>>();
    var all = new LinkedHashSet<Integer>();
    for (int left = 1 + random.nextInt(operandsMax); left > 0; left--) {
      List<Integer> term = random.ints(random.nextInt(rankMax + 1), 0, indices).boxed().toList();
      operands.add(term);
      all.addAll(term);
    }
    var result = new ArrayList<>(all);
    Collections.shuffle(result, random);
    return new EinsumSpec(operands, result.subList(0, random.nextInt(result.size() + 1)));
  }

  /** An extent for each index, drawn from these. */
  static Map<Integer, Long> extents(EinsumSpec spec, Random random, long... choices) {
    var extents = new LinkedHashMap<Integer, Long>();
    spec.indices().forEach(index ->
        extents.put(index, choices[random.nextInt(choices.length)]));
    return extents;
  }

  /** Reads numbers separated by spaces. */
  static int[] numbers(String text) {
    return Stream.of(text.split(" ")).mapToInt(Integer::parseInt).toArray();
  }
}
