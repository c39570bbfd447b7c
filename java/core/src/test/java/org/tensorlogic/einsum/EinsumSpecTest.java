package org.tensorlogic.einsum;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorlogic.error.EinsumException;

class EinsumSpecTest {

  @ParameterizedTest(name = "\"{0}\" reads as {1}")
  @CsvSource(delimiter = '|', ignoreLeadingAndTrailingWhitespace = false, value = {
      "ij,jk->ik|ij,jk->ik",
      " i j ,j k -> i k |ij,jk->ik",
      "ij,jk|ij,jk->ik",
      "...ij,...jk|...ij,...jk->...ik",
      "i...j->j...i|i...j->j...i",
      "ij...,j...|ij...,j...->...i",
      "i->...i|i->...i",
      "Aa,aA->aA|Aa,aA->aA",
      "ii->i|ii->i",
      "ii->|ii->",
      "''|->",
      ",|,->",
      "->|->",
      ",i,->i|,i,->i",
      "ai52b,i52i100->i100a|ai52b,i52i100->i100a",
      "i52i->ii52|i52i->ii52",
      "i100Aaz|i100Aaz->Aazi100"})
  void acceptedText(String text, String canonical) {
    assertThat(EinsumSpec.parse(text)).hasToString(canonical);
  }

  /* The right column is what NumPy 2.4.6 makes of the left one. */
  @ParameterizedTest(name = "\"{0}\" has the result \"{1}\"")
  @CsvSource(delimiter = ';', value = {
      "ba;ab", "bA,Ac;bc", "Za,aB;BZ", "ii;''", "BckC;BCck", "bCaA,Bi;ABCabi", "BBA;A", "i,B;Bi",
      "ajaj;''", "ZzZz,ZCA;AC", "ijI;Iij", "zB,CkB;Ckz", "Cik,,CI;Iik", "Z,BC,bZIi;BCIbi",
      "jjbb,IAb,bz;AIz", ",;''"})
  void implicitResultIsNumPys(String text, String result) {
    assertThat(EinsumSpec.parse(text).toString()).endsWith("->" + result);
  }

  @Test
  void printedSpecsReadAsTheSame() {
    var random = new Random(11);
    for (int round = 0; round < 1000; round++) {
      EinsumSpec spec = RandomSpecs.next(random, 4, 5, random.nextBoolean() ? 6 : 200);
      assertThat(EinsumSpec.parse(spec.toString())).isEqualTo(spec);
    }
  }

  @ParameterizedTest(name = "{0}")
  @ValueSource(strings = {
      """
      einsum "ij,j?->i" (C6): '?' is not expected at column 5; hint: indices are the letters a-z \
      and A-Z, then i52, i53 and so on
        ij,j?->i
            ^""",
      """
      einsum "i..j" (C6): '.' is not expected at column 2; hint: an ellipsis is three dots: "..."
        i..j
         ^""",
      """
      einsum "ij=>i" (C6): '=' is not expected at column 3; hint: the arrow is "->"
        ij=>i
          ^""",
      """
      einsum "ij - > i" (C6): '-' is not expected at column 4; hint: the arrow is "->"
        ij - > i
           ^""",
      """
      einsum "[i,j]->i" (C6): '[' is not expected at column 1; hint: write indices side by side, \
      "ij,jk->ik"
        [i,j]->i
        ^""",
      """
      einsum "ij->i->j" (C6): there is a second "->" at column 6; hint: one "->" separates the \
      operands from the result
        ij->i->j
             ^""",
      """
      einsum "ij->i,j" (C6): there is a ',' in the result at column 6; hint: an einsum has one \
      result
        ij->i,j
             ^""",
      """
      einsum "ai7" (C6): i7 is no index at column 2; hint: numbered indices are i52 to i999999999; \
      the first 52 are letters
        ai7
         ^""",
      """
      einsum "...i...->..." (C7): operand 0 has a second "..." at column 5; hint: one "..." stands \
      for any number of axes
        ...i...->...
            ^""",
      """
      einsum "i->......" (C7): the result has a second "..." at column 7; hint: one "..." stands \
      for any number of axes
        i->......
              ^""",
      """
      einsum "ij,jk->ijx" (C8): index x of the result is in no operand at column 10; hint: the \
      operands have i, j, k
        ij,jk->ijx
                 ^""",
      """
      einsum ",->a" (C8): index a of the result is in no operand at column 4; hint: the operands \
      have no indices
        ,->a
           ^""",
      """
      einsum "ij -> i i" (C9): index i occurs twice in the result at column 9; hint: a result has \
      each index once; multiply by an identity to fill a diagonal
        ij -> i i
                ^"""})
  void refusedText(String message) {
    String text = message.substring(message.indexOf('"') + 1, message.indexOf("\" ("));
    assertThatThrownBy(() -> EinsumSpec.parse(text))
        .isInstanceOf(EinsumException.class).hasMessage(message);
  }

