package org.tensorlogic.bindings;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.tensorlogic.bindings.FusedProgram.Cell;
import org.tensorlogic.bindings.FusedProgram.ResultKind;
import org.tensorlogic.bindings.FusedProgram.Section;

/** Which neighbours in a fused program become one instruction. */
class FusedProgramTest {

  /** Words before those of the section: counts, one axis, three strides, two for each view. */
  private static final int FIRST_SECTION = 10 + 1 + 3 + 8;
  private static final int REGISTERS = 5;

  private static final Map<String, NativeSymbol> KERNELS = kernels("pointwise_mul_f32",
      "pointwise_add_f32", "pointwise_add_f64", "pointwise_mul_add_f32");

  private final FusedProgram program = new FusedProgram(KERNELS, 3, 1);
  private final Section section = program.section(false);
  private final List<Cell> operands = List.of(program.operand(0, 4), program.operand(1, 4),
      program.operand(2, 4));
  private final Cell product = program.register(4);
  private final Cell result = program.result(0, 4);

  private static Map<String, NativeSymbol> kernels(String... names) {
    var kernels = new LinkedHashMap<String, NativeSymbol>();
    for (String name : names) {
      kernels.put(name,
          new NativeSymbol(name, "pointwise", kernels.size(), 2, 0, MemorySegment.NULL));
    }
    return kernels;
  }

  private void multiply() {
    section.function(KERNELS.get("pointwise_mul_f32"), product, operands.subList(0, 2));
  }

  private void add(String name, Cell to, Cell first, Cell second) {
    section.function(KERNELS.get(name), to, List.of(first, second));
  }

  /** Returns the words from the number of instructions on. */
  private List<Long> instructions(int registers) {
    assertThat(program.finish()).isNull();
    long[] words = program.packed(List.of(new Axis(8, 1, 1, 1, 1)), 8, 0, 8,
        new int[] {4, 4, 4}, new long[3], new int[] {4}, new ResultKind[] {ResultKind.COLUMNS});
    assertThat(words[REGISTERS]).isEqualTo(registers);
    return Arrays.stream(words).skip(FIRST_SECTION).boxed().toList();
  }

  @Test
  void neighboursWithAKernelBecomeOne() {
    multiply();
    add("pointwise_add_f32", result, product, operands.get(2));
    assertThat(instructions(0)).containsExactly(1L, 0L, 3L, 3L, 0L, 1L, 2L);
  }

  @Test
  void whatIsReadAgainStays() {
    multiply();
    Cell sum = program.register(4);
    add("pointwise_add_f32", sum, product, operands.get(2));
    add("pointwise_add_f32", result, sum, product);
    assertThat(instructions(2)).first().isEqualTo(3L);
  }

  @Test
  void theOtherOperandStays() {
    multiply();
    add("pointwise_add_f32", result, operands.get(2), product);
    assertThat(instructions(1)).first().isEqualTo(2L);
  }

  /** An operand that is read behind the first write of the result must lie elsewhere. */
  @Test
  void knowsWhichOperandsAreReadBefore() {
    add("pointwise_add_f32", result, operands.get(0), operands.get(1));
    add("pointwise_add_f32", result, result, operands.get(2));
    assertThat(program.finish()).isNull();
    assertThat(program.order().isReadBefore(0, 0)).isTrue();
    assertThat(program.order().isReadBefore(2, 0)).isFalse();
  }

  @Test
  void dtypesDoNotMix() {
    multiply();
    add("pointwise_add_f64", result, product, operands.get(2));
    assertThat(instructions(1)).first().isEqualTo(2L);
  }
}
