package org.tensorlogic.einsum;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tensorlogic.error.EinsumException;
import org.tensorlogic.error.ShapeException;
import org.tensorlogic.type.Dim;
import org.tensorlogic.type.Shape;

class EinsumBindingTest {

  @ParameterizedTest(name = "{0} of {1} is {2} with shape {3}")
  @CsvSource(delimiter = '|', value = {
      "ij,jk->ik | 3 4, 4 5 | ij,jk->ik | [3, 5]",
      "ii->i | 3 3 | ii->i | [3]",
      "ij-> | 0 4 | ij-> | []",
      ",i->i | *, 2 | ,i->i | [2]",
      "ij,jk->ik | n m, m 5 | ij,jk->ik | [n, 5]",
      "...ij,...jk->...ik | 2 3 4, 2 4 5 | aij,ajk->aik | [2, 3, 5]",
      "...ij,...jk->...ik | 1 3 4, 2 4 5 | bij,ajk->aik | [2, 3, 5]",
      "...ij,...jk->...ik | 3 4, 2 4 5 | ij,ajk->aik | [2, 3, 5]",
      "...,... | 1 3, 2 1 | cb,ad->ab | [2, 3]",
      "...,... | 1, 1 | a,a->a | [1]",
      "...,...,... | 1, 5, 1 | b,a,c->a | [5]",
      "...,... | 1, 0 | b,a->a | [0]",
      "...,... | 1, n | b,a->a | [n]",
      "i...->...i | n 2 3 | iab->abi | [2, 3, n]"})
  void accepted(String text, String shapes, String expanded, String result) {
    EinsumBinding binding = EinsumSpec.parse(text).bind(shapes(shapes));
    assertThat(binding.spec()).hasToString(expanded);
    assertThat(binding.result()).hasToString(result);
    for (int operand = 0; operand < shapes(shapes).size(); operand++) {
      assertThat(binding.shape(binding.spec().operands().get(operand)))
          .isEqualTo(shapes(shapes).get(operand));
    }
  }

  @ParameterizedTest(name = "{2}")
  @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
      // (C1)
      "ij,jk->ik | 3 4, 4 5 6 | einsum \"ij,jk->ik\" (C1): operand 1 [4, 5, 6] has rank 3 but its "
          + "term \"jk\" names 2; hint: add an index for each axis, or \"...\" for the others",
      "ij->i | 3 | einsum \"ij->i\" (C1): operand 0 [3] has rank 1 but its term \"ij\" names 2; "
          + "hint: drop indices, or give the operand more axes by reshape",
      "...ij->...i | 3 | einsum \"...ij->...i\" (C1): operand 0 [3] has rank 1 but its term "
          + "\"...ij\" names at least 2; hint: drop indices, or give the operand more axes by "
          + "reshape",
      // (C2)
      "ij,jk->ik | 3 4, 5 4 | einsum \"ij,jk->ik\" (C2): index j is 4 in operand 0 [3, 4] but 5 in "
          + "operand 1 [5, 4]; hint: operand 1 looks transposed",
      "ij,jk->ik | 4 3, 4 2 | einsum \"ij,jk->ik\" (C2): index j is 3 in operand 0 [4, 3] but 4 in "
          + "operand 1 [4, 2]; hint: operand 0 looks transposed",
      "ijk,kl->ijl | 3 4 5, 4 2 | einsum \"ijk,kl->ijl\" (C2): index k is 5 in operand 0 [3, 4, 5] "
          + "but 4 in operand 1 [4, 2]; hint: operand 0 looks as if its axes 1 and 2 were swapped",
      "...ij,...jk | 7 3 4, 7 2 4 | einsum \"...ij,...jk->...ik\" (C2): index j is 4 in operand 0 "
          + "[7, 3, 4] but 2 in operand 1 [7, 2, 4]; hint: operand 1 looks as if its axes 1 and 2 "
          + "were swapped",
      "ij,jk->ik | 3 4, 5 2 | einsum \"ij,jk->ik\" (C2): index j is 4 in operand 0 [3, 4] but 5 in "
          + "operand 1 [5, 2]; hint: give these axes different indices, or make their "
          + "extents equal",
      "ij,jk->ik | 3 1, 5 2 | einsum \"ij,jk->ik\" (C2): index j is 1 in operand 0 [3, 1] but 5 in "
          + "operand 1 [5, 2]; hint: an axis of extent 1 broadcasts only under \"...\"",
      "ii-> | 3 4 | einsum \"ii->\" (C2): index i is 3 in operand 0 [3, 4] but 4 in its other "
          + "axis; hint: give these axes different indices, or make their extents equal",
      "i,i-> | n, m | einsum \"i,i->\" (C2): index i is n in operand 0 [n] but m in operand 1 [m]; "
          + "hint: give these axes different indices, or make their extents equal",
      "i,i-> | n, 3 | einsum \"i,i->\" (C2): index i is n in operand 0 [n] but 3 in operand 1 [3]; "
          + "hint: give these axes different indices, or make their extents equal",
      // (C3)
      "...i,...i->... | 2 4 3, 5 3 | einsum \"...i,...i->...\" (C3): axis 0 from the right under "
          + "\"...\" is 4 in operand 0 [2, 4, 3] but 5 in operand 1 [5, 3]; hint: axes under "
          + "\"...\" align from the right and are equal or 1",
      "...,... | n 1, 3 1 | einsum \"...,...->...\" (C3): axis 1 from the right under \"...\" is n "
          + "in operand 0 [n, 1] but 3 in operand 1 [3, 1]; hint: axes under \"...\" align from "
          + "the right and are equal or 1",
      // (C4)
      "...i->i | 2 3 | einsum \"...i->i\" (C4): \"...\" covers axes of operand 0 [2, 3] (1) "
          + "but the result has no \"...\"; hint: write \"->...i\" to keep them, or letters to "
          + "sum over them",
      // (C5)
      "ij,jk->ik | 3 4 | einsum \"ij,jk->ik\" (C5): 2 operands are required but 1 came; hint: "
          + "a ',' separates operands",
      "ij->ji | 3 4, 4 3 | einsum \"ij->ji\" (C5): 1 operand is required but 2 came; hint: name "
          + "every operand in the spec"})
  void refused(String text, String shapes, String message) {
    assertThatThrownBy(() -> EinsumSpec.parse(text).bind(shapes(shapes)))
        .isInstanceOf(EinsumException.class).hasMessage(message);
  }

  @Test
  void extentsKeepTheirOrderAndBecomeNumbers() {
    EinsumBinding binding = EinsumSpec.parse("zb,ba->za").bind(shapes("3 4, 4 5"));
    assertThat(binding.knownExtents().toString()).isEqualTo("{25=3, 1=4, 0=5}");
  }

  @Test
  void unboundExtentsAreNoNumbers() {
    EinsumBinding binding = EinsumSpec.parse("i->i").bind(shapes("n"));
    assertThatThrownBy(binding::knownExtents).isInstanceOf(ShapeException.class);
  }

  /** Reads shapes separated by commas; {@code *} is a scalar. */
  private static List<Shape> shapes(String text) {
    var shapes = new ArrayList<Shape>();
    for (String shape : text.split(", ?")) {
      shapes.add(shape.equals("*") ? Shape.SCALAR : new Shape(Stream.of(shape.split(" "))
          .map(dim -> Character.isDigit(dim.charAt(0)) ? Dim.of(Long.parseLong(dim)) : Dim.of(dim))
          .toList()));
    }
    return shapes;
  }
}
