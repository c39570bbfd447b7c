package org.tensorlogic.bindings;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.tensorlogic.einsum.EinsumSpec;
import org.tensorlogic.einsum.Semiring;
import org.tensorlogic.ir.Einsum;
import org.tensorlogic.ir.KernelKey;
import org.tensorlogic.kernel.KernelRequest;
import org.tensorlogic.kernel.Machine;
import org.tensorlogic.type.DType;
import org.tensorlogic.type.Layout;

/** Which products take their columns packed, and in what tiles. */
class ContractTilesTest {

  private static final Set<Integer> NONE = Set.of();
  private static final Set<Integer> B = Set.of(1);

  private static Contraction product(long m, long n, Layout b) {
    long k = b.extent(0);
    var einsum = new Einsum(EinsumSpec.parse("ik,kj->ij"), Semiring.SUM_PRODUCT);
    return Contraction.of(new KernelRequest(new KernelKey("contract", "sum_product", DType.F32),
        einsum, List.of(DType.F32, DType.F32), List.of(Layout.contiguous(m, k), b), DType.F32,
        Layout.contiguous(m, n), Machine.typical(1)), einsum.spec());
  }

  private static ContractTiles tiles(long m, long n, long k, int threads, Set<Integer> constants) {
    return ContractTiles.of(product(m, n, Layout.contiguous(k, n)), DType.F32,
        Machine.typical(threads), constants);
  }

  private static boolean isPacked(long m, long n, long k, int threads, Set<Integer> constants) {
    return tiles(m, n, k, threads, constants).packing().isPresent();
  }

  @Test
  void stripsOfRowsShareTheirColumns() {
    ContractTiles tiles = tiles(1024, 1024, 1024, 2, NONE);
    assertThat(tiles.descriptor().tileCount()).isEqualTo(4);
    assertThat(tiles.packing()).hasValueSatisfying(packing -> {
      assertThat(packing.operand()).isEqualTo(1);
      assertThat(packing.elements()).isEqualTo(1024 * 1024);
      assertThat(packing.descriptor().tileCount()).isEqualTo(4 * 4);
    });
    assertThat(isPacked(1024, 1024, 1024, 1, NONE)).isFalse();
    assertThat(isPacked(512, 40_000, 128, 2, NONE)).as("columns are cut").isFalse();
    assertThat(isPacked(256, 256, 256, 2, NONE)).as("columns are read in place").isFalse();
  }

  @Test
  void constantsArePackedForOneThreadToo() {
    assertThat(isPacked(256, 512, 784, 1, B)).isTrue();
    assertThat(isPacked(256, 512, 784, 1, Set.of(0))).as("rows").isFalse();
    assertThat(isPacked(3, 512, 784, 1, B)).as("thin").isFalse();
  }

  /** Eight rows in strips would leave most of sixteen threads without work. */
  @Test
  void fewRowsAreCutAlongTheirColumns() {
    for (Set<Integer> constants : List.of(NONE, B)) {
      ContractTiles tiles = tiles(8, 1024, 4096, 16, constants);
      assertThat(tiles.packing()).isEmpty();
      assertThat(tiles.descriptor().tileCount()).isEqualTo(32);
    }
    assertThat(isPacked(8, 1024, 1024, 2, B)).isTrue();
  }

  @Test
  void stripsAreWholeGroupsOfRows() {
    assertThat(tiles(256, 512, 784, 16, B).descriptor().words()[4]).isEqualTo(8);
    assertThat(tiles(100, 1024, 1024, 2, B).descriptor().words()[4]).isEqualTo(28);
  }

  @Test
  void whatWouldGrowIsNotPacked() {
    assertThat(isPacked(1024, 1024, 20_000, 2, NONE)).as("more than the caches").isFalse();
    Layout repeated = Layout.contiguous(1, 512).broadcast(new long[] {784, 512}, List.of());
    assertThat(ContractTiles.of(product(256, 512, repeated), DType.F32, Machine.typical(1), B)
        .packing()).as("a broadcast").isEmpty();
  }
}
