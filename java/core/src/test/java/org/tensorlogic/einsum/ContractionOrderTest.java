package org.tensorlogic.einsum;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.tensorlogic.einsum.NestedLoops.Dense;
import org.tensorlogic.error.EinsumException;

class ContractionOrderTest {

  @Test
  void chainIsContractedFromTheNarrowEnd() {
    assertThat(order("ij,jk,kl->il", 10, 100, 5, 50)).hasToString("""
        einsum "ij,jk,kl->il": 15000 FLOPs, intermediates of at most 50 elements
          #3 = ij,jk->ik of #0, #1: 10000 FLOPs, 50 elements
          #4 = kl,ik->il of #2, #3: 5000 FLOPs, 500 elements""");
    assertThat(order("ij,jk,kl->il", 50, 5, 100, 10)).hasToString("""
        einsum "ij,jk,kl->il": 15000 FLOPs, intermediates of at most 50 elements
          #3 = jk,kl->jl of #1, #2: 10000 FLOPs, 50 elements
          #4 = ij,jl->il of #0, #3: 5000 FLOPs, 500 elements""");
  }

  @Test
  void ownIndicesAreSummedFirst() {
    assertThat(order("ijm,jkk->i", 3, 4, 5, 6)).hasToString("""
        einsum "ijm,jkk->i": 116 FLOPs, intermediates of at most 12 elements
          #2 = ijm->ij of #0: 72 FLOPs, 12 elements
          #3 = jkk->j of #1: 20 FLOPs, 4 elements
          #4 = ij,j->i of #2, #3: 24 FLOPs, 3 elements""");
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {
      "ij->ji | #1 = ij->ji of #0: view, 6 elements",
      "ii->i | #1 = ii->i of #0: view, 2 elements",
      "ij->i | #1 = ij->i of #0: 6 FLOPs, 2 elements",
      "-> | #1 = -> of #0: view, 1 elements",
      "ij,ij->ij | #2 = ij,ij->ij of #0, #1: 6 FLOPs, 6 elements",
      "i,j->ij | #2 = i,j->ij of #0, #1: 6 FLOPs, 6 elements",
      "i,i-> | #2 = i,i-> of #0, #1: 4 FLOPs, 1 elements"})
  void oneStep(String text, String step) {
    assertThat(order(text, 2, 3).steps()).singleElement().hasToString(step);
  }

  @Test
  void axesOfExtentOneAreDroppedForNothing() {
    ContractionOrder order = order("ai,bi->bi", 1, 5, 4);
    assertThat(order.steps().getFirst().view()).isTrue();
    assertThat(order.flops()).isEqualTo(20);
    assertThat(order.intermediateCountMax()).isZero();
  }

  @Test
  void anEmptyAxisCostsNothing() {
    ContractionOrder order = order("ij,jk,kl->il", 10, 0, 5, 50);
    assertThat(order.steps()).hasSize(2);
    assertThat(order.flops()).isLessThanOrEqualTo(500);
    assertThat(order("ij,jk,kl->il", 0, 0, 0, 0).flops()).isZero();
  }

  @Test
  void everyStepIsOfTheStatedForm() {
    var random = new Random(21);
    for (int round = 0; round < 500; round++) {
      EinsumSpec spec = RandomSpecs.next(random, 14, 4, 12);
      ContractionOrder order = ContractionOrder.search(spec,
          RandomSpecs.extents(spec, random, 0, 1, 2, 3, 7));
      var tensors = new TreeMap<Integer, List<Integer>>();
      IntStream.range(0, spec.operands().size())
          .forEach(operand -> tensors.put(operand, spec.operands().get(operand)));
      for (ContractionOrder.Step step : order.steps()) {
        assertThat(step.result()).isEqualTo(tensors.lastKey() < spec.operands().size()
            ? spec.operands().size() : tensors.lastKey() + 1);
        assertThat(step.operands().stream().map(tensors::remove).toList())
            .isEqualTo(step.spec().operands());
        tensors.put(step.result(), step.spec().result());
        assertThat(step.view()).isIn(false, step.operands().size() == 1);
        if (step.operands().size() == 2) {
          assertClassified(step.spec());
        }
      }
      assertThat(tensors.values()).containsExactly(spec.result());
    }
  }

  private static void assertClassified(EinsumSpec step) {
    for (List<Integer> term : step.operands()) {
      assertThat(term).doesNotHaveDuplicates();
    }
    for (int index : step.summed()) {
      assertThat(step.operands()).allMatch(term -> term.contains(index), "sums " + step);
    }
  }

