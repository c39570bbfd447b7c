// Read-only views of packed descriptors, with a name for every field. They own nothing and check
// nothing: the descriptor must outlive the view and be well formed.
#ifndef TENSORLOGIC_BASE_VIEWS_H_
#define TENSORLOGIC_BASE_VIEWS_H_

#include <cstdint>

namespace tl {

// The most axes that a view, or one axis group of a contraction, can have.
inline constexpr int64_t kRankMax = 32;

// `rank` axes, outermost first.
struct Axes {
  int64_t rank;
  const int64_t* extents;

  int64_t elements() const {
    int64_t product = 1;
    for (int64_t axis = 0; axis < rank; ++axis) product *= extents[axis];
    return product;
  }
};

// [0] operand count n, [1] rank r, [2] tile elements, r extents, then n + 1 blocks of r strides,
// the result's last.
class PointwiseView {
 public:
  explicit PointwiseView(const int64_t* descriptor) : descriptor_(descriptor) {}

  int64_t operand_count() const { return descriptor_[0]; }
  int64_t tile_elements() const { return descriptor_[2]; }
  Axes axes() const { return {descriptor_[1], descriptor_ + 3}; }
  const int64_t* strides(int64_t operand) const {
    return descriptor_ + 3 + (1 + operand) * descriptor_[1];
  }
  const int64_t* result_strides() const { return strides(operand_count()); }

 private:
  const int64_t* descriptor_;
};

// [0] kept rank p, [1] reduced rank q, [2] tile outputs, [3] whether rows ask ahead, [4] chunk (0 =
// none), [5] full extent (only if chunk > 0), p extents, p operand strides, p result strides, q
// extents, q operand strides.
class ReduceView {
 public:
  explicit ReduceView(const int64_t* descriptor)
      : descriptor_(descriptor), blocks_(descriptor + (descriptor[4] > 0 ? 6 : 5)) {}

  int64_t tile_outputs() const { return descriptor_[2]; }
  bool asks_ahead() const { return descriptor_[3] != 0; }
  bool chunked() const { return descriptor_[4] > 0; }
  int64_t chunk() const { return descriptor_[4]; }
  int64_t full_extent() const { return descriptor_[5]; }
  Axes kept() const { return {descriptor_[0], blocks_}; }
  const int64_t* kept_operand_strides() const { return blocks_ + kept().rank; }
  const int64_t* kept_result_strides() const { return blocks_ + 2 * kept().rank; }
  Axes reduced() const { return {descriptor_[1], blocks_ + 3 * kept().rank}; }
  const int64_t* reduced_strides() const { return reduced().extents + reduced().rank; }

 private:
  const int64_t* descriptor_;
  const int64_t* blocks_;
};

// [0..3] axis counts of batch, m (rows), n (columns) and k (depth), [4] tile rows, [5] tile
// columns, [6] for contract_blas the address of gemm, else which operand comes packed: 1 B,
// 2 A, 0 none, [7] whether there is an epilogue, then batch: extents, strides A, B, C; rows:
// extents, strides A, C; columns: extents, strides B, C; depth: extents, strides A, B; then the
// epilogue.
class ContractView {
 public:
  explicit ContractView(const int64_t* descriptor)
      : descriptor_(descriptor),
        batch_{descriptor[0], descriptor + 8},
        rows_{descriptor[1], batch_.extents + 4 * batch_.rank},
        columns_{descriptor[2], rows_.extents + 3 * rows_.rank},
        depth_{descriptor[3], columns_.extents + 3 * columns_.rank} {}

  int64_t tile_rows() const { return descriptor_[4]; }
  int64_t tile_columns() const { return descriptor_[5]; }
  bool packed() const { return descriptor_[6] != 0; }
  bool packed_a() const { return descriptor_[6] == 2; }
  const void* gemm() const { return reinterpret_cast<const void*>(descriptor_[6]); }
  Axes batch() const { return batch_; }
  const int64_t* batch_strides_a() const { return batch_.extents + batch_.rank; }
  const int64_t* batch_strides_b() const { return batch_.extents + 2 * batch_.rank; }
  const int64_t* batch_strides_c() const { return batch_.extents + 3 * batch_.rank; }
  Axes rows() const { return rows_; }
  const int64_t* row_strides_a() const { return rows_.extents + rows_.rank; }
  const int64_t* row_strides_c() const { return rows_.extents + 2 * rows_.rank; }
  Axes columns() const { return columns_; }
  const int64_t* column_strides_b() const { return columns_.extents + columns_.rank; }
  const int64_t* column_strides_c() const { return columns_.extents + 2 * columns_.rank; }
  Axes depth() const { return depth_; }
  const int64_t* depth_strides_a() const { return depth_.extents + depth_.rank; }
  const int64_t* depth_strides_b() const { return depth_.extents + 2 * depth_.rank; }
  // Null if there is none.
  const int64_t* epilogue() const {
    return descriptor_[7] == 0 ? nullptr : depth_.extents + 3 * depth_.rank;
  }

 private:
  const int64_t* descriptor_;
  Axes batch_;
  Axes rows_;
  Axes columns_;
  Axes depth_;
};

}  // namespace tl

#endif  // TENSORLOGIC_BASE_VIEWS_H_
