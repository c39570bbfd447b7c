package org.tensorlogic.einsum;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tensorlogic.einsum.NestedLoops.Dense;

class OperandPullbackTest {

  @ParameterizedTest(name = "{0} back to operand {1}")
  @CsvSource(delimiter = '|', value = {
      "ij,jk->ik | 0 | ik,jk->ij | [] | []",
      "ij,jk->ik | 1 | ik,ij->jk | [] | []",
      "ij->ji | 0 | ji->ij | [] | []",
      "ij->j | 0 | j->j | [] | [0]",
      "ijk-> | 0 | -> | [] | [0, 1, 2]",
      "ii->i | 0 | i,ia->ia | [8] | []",
      "ii-> | 0 | ,ia->ia | [8] | []",
      "iii,ij->j | 0 | j,ij,ia,ib->iab | [8, 8] | []",
      "ijij,jk->k | 0 | k,jk,ia,jb->ijab | [8, 9] | []",
      ",i->i | 0 | i,i-> | [] | []",
      "i,j->ij | 1 | ij,i->j | [] | []",
      "ij,k->i | 1 | i,ij-> | [] | [0]"})
  void printed(String forward, int operand, String spec, String identities, String axes) {
    OperandPullback pullback = EinsumSpec.parse(forward).pullback(operand);
    assertThat(pullback.spec()).hasToString(spec);
    assertThat(pullback.identities()).hasToString(identities);
    assertThat(pullback.broadcastAxes()).hasToString(axes);
  }

  @Test
  void anEllipsisIsRefused() {
    EinsumSpec spec = EinsumSpec.parse("...i->...");
    assertThatThrownBy(() -> spec.pullback(0)).isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("\"...i->...\"");
  }

  /* Sum-product is linear in each operand: the cotangent of an element of the operand is the
     inner product of the result's cotangent with the einsum of that element's unit tensor. */
  @Test
  void agreesWithTheDefinition() {
    var random = new Random(5);
    for (int round = 0; round < 400; round++) {
      EinsumSpec spec = RandomSpecs.next(random, 3, 3, 4);
      Map<Integer, Long> extents = RandomSpecs.extents(spec, random, 0, 1, 2, 3);
      List<Dense> operands = spec.operands().stream().map(term -> tensor(term, extents, random))
          .toList();
      Dense cotangent = tensor(spec.result(), extents, random);
      for (int operand = 0; operand < operands.size(); operand++) {
        assertThat(pulledBack(spec, operand, operands, cotangent).values())
            .as("%s operand %d extents %s", spec, operand, extents)
            .containsExactly(byDefinition(spec, operand, operands, cotangent).values());
      }
    }
  }

  private static Dense pulledBack(EinsumSpec spec, int operand, List<Dense> operands,
      Dense cotangent) {
    OperandPullback pullback = spec.pullback(operand);
    int[] shape = operands.get(operand).shape();
    var inputs = new ArrayList<>(List.of(cotangent));
    inputs.addAll(operands);
    inputs.remove(operand + 1);
    for (int index : pullback.identities()) {
      int extent = shape[spec.operands().get(operand).indexOf(index)];
      inputs.add(Dense.of(new int[] {extent, extent}, at -> at[0] == at[1] ? 1 : 0));
    }
    Dense reduced = NestedLoops.einsum(pullback.spec(), Semiring.SUM_PRODUCT, inputs);
    return Dense.of(shape, position -> {
      var kept = new ArrayList<Integer>();
      for (int axis = 0; axis < position.length; axis++) {
        if (!pullback.broadcastAxes().contains(axis)) {
          kept.add(position[axis]);
        }
      }
      return reduced.at(kept.stream().mapToInt(value -> value).toArray());
    });
  }

  private static Dense byDefinition(EinsumSpec spec, int operand, List<Dense> operands,
      Dense cotangent) {
    Dense primal = operands.get(operand);
    return Dense.of(primal.shape(), position -> {
      Dense unit = Dense.of(primal.shape(), at -> Arrays.equals(at, position) ? 1 : 0);
      var inputs = new ArrayList<>(operands);
      inputs.set(operand, unit);
      double[] moved = NestedLoops.einsum(spec, Semiring.SUM_PRODUCT, inputs).values();
      double inner = 0;
      for (int element = 0; element < moved.length; element++) {
        inner += moved[element] * cotangent.values()[element];
      }
      return inner;
    });
  }

  private static Dense tensor(List<Integer> term, Map<Integer, Long> extents, Random random) {
    int[] shape = term.stream().mapToInt(index -> extents.get(index).intValue()).toArray();
    return Dense.random(shape, random, Semiring.SUM_PRODUCT);
  }
}
