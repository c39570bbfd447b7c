package org.tensorlogic.bindings;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.tensorlogic.einsum.Semiring;
import org.tensorlogic.ir.Convert;
import org.tensorlogic.ir.Einsum;
import org.tensorlogic.ir.Fused;
import org.tensorlogic.ir.Movement;
import org.tensorlogic.ir.Op;
import org.tensorlogic.ir.Pointwise;
import org.tensorlogic.ir.Reduce;
import org.tensorlogic.type.DType;

/** The native list of kernels against the ops of Java: neither side has what the other lacks. */
class NativeKeysTest {

  @Test
  void everyNativeKernelIsThatOfAnOp() {
    var keys = new TreeMap<>(NativeMeanings.pairs());
    keys.putAll(NativeMeanings.all());
    assertThat(keys.keySet()).containsAll(NativeLibrary.get().kernels().keySet());
    NativeLibrary.get().kernels().forEach((name, symbol) ->
        assertThat(symbol.operandCount()).as(name).isEqualTo(keys.get(name).dtypes().size()));
  }

  @Test
  void everyOpOfNumbersHasANativeKernel() {
    var missing = new TreeSet<String>();
    NativeMeanings.all().forEach((symbol, meaning) -> {
      if (isNative(meaning) && !NativeLibrary.get().kernels().containsKey(symbol)
          && !isReferenceOnly(symbol)) {
        missing.add(symbol);
      }
    });
    assertThat(missing).isEmpty();
  }

  /** Whether the family's list leaves the function of a symbol to Java. */
  private static boolean isReferenceOnly(String symbol) {
    String family = symbol.substring(0, symbol.indexOf('_'));
    String function = symbol.substring(family.length() + 1, symbol.lastIndexOf('_'));
    return KernelList.of(family).referenceOnly().contains(function);
  }

  /**
   * The rule of what native code computes: floats in all families, i64 but in products, relations
   * by or-and.
   */
  private static boolean isNative(NativeMeanings.Meaning meaning) {
    boolean floats = meaning.dtypes().getLast().isFloating();
    boolean numbers = floats || meaning.dtypes().getLast() == DType.I64;
    return switch (meaning.op()) {
      case Pointwise pointwise -> numbers;
      case Reduce reduce -> numbers;
      case Convert convert -> floats && convert.target().isFloating()
          && convert.target() != meaning.dtypes().getLast();
      case Movement movement -> true;
      case Fused fused -> true;
      case Einsum einsum -> floats || einsum.semiring() == Semiring.OR_AND;
      case Op other -> throw new AssertionError(other + " has no kernel");
    };
  }

  @Test
  void rowsOfTheTableAreWhole() {
    for (NativeSymbol symbol : NativeLibrary.get().kernels().values()) {
      assertThat(symbol.name()).startsWith(symbol.family() + "_");
      assertThat(symbol.operandCount()).isBetween(1, 3);
      assertThat(symbol.scratchBytes()).isNotNegative();
      assertThat(symbol.function().address()).isNotZero();
    }
  }

  @Test
  void describesItself() {
    var lines = new ArrayList<>(new NativeProvider().describe().lines().toList());
    assertThat(lines).hasSize(5);
    assertThat(lines.get(1)).isEqualTo("target " + NativeLibrary.get().target());
    assertThat(lines.get(2)).startsWith("supported targets " + NativeLibrary.get().target());
    assertThat(lines.get(3)).containsIgnoringCase("openblas");
  }
}
