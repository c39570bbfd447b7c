// Sum-product of plain matrices through OpenBLAS.
#ifndef TENSORLOGIC_KERNELS_CONTRACT_BLAS_H_
#define TENSORLOGIC_KERNELS_CONTRACT_BLAS_H_

#include <cblas.h>

#include <algorithm>
#include <cstdint>

#include "base/views.h"
#include "kernels/contract/tile.h"

namespace tl::contract {

inline void Gemm(CBLAS_ORDER order, CBLAS_TRANSPOSE trans_a, CBLAS_TRANSPOSE trans_b, blasint m,
                 blasint n, blasint k, const float* a, blasint lda, const float* b, blasint ldb,
                 float* c, blasint ldc) {
  cblas_sgemm(order, trans_a, trans_b, m, n, k, 1, a, lda, b, ldb, 0, c, ldc);
}

inline void Gemm(CBLAS_ORDER order, CBLAS_TRANSPOSE trans_a, CBLAS_TRANSPOSE trans_b, blasint m,
                 blasint n, blasint k, const double* a, blasint lda, const double* b, blasint ldb,
                 double* c, blasint ldc) {
  cblas_dgemm(order, trans_a, trans_b, m, n, k, 1, a, lda, b, ldb, 0, c, ldc);
}

// A group of at most one axis.
struct Axis {
  int64_t extent;
  int64_t stride;

  Axis(Axes axes, const int64_t* strides)
      : extent(axes.elements()), stride(axes.rank == 0 ? 1 : strides[0]) {}

  bool unit() const { return stride == 1 || extent <= 1; }
};

// A matrix in BLAS's terms: whether its second axis lies contiguous, and the other axis's stride.
struct Leading {
  bool second_unit;
  blasint stride;

  Leading(Axis first, Axis second) : second_unit(second.unit()) {
    const Axis& unit = second_unit ? second : first;
    const Axis& other = second_unit ? first : second;
    const int64_t least = std::max(int64_t{1}, unit.extent);
    stride = static_cast<blasint>(other.extent <= 1 ? least : std::max(least, other.stride));
  }
};

template <class T>
void Blas(const int64_t* descriptor, void* const* buffers, int64_t tile_begin, int64_t tile_end) {
  const ContractView view(descriptor);
  const Axis row_a(view.rows(), view.row_strides_a());
  const Axis row_c(view.rows(), view.row_strides_c());
  const Axis column_b(view.columns(), view.column_strides_b());
  const Axis column_c(view.columns(), view.column_strides_c());
  const Axis depth_a(view.depth(), view.depth_strides_a());
  const Axis depth_b(view.depth(), view.depth_strides_b());
  const Leading a(row_a, depth_a);
  const Leading b(depth_b, column_b);
  const Leading c(row_c, column_c);
  // In the column-major call a matrix whose second axis is contiguous is a transposed one.
  const CBLAS_ORDER order = c.second_unit ? CblasRowMajor : CblasColMajor;
  const auto transpose = [&c](const Leading& matrix) {
    return matrix.second_unit == c.second_unit ? CblasNoTrans : CblasTrans;
  };
  for (int64_t t = tile_begin; t < tile_end; ++t) {
    const ContractTile tile(view, t);
    const T* from_a = static_cast<const T*>(buffers[0]) + tile.rows.first * row_a.stride +
                      BatchOffset(view.batch(), view.batch_strides_a(), tile.batch);
    const T* from_b = static_cast<const T*>(buffers[1]) + tile.columns.first * column_b.stride +
                      BatchOffset(view.batch(), view.batch_strides_b(), tile.batch);
    T* to = static_cast<T*>(buffers[2]) + tile.rows.first * row_c.stride +
            tile.columns.first * column_c.stride +
            BatchOffset(view.batch(), view.batch_strides_c(), tile.batch);
    Gemm(order, transpose(a), transpose(b), static_cast<blasint>(tile.rows.count),
         static_cast<blasint>(tile.columns.count), static_cast<blasint>(depth_a.extent), from_a,
         a.stride, from_b, b.stride, to, c.stride);
  }
}

}  // namespace tl::contract

#endif  // TENSORLOGIC_KERNELS_CONTRACT_BLAS_H_