  @ParameterizedTest
  @EnumSource
  void stepsGiveTheNumbersOfTheDefinition(Semiring semiring) {
    var random = new Random(17);
    for (int round = 0; round < 60; round++) {
      EinsumSpec spec = RandomSpecs.next(random, 5, 3, 6);
      Map<Integer, Long> extents = RandomSpecs.extents(spec, random, 0, 1, 2, 3);
      var tensors = new TreeMap<Integer, Dense>();
      for (List<Integer> term : spec.operands()) {
        int[] shape = term.stream().mapToInt(index -> extents.get(index).intValue()).toArray();
        tensors.put(tensors.size(), Dense.random(shape, random, semiring));
      }
      Dense expected = NestedLoops.einsum(spec, semiring, List.copyOf(tensors.values()));
      for (ContractionOrder.Step step : ContractionOrder.search(spec, extents).steps()) {
        tensors.put(step.result(), NestedLoops.einsum(step.spec(), semiring,
            step.operands().stream().map(tensors::get).toList()));
      }
      assertThat(tensors.lastEntry().getValue().values()).as("%s %s", spec, extents)
          .containsExactly(expected.values(), within(
              semiring == Semiring.LOG_SUM_EXP ? 1e-12 : 0.0));
    }
  }

  @Test
  void fewestFlopsAndThenSmallestIntermediatesOfAllOrders() {
    var random = new Random(3);
    for (int round = 0; round < 300; round++) {
      EinsumSpec spec = RandomSpecs.next(random, 5, 4, 7);
      Map<Integer, Long> extents = RandomSpecs.extents(spec, random, 0, 1, 2, 3, 5, 11, 20);
      ContractionOrder order = ContractionOrder.search(spec, extents);
      BruteForce all = BruteForce.of(spec, extents, Double.POSITIVE_INFINITY);
      assertThat(pairFlops(order)).as("%s %s", spec, extents).isEqualTo(all.flops);
      assertThat(pairCountMax(order)).as("%s %s", spec, extents).isEqualTo(all.countMax);
    }
  }

  @Test
  void fewestFlopsWithinABound() {
    var random = new Random(4);
    int refused = 0;
    for (int round = 0; round < 200; round++) {
      EinsumSpec spec = RandomSpecs.next(random, 5, 4, 7);
      Map<Integer, Long> extents = RandomSpecs.extents(spec, random, 1, 2, 3, 5, 11);
      double bound = 1 + random.nextInt(100);
      BruteForce all = BruteForce.of(spec, extents, bound);
      if (all.flops == Double.POSITIVE_INFINITY) {
        refused++;
        assertThatThrownBy(() -> ContractionOrder.search(spec, extents, bound))
            .isInstanceOf(EinsumException.class);
      } else {
        ContractionOrder order = ContractionOrder.search(spec, extents, bound);
        assertThat(pairFlops(order)).as("%s %s %s", spec, extents, bound).isEqualTo(all.flops);
        assertThat(pairCountMax(order)).isLessThanOrEqualTo(bound);
      }
    }
    assertThat(refused).isBetween(10, 150);
  }

  @Test
  void aBoundThatNoOrderKeepsIsRefused() {
    assertThatThrownBy(() -> ContractionOrder.search(EinsumSpec.parse("ij,jk,kl->il"),
        extents("ij,jk,kl->il", 10, 100, 5, 50), 49))
        .isInstanceOf(EinsumException.class)
        .hasMessage("einsum \"ij,jk,kl->il\" (C11): no order was found that keeps intermediates "
            + "within 49 elements; hint: allow 50 elements");
  }

  @Test
  void aBoundHoldsForManyOperandsToo() {
    EinsumSpec chain = chain(30);
    Map<Integer, Long> extents = RandomSpecs.extents(chain, new Random(1), 2, 9, 30);
    ContractionOrder bounded = ContractionOrder.search(chain, extents, 60);
    assertThat(pairCountMax(bounded)).isLessThanOrEqualTo(60);
    assertThatThrownBy(() -> ContractionOrder.search(chain, extents, 1))
        .hasMessageContaining("(C11)");
  }

  @Test
  void fortyOperandsTakeAMoment() {
    var random = new Random(8);
    EinsumSpec chain = chain(40);
    Map<Integer, Long> extents = RandomSpecs.extents(chain, random, 2, 3, 50, 700);
    ContractionOrder order = Assertions.assertTimeoutPreemptively(Duration.ofSeconds(2),
        () -> ContractionOrder.search(chain, extents));
    assertThat(order.steps()).hasSize(39);
    assertThat(order.flops()).isLessThan(leftToRightFlops(extents) / 2);
    for (int round = 0; round < 10; round++) {
      EinsumSpec spec = RandomSpecs.next(random, 40, 6, 60);
      Map<Integer, Long> wide = RandomSpecs.extents(spec, random, 1, 2, 1_000_000_000_000L);
      ContractionOrder first = Assertions.assertTimeoutPreemptively(Duration.ofSeconds(2),
          () -> ContractionOrder.search(spec, wide));
      assertThat(first.flops()).isFinite();
      assertThat(ContractionOrder.search(spec, wide)).isEqualTo(first);
    }
  }

  @Test
  void countsBeyondTheRangeOfNumbersSaturate() {
    List<Integer> indices = IntStream.range(0, 40).boxed().toList();
    var outer = new EinsumSpec(indices.stream().map(List::of).toList(), indices);
    var extents = new TreeMap<Integer, Long>();
    indices.forEach(index -> extents.put(index, 1_000_000_000_000L));
    assertThat(ContractionOrder.search(outer, extents).flops()).isEqualTo(Double.MAX_VALUE);
    extents.put(39, 0L);
    ContractionOrder empty = ContractionOrder.search(outer, extents);
    assertThat(empty.flops()).isBetween(0.0, Double.MAX_VALUE);
    assertThat(empty.steps().getLast().count()).isZero();
  }

