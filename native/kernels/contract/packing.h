// The scratch of the packed kernels.
#ifndef TENSORLOGIC_KERNELS_CONTRACT_PACKING_H_
#define TENSORLOGIC_KERNELS_CONTRACT_PACKING_H_

#include <cstddef>
#include <cstdint>

namespace tl {

// Block extents. The packed rows of a block (96 x 256 f32 = 96 KiB) stay in a second-level cache
// of 256 KiB or more, one panel of packed columns (256 x 24 f32 = 24 KiB) in the first level.
// Higher blocks did not help on Zen 3 or Sapphire Rapids; wider ones pack A less often, which gives
// 1024 x 1024 x 1024 f32 4 % on a Zen 3.
inline constexpr int64_t kRowBlock = 96;
inline constexpr int64_t kColumnBlock = 1024;
inline constexpr int64_t kDepthBlock = 288;
// The depth is cut into equal parts of at most a block: 784 = 3 x 262 rather than 256 + 256 + 256 +
// 16, of which the last would hardly pay for reading and writing C. It fixes where partial sums are
// rounded, so it must not depend on the target or on tiles.
constexpr int64_t DepthPart(int64_t depth) {
  const int64_t parts = (depth + kDepthBlock - 1) / kDepthBlock;
  return parts <= 1 ? depth : (depth + parts - 1) / parts;
}
// Rows whose maxima log_sum_exp knows at a time, so that it packs columns once for all of them.
inline constexpr int64_t kMaximaRows = 4 * kRowBlock;
// Rows are packed in groups of this many.
inline constexpr int64_t kGroupRows = 4;
// Products read in place have at most this many rows; more are worth packing the columns.
inline constexpr int64_t kDirectRowsMax = 256;
// The longest vector that SVE allows, and the widest panel of columns.
inline constexpr int64_t kVectorBytesMax = 256;
inline constexpr int64_t kPanelBytesMax = 3 * kVectorBytesMax;
// Results of this many bytes come from memory when they are written.
inline constexpr int64_t kFarBytes = 8 << 20;
// A block of columns, one part of the depth, is packed by so many tiles of contract_pack.
inline constexpr int64_t kPackShares = 4;

template <class T>
struct Packing {
  static constexpr int64_t kColumnsMax =
      kColumnBlock + kPanelBytesMax / static_cast<int64_t>(sizeof(T));

  // [group][depth][row in group], and [panel][depth][column in panel].
  alignas(64) T rows[kRowBlock * kDepthBlock];
  alignas(64) T columns[kColumnsMax * kDepthBlock];
  // Offsets in elements: of each row in A and C, of each column in B and C, of each k in A and B.
  int64_t row_in_operand[kRowBlock];
  int64_t row_in_result[kRowBlock];
  int64_t column_in_operand[kColumnBlock];
  int64_t column_in_result[kColumnBlock];
  int64_t depth_in_rows[kDepthBlock];
  int64_t depth_in_columns[kDepthBlock];
  // Whether C is further away than the last-level cache, or may well be.
  bool far;
  // log_sum_exp only: the maxima of rows and of the block's columns, over all of the depth.
  T row_maxima[kMaximaRows];
  T column_maxima[kColumnsMax];
};

template <class T>
constexpr int64_t PackingScratch() {
  return static_cast<int64_t>(sizeof(Packing<T>));
}

}  // namespace tl

#endif  // TENSORLOGIC_KERNELS_CONTRACT_PACKING_H_
