package org.tensorlogic.einsum;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.tensorlogic.einsum.NestedLoops.Dense;
import org.tensorlogic.error.EinsumException;
import org.tensorlogic.type.DType;

class ContractionOrderTest {

  @Test
  void chainIsContractedFromTheNarrowEnd() {
    assertThat(order("ij,jk,kl->il", 10, 100, 5, 50)).hasToString("""
        einsum "ij,jk,kl->il": 15000 FLOPs, intermediates of 50 elements at once
          #3 = ij,jk->ik of #0, #1: 10000 FLOPs, 50 elements
          #4 = kl,ik->il of #2, #3: 5000 FLOPs, 500 elements""");
    assertThat(order("ij,jk,kl->il", 50, 5, 100, 10)).hasToString("""
        einsum "ij,jk,kl->il": 15000 FLOPs, intermediates of 50 elements at once
          #3 = jk,kl->jl of #1, #2: 10000 FLOPs, 50 elements
          #4 = ij,jl->il of #0, #3: 5000 FLOPs, 500 elements""");
  }

  @Test
  void ownIndicesAreSummedFirst() {
    assertThat(order("ijm,jkk->i", 3, 4, 5, 6)).hasToString("""
        einsum "ijm,jkk->i": 116 FLOPs, intermediates of 16 elements at once
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
    assertThat(order.peakCount()).isZero();
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
  void fewestFlopsAndThenLeastPeakOfAllOrders() {
    var random = new Random(3);
    for (int round = 0; round < 300; round++) {
      EinsumSpec spec = RandomSpecs.next(random, 5, 4, 7);
      Map<Integer, Long> extents = RandomSpecs.extents(spec, random, 0, 1, 2, 3, 5, 11, 20);
      ContractionOrder order = ContractionOrder.search(spec, extents);
      AllOrders all = AllOrders.of(spec, extents, Double.POSITIVE_INFINITY);
      assertThat(pairFlops(order)).as("%s %s", spec, extents).isEqualTo(all.flops());
      assertThat(order.peakCount()).as("%s %s", spec, extents).isEqualTo(all.peak());
    }
  }

  @Test
  void fewestFlopsWithinABound() {
    var random = new Random(4);
    int refused = 0;
    int dearer = 0;
    for (int round = 0; round < 300; round++) {
      EinsumSpec spec = RandomSpecs.next(random, 5, 4, 7);
      Map<Integer, Long> extents = RandomSpecs.extents(spec, random, 1, 2, 3, 5, 11);
      int bound = 1 + random.nextInt(60);
      AllOrders all = AllOrders.of(spec, extents, bound);
      if (all.flops() == Double.POSITIVE_INFINITY) {
        refused++;
        double least = AllOrders.of(spec, extents, Double.POSITIVE_INFINITY).peakLeast();
        assertThatThrownBy(() -> ContractionOrder.search(spec, extents, DType.F32, 4 * bound))
            .isInstanceOf(EinsumException.class)
            .hasMessageContaining("a limit of %d bytes", (long) (4 * least));
      } else {
        ContractionOrder order = ContractionOrder.search(spec, extents, DType.F32, 4 * bound + 3);
        assertThat(pairFlops(order)).as("%s %s %s", spec, extents, bound).isEqualTo(all.flops());
        assertThat(order.peakCount()).isEqualTo(all.peak()).isLessThanOrEqualTo(bound);
        dearer += order.flops() > ContractionOrder.search(spec, extents).flops() ? 1 : 0;
      }
    }
    assertThat(refused).isBetween(10, 200);
    assertThat(dearer).isPositive();
  }

  @Test
  void aBoundThatNoOrderKeepsIsRefused() {
    Map<Integer, Long> extents = extents("ij,jk,kl->il", 10, 100, 5, 50);
    assertThatThrownBy(() -> ContractionOrder.search(EinsumSpec.parse("ij,jk,kl->il"), extents,
        DType.F64, 399))
        .isInstanceOf(EinsumException.class)
        .hasMessage("einsum \"ij,jk,kl->il\" (C11): operands f64[10, 100], f64[100, 5], f64[5, 50] "
            + "need intermediates of 400 bytes at once in the thriftiest order found but 399 bytes "
            + "are the limit; hint: a limit of 400 bytes allows that order");
  }

  @Test
  void aBoundHoldsForManyOperandsToo() {
    EinsumSpec grid = grid(5);
    int found = 0;
    for (int seed = 0; seed < 20; seed++) {
      Map<Integer, Long> extents = RandomSpecs.extents(grid, new Random(seed), 2, 9, 30);
      long less = (long) ContractionOrder.search(grid, extents).peakCount() * 9 / 10;
      try {
        ContractionOrder bounded = ContractionOrder.search(grid, extents, DType.BOOL, less);
        assertThat(bounded.peakCount()).isPositive().isLessThanOrEqualTo(less);
        found++;
      } catch (EinsumException refused) {
        assertThat(refused).hasMessageContaining("(C11)");
      }
    }
    assertThat(found).isBetween(5, 19);
  }

  @Test
  void chanceNeverMakesItWorse() {
    var random = new Random(9);
    int better = 0;
    for (int round = 0; round < 20; round++) {
      EinsumSpec spec = round % 2 == 0 ? chain(11 + round) : RandomSpecs.next(random, 40, 4, 40);
      Map<Integer, Long> extents = RandomSpecs.extents(spec, random, 1, 2, 3, 8, 40);
      double greedy = greedyFlops(new TensorNetwork(spec, extents));
      double found = pairFlops(ContractionOrder.search(spec, extents));
      assertThat(found).as("%s %s", spec, extents).isLessThanOrEqualTo(greedy);
      better += found < greedy ? 1 : 0;
    }
    assertThat(better).isGreaterThan(8);
  }

  private static double greedyFlops(TensorNetwork network) {
    var greedy = new GreedySearch(network, new GreedySearch.Terms(true, 1, 0), new Random(0),
        Double.POSITIVE_INFINITY);
    return ExactSearch.front(network, greedy.downTo(10), Double.POSITIVE_INFINITY, false)
        .getFirst().flops();
  }

  /** The best order of a chain is known by dynamic programming over its intervals. */
  @Test
  void chainsAreNearTheirOptimum() {
    for (int seed = 0; seed < 10; seed++) {
      EinsumSpec chain = chain(50);
      Map<Integer, Long> extents =
          RandomSpecs.extents(chain, new Random(seed), 2, 3, 8, 17, 50, 200, 700);
      double flops = ContractionOrder.search(chain, extents).flops();
      double[][] best = new double[51][51];
      for (int width = 2; width <= 50; width++) {
        for (int from = 0; from + width <= 50; from++) {
          int to = from + width;
          best[from][to] = Double.POSITIVE_INFINITY;
          for (int middle = from + 1; middle < to; middle++) {
            double step = 2.0 * extents.get(from) * extents.get(middle) * extents.get(to);
            best[from][to] = Math.min(best[from][to],
                best[from][middle] + best[middle][to] + step);
          }
        }
      }
      assertThat(flops / best[0][50]).as("seed %d", seed).isBetween(1.0, 2.0);
    }
  }

  @Test
  void fiftyOperandsTakeAMoment() {
    var random = new Random(8);
    List<List<Integer>> ring = IntStream.range(0, 50)
        .mapToObj(operand -> List.of(operand, (operand + 1) % 50)).toList();
    List<List<Integer>> tree = IntStream.range(0, 50).mapToObj(operand -> IntStream.of(operand,
        2 * operand + 1, 2 * operand + 2).filter(index -> index < 50).boxed().toList()).toList();
    var specs = new ArrayList<EinsumSpec>(List.of(chain(50), new EinsumSpec(ring, List.of()),
        new EinsumSpec(tree, List.of(0))));
    for (int round = 0; round < 10; round++) {
      specs.add(RandomSpecs.next(random, 50, 6, 60));
    }
    for (EinsumSpec spec : specs) {
      Map<Integer, Long> wide = RandomSpecs.extents(spec, random, 1, 2, 1_000_000_000_000L);
      // A search of all orders would take years; a quiet machine takes ten milliseconds.
      ContractionOrder first = Assertions.assertTimeoutPreemptively(Duration.ofSeconds(20),
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

  /** A tensor at each crossing of so many lines by so many, with an index along each edge. */
  private static EinsumSpec grid(int lines) {
    var terms = new ArrayList<List<Integer>>();
    for (int place = 0; place < lines * lines; place++) {
      int row = place / lines;
      int column = place % lines;
      var term = new ArrayList<Integer>();
      if (column > 0) {
        term.add(2 * (place - 1));
      }
      if (column < lines - 1) {
        term.add(2 * place);
      }
      if (row > 0) {
        term.add(2 * (place - lines) + 1);
      }
      if (row < lines - 1) {
        term.add(2 * place + 1);
      }
      terms.add(term);
    }
    return new EinsumSpec(terms, List.of());
  }

  private static double pairFlops(ContractionOrder order) {
    return order.steps().stream().filter(step -> step.operands().size() == 2)
        .mapToDouble(ContractionOrder.Step::flops).sum();
  }
}