  @Test
  void extentsAreRequired() {
    EinsumSpec spec = EinsumSpec.parse("ij->i");
    assertThatThrownBy(() -> ContractionOrder.search(spec, Map.of(8, 3L)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("index j of einsum \"ij->i\" has extent null");
    assertThatThrownBy(() -> ContractionOrder.search(spec, Map.of(8, 3L, 9, -1L)))
        .hasMessage("index j of einsum \"ij->i\" has extent -1");
    assertThatThrownBy(() -> ContractionOrder.search(EinsumSpec.parse("..."), Map.of()))
        .isInstanceOf(IllegalStateException.class);
  }

  private static EinsumSpec chain(int operands) {
    List<List<Integer>> terms = IntStream.range(0, operands)
        .mapToObj(operand -> List.of(operand, operand + 1)).toList();
    return new EinsumSpec(terms, List.of(0, operands));
  }

  private static double leftToRightFlops(Map<Integer, Long> extents) {
    double flops = 0;
    for (int index = 1; index + 1 < extents.size(); index++) {
      flops += 2.0 * extents.get(0) * extents.get(index) * extents.get(index + 1);
    }
    return flops;
  }

  private static ContractionOrder order(String text, long... extents) {
    return ContractionOrder.search(EinsumSpec.parse(text), extents(text, extents));
  }

  /** Gives the indices their extents in alphabetical order. */
  private static Map<Integer, Long> extents(String text, long... extents) {
    var map = new TreeMap<Integer, Long>();
    EinsumSpec.parse(text).indices().forEach(index -> map.put(index, 0L));
    map.replaceAll((index, none) -> extents[map.headMap(index).size()]);
    return map;
  }

  private static double pairFlops(ContractionOrder order) {
    return order.steps().stream().filter(step -> step.operands().size() == 2)
        .mapToDouble(ContractionOrder.Step::flops).sum();
  }

  private static double pairCountMax(ContractionOrder order) {
    return order.steps().subList(0, order.steps().size() - 1).stream()
        .filter(step -> step.operands().size() == 2)
        .mapToDouble(ContractionOrder.Step::count).max().orElse(0);
  }

  /** Tries every sequence of pairs, with costs worked out anew from sets of indices. */
  private static final class BruteForce {
    private final EinsumSpec spec;
    private final Map<Integer, Long> extents;
    private final double bound;
    private double flops = Double.POSITIVE_INFINITY;
    private double countMax = Double.POSITIVE_INFINITY;

    private BruteForce(EinsumSpec spec, Map<Integer, Long> extents, double bound) {
      this.spec = spec;
      this.extents = extents;
      this.bound = bound;
    }

    static BruteForce of(EinsumSpec spec, Map<Integer, Long> extents, double bound) {
      var search = new BruteForce(spec, extents, bound);
      var terms = new ArrayList<Set<Integer>>();
      for (List<Integer> term : spec.operands()) {
        terms.add(new HashSet<>(term));
      }
      var own = new ArrayList<Set<Integer>>();
      for (Set<Integer> term : terms) {
        own.add(search.asked(term, others(terms, term, null)));
      }
      search.descend(own, 0, 0);
      return search;
    }

    private void descend(List<Set<Integer>> terms, double spent, double largest) {
      if (terms.size() == 1) {
        if (spent < flops || spent == flops && largest < countMax) {
          flops = spent;
          countMax = largest;
        }
        return;
      }
      for (int a = 0; a < terms.size(); a++) {
        for (int b = a + 1; b < terms.size(); b++) {
          var union = new HashSet<>(terms.get(a));
          union.addAll(terms.get(b));
          List<Set<Integer>> rest = others(terms, terms.get(a), terms.get(b));
          Set<Integer> kept = asked(union, rest);
          double count = product(kept);
          double points = product(union);
          boolean last = rest.isEmpty();
          if (last || count <= bound) {
            rest.add(kept);
            descend(rest, spent + (points == count ? points : 2 * points),
                last ? largest : Math.max(largest, count));
          }
        }
      }
    }

    private Set<Integer> asked(Set<Integer> term, List<Set<Integer>> others) {
      var asked = new HashSet<>(term);
      asked.removeIf(index -> !spec.result().contains(index)
          && others.stream().noneMatch(other -> other.contains(index)));
      return asked;
    }

    private double product(Set<Integer> term) {
      return term.stream().mapToDouble(extents::get).reduce(1, (a, b) -> a * b);
    }

    private static List<Set<Integer>> others(List<Set<Integer>> terms, Set<Integer> a,
        Set<Integer> b) {
      var others = new ArrayList<>(terms);
      others.removeIf(term -> term == a || term == b);
      return others;
    }
  }
}
