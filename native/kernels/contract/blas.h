// Sum-product of plain matrices through a BLAS that the caller has loaded, such as OpenBLAS: its
// function comes with the descriptor, so that the library needs none.
#ifndef TENSORLOGIC_KERNELS_CONTRACT_BLAS_H_
#define TENSORLOGIC_KERNELS_CONTRACT_BLAS_H_

#include <algorithm>
#include <cstdint>

#include "base/views.h"
#include "kernels/contract/tile.h"

namespace tl::contract {

// Of the C interface of BLAS (cblas.h), with integers of 32 bits.
enum class Order : int { kRowMajor = 101, kColumnMajor = 102 };
enum class Transpose : int { kNo = 111, kYes = 112 };
template <class T>
using Gemm = void(Order order, Transpose a_as, Transpose b_as, int m, int n, int k, T alpha,
                  const T* a, int lda, const T* b, int ldb, T beta, T* c, int ldc);

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
  int stride;

  Leading(Axis first, Axis second) : second_unit(second.unit()) {
    const Axis& unit = second_unit ? second : first;
    const Axis& other = second_unit ? first : second;
    const int64_t least = std::max(int64_t{1}, unit.extent);
    stride = static_cast<int>(other.extent <= 1 ? least : std::max(least, other.stride));
  }
};

template <class T>
void Blas(const int64_t* descriptor, void* const* buffers, int64_t tile_begin, int64_t tile_end) {
  const ContractView view(descriptor);
  Gemm<T>* const gemm = reinterpret_cast<Gemm<T>*>(view.gemm());
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
  const Order order = c.second_unit ? Order::kRowMajor : Order::kColumnMajor;
  const auto transpose = [&c](const Leading& matrix) {
    return matrix.second_unit == c.second_unit ? Transpose::kNo : Transpose::kYes;
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
    gemm(order, transpose(a), transpose(b), static_cast<int>(tile.rows.count),
         static_cast<int>(tile.columns.count), static_cast<int>(depth_a.extent), 1, from_a,
         a.stride, from_b, b.stride, 0, to, c.stride);
  }
}

}  // namespace tl::contract

#endif  // TENSORLOGIC_KERNELS_CONTRACT_BLAS_H_
