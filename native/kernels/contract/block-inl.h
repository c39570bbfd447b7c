// One packed block of a product: all its pieces. Compiled once per target.
#if defined(TENSORLOGIC_KERNELS_CONTRACT_BLOCK_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef TENSORLOGIC_KERNELS_CONTRACT_BLOCK_INL_H_
#undef TENSORLOGIC_KERNELS_CONTRACT_BLOCK_INL_H_
#else
#define TENSORLOGIC_KERNELS_CONTRACT_BLOCK_INL_H_
#endif

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>

#include "hwy/highway.h"
#include "kernels/contract/micro-inl.h"
#include "kernels/contract/pack-inl.h"
#include "kernels/contract/packing.h"
#include "kernels/contract/tile.h"

HWY_BEFORE_NAMESPACE();
namespace tl::contract {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// One block: row_count x column_count of C, from packed rows and columns of one depth block.
template <class T>
struct Block {
  const Packing<T>& packing;
  const T* columns;  // packed
  T* c;
  size_t row_count;
  size_t column_count;
  size_t depth;
  bool accumulate;
};

// Rows of a piece that goes through a buffer, out of C or into it; by vectors where its columns are
// a run in C.
template <class T, class Copy>
HWY_INLINE void EachRow(const Block<T>& block, size_t row, size_t row_count, size_t column,
                        size_t column_count, bool run, Copy copy) {
  const int64_t* columns = block.packing.column_in_result + column;
  const size_t step = run ? hn::Lanes(hn::ScalableTag<T>()) : 1;
  for (size_t i = 0; i < row_count; ++i) {
    T* c = block.c + block.packing.row_in_result[row + i];
    for (size_t j = 0; j < column_count; j += step) {
      copy(i, j, c + columns[j], std::min(column_count - j, step));
    }
  }
}

// A piece whose columns do not fill vectors, or are no neighbours in C: goes through a buffer.
template <class Ring, class T>
HWY_NOINLINE void MultiplyEdge(const Block<T>& block, const Strip<T>& packed, size_t row,
                               size_t row_count, size_t column, size_t column_count,
                               size_t vectors, bool run) {
  const hn::ScalableTag<T> d;
  const size_t width = vectors * hn::Lanes(d);
  HWY_ALIGN T buffer[kGroups * kGroupRows * kVectors * hn::MaxLanes(d)];
  int64_t buffer_rows[kRowsMax];
  for (size_t i = 0; i < kRowsMax; ++i) buffer_rows[i] = static_cast<int64_t>(i * width);
  if (block.accumulate) {
    std::fill(std::begin(buffer), std::end(buffer), T{0});
    EachRow(block, row, row_count, column, column_count, run,
            [&](size_t i, size_t j, const T* c, size_t count) HWY_ATTR {
              hn::StoreN(hn::LoadN(d, c, count), d, buffer + i * width + j, count);
            });
  }
  CallMicro<Ring, T>((row_count + kGroupRows - 1) / kGroupRows, vectors, packed,
                     {buffer, buffer_rows, row_count, block.accumulate});
  EachRow(block, row, row_count, column, column_count, run,
          [&](size_t i, size_t j, T* c, size_t count) HWY_ATTR {
            hn::StoreN(hn::LoadN(d, buffer + i * width + j, count), d, c, count);
          });
}

template <class Ring, class T>
HWY_NOINLINE void MultiplyBlock(const Block<T>& block) {
  const hn::ScalableTag<T> d;
  const size_t lanes = hn::Lanes(d);
  const size_t groups = (block.row_count + kGroupRows - 1) / kGroupRows;
  const Packing<T>& packing = block.packing;
  for (size_t column = 0; column < block.column_count; column += kVectors * lanes) {
    const size_t column_count = std::min(kVectors * lanes, block.column_count - column);
    const size_t vectors = (column_count + lanes - 1) / lanes;
    const bool run = IsRun(packing.column_in_result + column, column_count);
    const bool direct = run && column_count == vectors * lanes;
    for (size_t group = 0; group < groups;) {
      // Pieces of nearly equal height: 3 + 2 + 2 groups rather than 3 + 3 + 1.
      const size_t pieces = (groups - group + GroupsOf(vectors) - 1) / GroupsOf(vectors);
      const size_t group_count = (groups - group + pieces - 1) / pieces;
      const size_t row = group * kGroupRows;
      const size_t row_count = std::min(group_count * kGroupRows, block.row_count - row);
      const Strip<T> packed{packing.rows + row * block.depth,
                            static_cast<int64_t>(block.depth) * kGroupRows, 1, kGroupRows,
                            block.columns + column * block.depth,
                            static_cast<int64_t>(vectors * lanes), block.depth};
      if (direct) {
        CallMicro<Ring, T>(group_count, vectors, packed,
                           {block.c + packing.column_in_result[column],
                            packing.row_in_result + row, row_count, block.accumulate, packing.far});
      } else {
        MultiplyEdge<Ring>(block, packed, row, row_count, column, column_count, vectors, run);
      }
      group += group_count;
    }
  }
}

// From columns at these offsets in the operand, of one block and one part of the depth.
template <class T>
HWY_NOINLINE void PackColumns(const T* operand, const int64_t* offsets, size_t count,
                              const int64_t* steps, size_t depth, T* packed) {
  const hn::ScalableTag<T> d;
  const size_t lanes = hn::Lanes(d);
  const size_t panel = kVectors * lanes;
  for (size_t column = 0, part = 0; column < count; column += part) {
    const int64_t* at = offsets + column;
    T* to = packed + column * depth;
    part = std::min(kPanelsAtATime * panel, count - column);
    if (!IsRun(at, part)) part = std::min(panel, count - column);
    if (IsRun(at, part)) {
      PackPanels(operand + at[0], part, panel, steps, depth, to);
    } else {
      PackPanel(operand, at, part, hwy::RoundUpTo(part, lanes), steps, depth, to);
    }
  }
}

// Into the scratch, from the columns and the part of the depth that its tables name.
template <class T>
HWY_INLINE void PackColumns(const Side<T>& columns, size_t count, size_t depth,
                            Packing<T>& packing) {
  PackColumns(columns.operand, packing.column_in_operand, count, packing.depth_in_columns, depth,
              packing.columns);
}

// Columns that a packed block holds, padding included.
template <class T>
HWY_INLINE size_t PackedColumns(size_t count) {
  return hwy::RoundUpTo(count, hn::Lanes(hn::ScalableTag<T>()));
}

}  // namespace HWY_NAMESPACE
}  // namespace tl::contract
HWY_AFTER_NAMESPACE();

#endif  // TENSORLOGIC_KERNELS_CONTRACT_BLOCK_INL_H_