  @Test
  void controlCharactersDoNotReachTheMessage() {
    assertThatThrownBy(() -> EinsumSpec.parse("i\nj"))
        .hasMessageStartingWith("einsum \"i?j\" (C6): U+000A is not expected at column 2")
        .hasMessageEndingWith("\n  i?j\n   ^");
  }

  @Test
  void refusedTermsWithoutText() {
    assertThatThrownBy(() -> new EinsumSpec(List.of(List.of(0, 60)), List.of(60, 61)))
        .isInstanceOf(EinsumException.class)
        .hasMessage("einsum \"ai60->i60i61\" (C8): index i61 of the result is in no operand; "
            + "hint: the operands have a, i60");
    assertThatThrownBy(() -> new EinsumSpec(List.of(List.of(0)), List.of(0, 0)))
        .hasMessageContaining("(C9)");
    assertThatThrownBy(() -> new EinsumSpec(List.of(List.of(-1, -1)), List.of(-1)))
        .hasMessageContaining("(C7)");
    assertThatThrownBy(() -> new EinsumSpec(List.of(), List.of()))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new EinsumSpec(List.of(List.of(-2)), List.of()))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aSpecKeepsItsOwnLists() {
    var term = new ArrayList<>(List.of(0, 1));
    var spec = new EinsumSpec(List.of(term), List.of(0));
    term.clear();
    assertThat(spec).hasToString("ab->a");
  }

  @Test
  void indicesAreCountedBeyondTheAlphabet() {
    List<Integer> many = IntStream.range(0, 200).boxed().toList();
    var spec = new EinsumSpec(List.of(many), List.of(199, 0));
    assertThat(spec.indices()).hasSize(200);
    assertThat(spec.summed()).hasSize(198).doesNotContain(0, 199);
    assertThat(EinsumSpec.parse(spec.toString())).isEqualTo(spec);
  }

  @ParameterizedTest(name = "{0} with ranks {1} is {2}")
  @CsvSource(delimiter = '|', value = {
      "...ij,...jk | 3 4 | bij,abjk->abik",
      "...ab,...bc | 2 2 | ab,bc->ac",
      "a...b->b...a | 4 | acdb->bcda",
      "ab,b...->...a | 2 3 | ab,bcd->cda",
      "a->...a | 1 | a->a",
      "...a->a | 1 | a->a",
      "ij,jk->ik | 2 2 | ij,jk->ik"})
  void ellipsesBecomeFreshIndices(String text, String ranks, String expanded) {
    List<Integer> numbers = IntStream.of(RandomSpecs.numbers(ranks)).boxed().toList();
    assertThat(EinsumSpec.parse(text).expandEllipsis(numbers)).hasToString(expanded);
  }

  @Test
  void ranksThatDoNotFitAreRefused() {
    EinsumSpec spec = EinsumSpec.parse("...ij,jk->...ik");
    assertThatThrownBy(() -> spec.expandEllipsis(List.of(1, 2)))
        .isInstanceOf(EinsumException.class)
        .hasMessage("einsum \"...ij,jk->...ik\" (C1): operand 0 has rank 1 but its term \"...ij\" "
            + "names at least 2; hint: drop indices, or give the operand more axes by reshape");
  }

  @Test
  void freshIndicesPassTheAlphabet() {
    List<Integer> letters = IntStream.range(0, 52).boxed().toList();
    EinsumSpec spec = EinsumSpec.parse(EinsumSpec.print(letters) + "...->...")
        .expandEllipsis(List.of(54));
    assertThat(spec.result()).containsExactly(52, 53);
    assertThat(spec.toString()).endsWith("->i52i53");
  }
}
