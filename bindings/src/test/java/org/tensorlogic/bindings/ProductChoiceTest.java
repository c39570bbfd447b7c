package org.tensorlogic.bindings;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.tensorlogic.einsum.EinsumSpec;
import org.tensorlogic.einsum.Semiring;
import org.tensorlogic.ir.Einsum;
import org.tensorlogic.ir.KernelKey;
import org.tensorlogic.kernel.Choices;
import org.tensorlogic.kernel.KernelRequest;
import org.tensorlogic.kernel.Machine;
import org.tensorlogic.type.DType;
import org.tensorlogic.type.Layout;

/** Which products belong to which cell, and who multiplies them. */
class ProductChoiceTest {

  private static final ProductChoice AVX2 = new ProductChoice("AVX2", DType.F32);
  private static final ProductChoice SSE4 = new ProductChoice("SSE4", DType.F32);
  private static final ProductChoice AVX3 = new ProductChoice("AVX3_ZEN4", DType.F64);

  private static Contraction product(String spec, Layout a, Layout b, long m, long n) {
    var einsum = new Einsum(EinsumSpec.parse(spec), Semiring.SUM_PRODUCT);
    return Contraction.of(new KernelRequest(new KernelKey("contract", "sum_product", DType.F32),
        einsum, List.of(DType.F32, DType.F32), List.of(a, b), DType.F32,
        Layout.contiguous(m, n), Machine.typical(1)), einsum.spec());
  }

  private static Contraction product(long m, long n, long k) {
    return product("ik,kj->ij", Layout.contiguous(m, k), Layout.contiguous(k, n), m, n);
  }

  private static ProductChoice.Decision decide(Contraction product, String cell) {
    return AVX2.decide(product, Choices.NONE.with(AVX2.name(), cell, ProductChoice.BLAS));
  }

  @Test
  void defaultsAreByTargetAndSize() {
    assertThat(AVX2.name()).isEqualTo("product_f32_AVX2");
    assertThat(AVX2.byDefault("1024x1024x1024")).isEqualTo("own");
    assertThat(AVX3.byDefault("1024x1024x1024")).isEqualTo("own");
    assertThat(SSE4.byDefault("1024x1024x1024")).isEqualTo("openblas");
    assertThat(SSE4.byDefault("256x256x256")).isEqualTo("own");
    assertThat(SSE4.decide(product(512, 512, 512), Choices.NONE))
        .isEqualTo(new ProductChoice.Decision("openblas", ""));
  }

  @Test
  void everyCellHoldsItsOwnGraph() {
    assertThat(AVX2.cells()).hasSize(90).doesNotHaveDuplicates();
    for (String cell : AVX2.cells()) {
      var extents = AVX2.graph(cell).inputs().values().stream()
          .map(input -> input.shape().extents()).toList();
      assertThat(decide(product(extents.get(0)[0], extents.get(1)[1], extents.get(0)[1]), cell))
          .isEqualTo(new ProductChoice.Decision("openblas",
              "openblas by tuning, as for " + cell));
    }
  }

  @Test
  void aProductBelongsToTheNearestCell() {
    assertThat(decide(product(200, 100, 33), "256x64x64").note()).isNotEmpty();
    assertThat(decide(product(127, 127, 127), "64x64x64").note()).isNotEmpty();
    assertThat(decide(product(129, 129, 129), "256x256x256").note()).isNotEmpty();
    assertThat(decide(product(5000, 5, 5000), "1024x4x1024").note()).isNotEmpty();
    assertThat(decide(product(200, 100, 33), "256x256x64"))
        .isEqualTo(new ProductChoice.Decision("own", ""));
  }

  /** Thin, small, and transposed products are not what was measured. */
  @Test
  void othersKeepTheDefault() {
    for (String cell : AVX2.cells()) {
      assertThat(decide(product(3, 500, 500), cell).candidate()).isEqualTo("own");
      assertThat(decide(product(16, 16, 16), cell).candidate()).isEqualTo("own");
      assertThat(decide(product("ik,jk->ij", Layout.contiguous(256, 256),
          Layout.contiguous(256, 256), 256, 256), cell).candidate()).isEqualTo("own");
    }
  }
}
