// Kernels that move elements of 1, 4 or 8 bytes (b1, b4, b8) and never look into them.
//
// movement_copy_<width>: result[i] = operand[i] over a strided index space.
//   Descriptor and tiles: as for pointwise kernels with one operand (pointwise.h), then one number
//     more: 1 where transposed cache lines are written past the caches, else 0.
//   Buffers: the operand, then the result. Operand strides of 0 repeat an element.
//
// movement_gather_<width>: result[l, i, r] = data[l, indices[i], r], or 0 if indices[i] is outside
//   [0, extent).
//   Descriptor (int64): [0] left extent L, [1] index count I, [2] right extent R, [3] extent of the
//     gathered axis, [4] tile rows, [5] left stride, [6] stride of the gathered axis, [7] right
//     stride, [8] index stride. L, I, R are not 0; the extent of the gathered axis may be. The
//     result is contiguous [L, I, R]. Tile t holds the rows l * I + i in
//     [t * tile rows, min((t + 1) * tile rows, L * I)), each of R elements.
//   Buffers: data, indices (i64), result.
//
// Scratch: none. The result overlaps no operand; its elements must be distinct in memory.
// Alignment: that of the width.
// Bits: exact, NaN payloads included.
// Not handled: extents of 0 in copy, results that overlap an operand, other widths.
#ifndef TENSORLOGIC_KERNELS_MOVEMENT_MOVEMENT_H_
#define TENSORLOGIC_KERNELS_MOVEMENT_MOVEMENT_H_

#include "base/kernel.h"
#include "base/views.h"

#define TL_KERNEL TL_DECLARE_KERNEL
#include "kernels/movement/kernels.inc"

namespace tl::movement {

// The last number of the copy descriptor.
inline bool Streams(const PointwiseView& view) {
  return view.result_strides()[view.axes().rank] != 0;
}

// A name for every field of the gather descriptor; owns nothing and checks nothing.
class GatherView {
 public:
  explicit GatherView(const int64_t* descriptor) : descriptor_(descriptor) {}

  int64_t left_extent() const { return descriptor_[0]; }
  int64_t index_count() const { return descriptor_[1]; }
  int64_t right_extent() const { return descriptor_[2]; }
  int64_t axis_extent() const { return descriptor_[3]; }
  int64_t tile_rows() const { return descriptor_[4]; }
  int64_t left_stride() const { return descriptor_[5]; }
  int64_t axis_stride() const { return descriptor_[6]; }
  int64_t right_stride() const { return descriptor_[7]; }
  int64_t index_stride() const { return descriptor_[8]; }

 private:
  const int64_t* descriptor_;
};

}  // namespace tl::movement

#endif  // TENSORLOGIC_KERNELS_MOVEMENT_MOVEMENT_H_
