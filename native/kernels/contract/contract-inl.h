// The packed product, for any semiring. Compiled once per target by contract.cc, its only includer.
//
// The usual blocked algorithm: blocks of columns, of depth and of rows; a block of B is packed into
// panels of a few vectors, a block of A into groups of four rows, and a micro-kernel keeps a small
// piece of C in registers while it runs along k. Packing reads through tables of offsets, so any
// strides and any number of axes cost nothing more than slower packing, and where offsets turn out
// to be neighbours it copies vectors. Rows come in groups of four because four vectors along k
// become four-row columns by one interleaving store, which Highway has for every target.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <utility>

#include "base/dtypes.h"
#include "base/odometer.h"
#include "base/views.h"
#include "hwy/highway.h"
#include "kernels/contract/packing.h"
#include "kernels/contract/tile.h"

HWY_BEFORE_NAMESPACE();
namespace tl::contract {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// One semiring per line of kernels.inc, on vectors.
struct sum_product {
  template <class D>
  static HWY_INLINE hn::VFromD<D> Zero(D d) {
    return hn::Zero(d);
  }
  template <class V>
  static HWY_INLINE V Add(V x, V y) {
    return hn::Add(x, y);
  }
  template <class V>
  static HWY_INLINE V MulAdd(V x, V y, V sum) {
    return hn::MulAdd(x, y, sum);
  }
};

// The greater (or lesser) of two, NaN if either is: a NaN, once there, stays.
template <class V>
HWY_INLINE V Greater(V kept, V next) {
  return hn::IfThenElse(hn::Or(hn::Gt(next, kept), hn::IsNaN(next)), next, kept);
}
template <class V>
HWY_INLINE V Lesser(V kept, V next) {
  return hn::IfThenElse(hn::Or(hn::Lt(next, kept), hn::IsNaN(next)), next, kept);
}

struct max_plus {
  template <class D>
  static HWY_INLINE hn::VFromD<D> Zero(D d) {
    return hn::Neg(hn::Inf(d));
  }
  template <class V>
  static HWY_INLINE V Add(V x, V y) {
    return Greater(x, y);
  }
  template <class V>
  static HWY_INLINE V MulAdd(V x, V y, V sum) {
    return Greater(sum, hn::Add(x, y));
  }
};

struct min_plus {
  template <class D>
  static HWY_INLINE hn::VFromD<D> Zero(D d) {
    return hn::Inf(d);
  }
  template <class V>
  static HWY_INLINE V Add(V x, V y) {
    return Lesser(x, y);
  }
  template <class V>
  static HWY_INLINE V MulAdd(V x, V y, V sum) {
    return Lesser(sum, hn::Add(x, y));
  }
};

struct max_product {
  template <class D>
  static HWY_INLINE hn::VFromD<D> Zero(D d) {
    return hn::Zero(d);
  }
  template <class V>
  static HWY_INLINE V Add(V x, V y) {
    return Greater(x, y);
  }
  template <class V>
  static HWY_INLINE V MulAdd(V x, V y, V sum) {
    return Greater(sum, hn::Mul(x, y));
  }
};

struct max_min {
  template <class D>
  static HWY_INLINE hn::VFromD<D> Zero(D d) {
    return hn::Neg(hn::Inf(d));
  }
  template <class V>
  static HWY_INLINE V Add(V x, V y) {
    return Greater(x, y);
  }
  template <class V>
  static HWY_INLINE V MulAdd(V x, V y, V sum) {
    return Greater(sum, Lesser(x, y));
  }
};

struct or_and {
  template <class D>
  static HWY_INLINE hn::VFromD<D> Zero(D d) {
    return hn::Zero(d);
  }
  template <class V>
  static HWY_INLINE V Add(V x, V y) {
    return hn::Or(x, y);
  }
  template <class V>
  static HWY_INLINE V MulAdd(V x, V y, V sum) {
    return hn::Or(sum, hn::And(x, y));
  }
};

// Largest piece of C in registers: groups of four rows times vectors of columns. With 32 registers
// 24 accumulators, with 16 registers 12, or 8 where multiply-add needs a register in between.
#if HWY_TARGET == HWY_SCALAR
inline constexpr size_t kGroups = 1;
inline constexpr size_t kVectors = 1;
#elif HWY_ARCH_X86 && HWY_TARGET <= HWY_AVX3
inline constexpr size_t kGroups = 3;
inline constexpr size_t kVectors = 2;
#elif HWY_ARCH_X86 && HWY_TARGET == HWY_AVX2
inline constexpr size_t kGroups = 1;
inline constexpr size_t kVectors = 3;
#elif HWY_ARCH_X86
inline constexpr size_t kGroups = 1;
inline constexpr size_t kVectors = 2;
#else
inline constexpr size_t kGroups = 2;
inline constexpr size_t kVectors = 3;
#endif
inline constexpr size_t kRows = kGroups * kGroupRows;

// Where a micro-kernel puts its piece of C: row r starts at base + rows[r].
template <class T>
struct Piece {
  T* base;
  const int64_t* rows;
  size_t row_count;  // rows beyond are padding
  bool accumulate;   // whether C holds the sum of earlier depth blocks
};

template <class T>
struct Packed {
  const T* rows;     // [group][depth][4]
  const T* columns;  // [depth][vectors]
  size_t depth;
};

template <class Ring, class D, class V, class T>
HWY_INLINE void StorePiece(D d, V sum, const Piece<T>& piece, size_t row, size_t column) {
  if (row >= piece.row_count) return;
  T* to = piece.base + piece.rows[row] + column;
  hn::StoreU(piece.accumulate ? Ring::Add(hn::LoadU(d, to), sum) : sum, d, to);
}

// I counts the accumulators row by row. They are parameters, not an array, because vectors of
// unknown length (SVE) cannot be elements; the compiler merges the loads that they share.
template <class Ring, size_t vectors, class D, class T, size_t... I, class... V>
HWY_INLINE void MicroLoop(D d, std::index_sequence<I...>, const Packed<T>& packed,
                          const Piece<T>& piece, V... sums) {
  const size_t lanes = hn::Lanes(d);
  const size_t group = packed.depth * kGroupRows;
  const T* HWY_RESTRICT a = packed.rows;
  const T* HWY_RESTRICT b = packed.columns;
  for (size_t k = 0; k < packed.depth; ++k) {
    ((sums = Ring::MulAdd(
          hn::Set(d, a[I / vectors / kGroupRows * group + I / vectors % kGroupRows]),
          hn::LoadU(d, b + I % vectors * lanes), sums)),
     ...);
    a += kGroupRows;
    b += vectors * lanes;
  }
  (StorePiece<Ring>(d, sums, piece, I / vectors, I % vectors * lanes), ...);
}

template <class Ring, class D, class T, size_t vectors, size_t... I>
HWY_INLINE void MicroZero(D d, std::index_sequence<I...> sequence, const Packed<T>& packed,
                          const Piece<T>& piece) {
  MicroLoop<Ring, vectors>(d, sequence, packed, piece, ((void)I, Ring::Zero(d))...);
}

template <class Ring, class T, size_t groups, size_t vectors>
HWY_NOINLINE void Micro(const Packed<T>& packed, const Piece<T>& piece) {
  const hn::ScalableTag<T> d;
  MicroZero<Ring, decltype(d), T, vectors>(
      d, std::make_index_sequence<groups * kGroupRows * vectors>(), packed, piece);
}

// Calls the micro-kernel for run-time counts of groups and vectors.
template <class Ring, class T, size_t groups = kGroups, size_t vectors = kVectors>
HWY_INLINE void CallMicro(size_t group_count, size_t vector_count, const Packed<T>& packed,
                          const Piece<T>& piece) {
  if constexpr (groups > 1) {
    if (group_count < groups) {
      return CallMicro<Ring, T, groups - 1, vectors>(group_count, vector_count, packed, piece);
    }
  }
  if constexpr (vectors > 1) {
    if (vector_count < vectors) {
      return CallMicro<Ring, T, groups, vectors - 1>(group_count, vector_count, packed, piece);
    }
  }
  Micro<Ring, T, groups, vectors>(packed, piece);
}

// Copies [4 offsets][count] to [count][4]: elements along `steps` become groups of four.
template <class T>
HWY_INLINE void PackFour(const T* from, const int64_t* four, const int64_t* steps, size_t count,
                         bool steps_run, T* HWY_RESTRICT to) {
  size_t i = 0;
  if (four[1] == four[0] + 1 && four[2] == four[0] + 2 && four[3] == four[0] + 3) {
    for (; i < count; ++i) std::memcpy(to + 4 * i, from + four[0] + steps[i], 4 * sizeof(T));
    return;
  }
  if (steps_run) {
    const hn::ScalableTag<T> d;
    const size_t lanes = hn::Lanes(d);
    for (; i + lanes <= count; i += lanes) {
      const T* at = from + steps[i];
      hn::StoreInterleaved4(hn::LoadU(d, at + four[0]), hn::LoadU(d, at + four[1]),
                            hn::LoadU(d, at + four[2]), hn::LoadU(d, at + four[3]), d, to + 4 * i);
    }
  }
  for (; i < count; ++i) {
    for (size_t j = 0; j < 4; ++j) to[4 * i + j] = from[four[j] + steps[i]];
  }
}

// Whether each offset is its predecessor's neighbour.
HWY_INLINE bool IsRun(const int64_t* offsets, size_t count) {
  for (size_t i = 1; i < count; ++i) {
    if (offsets[i] != offsets[i - 1] + 1) return false;
  }
  return true;
}

// The four offsets from `first`; those past the end repeat the last, which makes padding that is
// never stored and reads nothing new.
HWY_INLINE void FourOffsets(const int64_t* offsets, size_t first, size_t count, int64_t* four) {
  for (size_t j = 0; j < 4; ++j) four[j] = offsets[std::min(first + j, count - 1)];
}

template <class T>
HWY_NOINLINE void PackRows(const T* from, const int64_t* rows, size_t row_count,
                           const int64_t* steps, size_t depth, T* HWY_RESTRICT to) {
  const bool steps_run = IsRun(steps, depth);
  for (size_t row = 0; row < row_count; row += kGroupRows) {
    int64_t four[4];
    FourOffsets(rows, row, row_count, four);
    PackFour(from, four, steps, depth, steps_run, to + row * depth);
  }
}

// One panel: [depth][width], the columns past column_count being padding.
template <class T>
HWY_NOINLINE void PackPanel(const T* from, const int64_t* columns, size_t column_count,
                            size_t width, const int64_t* steps, size_t depth,
                            T* HWY_RESTRICT to) {
  const hn::ScalableTag<T> d;
  const size_t lanes = hn::Lanes(d);
  if (IsRun(columns, column_count)) {
    for (size_t k = 0; k < depth; ++k) {
      const T* at = from + steps[k] + columns[0];
      size_t j = 0;
      for (; j + lanes <= column_count; j += lanes) {
        hn::StoreU(hn::LoadU(d, at + j), d, to + k * width + j);
      }
      if (j < column_count) {
        hn::StoreU(hn::LoadN(d, at + j, column_count - j), d, to + k * width + j);
      }
    }
    return;
  }
  const bool steps_run = IsRun(steps, depth);
  HWY_ALIGN T transposed[4 * kDepthBlock];
  for (size_t column = 0; column < width; column += 4) {
    int64_t four[4];
    FourOffsets(columns, column, column_count, four);
    PackFour(from, four, steps, depth, steps_run, transposed);
    const size_t part = std::min(width - column, size_t{4});
    for (size_t k = 0; k < depth; ++k) {
      std::memcpy(to + k * width + column, transposed + 4 * k, part * sizeof(T));
    }
  }
}

// One block: row_count x column_count of C, from packed rows and columns of one depth block.
template <class T>
struct Block {
  const Packing<T>& packing;
  T* c;
  size_t row_count;
  size_t column_count;
  size_t depth;
  bool accumulate;
};

// A piece whose columns do not fill vectors, or are no neighbours in C: goes through a buffer.
template <class Ring, class T>
HWY_NOINLINE void MultiplyEdge(const Block<T>& block, const Packed<T>& packed, size_t row,
                               size_t row_count, size_t column, size_t column_count,
                               size_t vectors) {
  const hn::ScalableTag<T> d;
  const size_t width = vectors * hn::Lanes(d);
  HWY_ALIGN T buffer[kRows * kVectors * hn::MaxLanes(d)] = {};
  int64_t buffer_rows[kRows];
  for (size_t i = 0; i < kRows; ++i) buffer_rows[i] = static_cast<int64_t>(i * width);
  const int64_t* rows = block.packing.row_in_result + row;
  const int64_t* columns = block.packing.column_in_result + column;
  if (block.accumulate) {
    for (size_t i = 0; i < row_count; ++i) {
      for (size_t j = 0; j < column_count; ++j) {
        buffer[i * width + j] = block.c[rows[i] + columns[j]];
      }
    }
  }
  CallMicro<Ring, T>((row_count + kGroupRows - 1) / kGroupRows, vectors, packed,
                     {buffer, buffer_rows, row_count, block.accumulate});
  for (size_t i = 0; i < row_count; ++i) {
    for (size_t j = 0; j < column_count; ++j) {
      block.c[rows[i] + columns[j]] = buffer[i * width + j];
    }
  }
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
    const bool direct = column_count == vectors * lanes &&
                        IsRun(packing.column_in_result + column, column_count);
    for (size_t group = 0; group < groups;) {
      // Pieces of nearly equal height: 3 + 2 + 2 groups rather than 3 + 3 + 1.
      const size_t pieces = (groups - group + kGroups - 1) / kGroups;
      const size_t group_count = (groups - group + pieces - 1) / pieces;
      const size_t row = group * kGroupRows;
      const size_t row_count = std::min(group_count * kGroupRows, block.row_count - row);
      const Packed<T> packed{packing.rows + row * block.depth,
                             packing.columns + column * block.depth, block.depth};
      if (direct) {
        CallMicro<Ring, T>(group_count, vectors, packed,
                           {block.c + packing.column_in_result[column],
                            packing.row_in_result + row, row_count, block.accumulate});
      } else {
        MultiplyEdge<Ring>(block, packed, row, row_count, column, column_count, vectors);
      }
      group += group_count;
    }
  }
}

// Offsets of `count` elements of a strided index space, from the `first`th.
HWY_INLINE void FillOffsets(Axes axes, const int64_t* strides, Range range, int64_t* offsets) {
  Odometer position(axes, strides, range.first);
  for (int64_t done = 0; done < range.count;) {
    const int64_t run = std::min(position.run(), range.count - done);
    for (int64_t i = 0; i < run; ++i) {
      offsets[done + i] = position.offset() + i * position.step();
    }
    position.advance(run);
    done += run;
  }
}

// One operand's own axes (the rows of A, the columns of B), and its strides along k.
template <class T>
struct Side {
  const T* operand;
  Axes axes;
  const int64_t* strides;
  const int64_t* strides_in_result;
  const int64_t* depth_strides;
  Range range;
};

template <class T>
HWY_NOINLINE void PackColumns(const Side<T>& columns, size_t count, size_t depth,
                              Packing<T>& packing) {
  const hn::ScalableTag<T> d;
  const size_t lanes = hn::Lanes(d);
  const size_t panel = kVectors * lanes;
  for (size_t column = 0; column < count; column += panel) {
    const size_t column_count = std::min(panel, count - column);
    PackPanel(columns.operand, packing.column_in_operand + column, column_count,
              hwy::RoundUpTo(column_count, lanes), packing.depth_in_columns, depth,
              packing.columns + column * depth);
  }
}

// C[rows, columns] for one depth block.
template <class Ring, class T>
HWY_NOINLINE void MultiplyRows(const Side<T>& rows, T* c, size_t column_count, size_t depth,
                               bool accumulate, Packing<T>& packing) {
  for (int64_t row = 0; row < rows.range.count; row += kRowBlock) {
    const Range block{rows.range.first + row, std::min(kRowBlock, rows.range.count - row)};
    const size_t row_count = static_cast<size_t>(block.count);
    FillOffsets(rows.axes, rows.strides, block, packing.row_in_operand);
    FillOffsets(rows.axes, rows.strides_in_result, block, packing.row_in_result);
    PackRows(rows.operand, packing.row_in_operand, row_count, packing.depth_in_rows, depth,
             packing.rows);
    MultiplyBlock<Ring, T>({packing, c, row_count, column_count, depth, accumulate});
  }
}

template <class Ring, class T>
HWY_NOINLINE void MultiplyTile(const Side<T>& rows, const Side<T>& columns, Axes depth, T* c,
                               Packing<T>& packing) {
  const int64_t depth_count = depth.elements();
  for (int64_t column = 0; column < columns.range.count; column += kColumnBlock) {
    const Range block{columns.range.first + column,
                      std::min(kColumnBlock, columns.range.count - column)};
    FillOffsets(columns.axes, columns.strides, block, packing.column_in_operand);
    FillOffsets(columns.axes, columns.strides_in_result, block, packing.column_in_result);
    const size_t column_count = static_cast<size_t>(block.count);
    int64_t k = 0;
    do {  // once even if there is no k: that writes the semiring's zero
      const Range part{k, std::min(kDepthBlock, depth_count - k)};
      if (part.count > 0) {
        FillOffsets(depth, rows.depth_strides, part, packing.depth_in_rows);
        FillOffsets(depth, columns.depth_strides, part, packing.depth_in_columns);
      }
      const size_t part_count = static_cast<size_t>(part.count);
      PackColumns(columns, column_count, part_count, packing);
      MultiplyRows<Ring>(rows, c, column_count, part_count, k > 0, packing);
      k += kDepthBlock;
    } while (k < depth_count);
  }
}

// Whether the lanes should run along m rather than n: C is contiguous there and not along n.
inline bool LanesAlongRows(const ContractView& view) {
  const Odometer rows(view.rows(), view.row_strides_c(), 0);
  const Odometer columns(view.columns(), view.column_strides_c(), 0);
  return rows.step() == 1 && (columns.step() != 1 || columns.whole_run() == 1);
}

template <class Ring, class T>
HWY_INLINE void Contract(const int64_t* descriptor, void* const* buffers, int64_t tile_begin,
                         int64_t tile_end, void* scratch) {
  const ContractView view(descriptor);
  Packing<T>& packing = *static_cast<Packing<T>*>(scratch);
  const bool swap = LanesAlongRows(view);
  for (int64_t t = tile_begin; t < tile_end; ++t) {
    const ContractTile tile(view, t);
    const T* a = static_cast<const T*>(buffers[0]) +
                 BatchOffset(view.batch(), view.batch_strides_a(), tile.batch);
    const T* b = static_cast<const T*>(buffers[1]) +
                 BatchOffset(view.batch(), view.batch_strides_b(), tile.batch);
    T* c = static_cast<T*>(buffers[2]) +
           BatchOffset(view.batch(), view.batch_strides_c(), tile.batch);
    const Side<T> m{a, view.rows(), view.row_strides_a(), view.row_strides_c(),
                    view.depth_strides_a(), tile.rows};
    const Side<T> n{b, view.columns(), view.column_strides_b(), view.column_strides_c(),
                    view.depth_strides_b(), tile.columns};
    MultiplyTile<Ring>(swap ? n : m, swap ? m : n, view.depth(), c, packing);
  }
}

#define TL_SEMIRING_ON(function, dtype)                                                        \
  void function##_##dtype(const int64_t* descriptor, void* const* buffers, int64_t tile_begin, \
                          int64_t tile_end, void* scratch) {                                   \
    Contract<function, type_##dtype>(descriptor, buffers, tile_begin, tile_end, scratch);      \
  }
#define TL_SEMIRING(function, dtypes) dtypes(TL_SEMIRING_ON, function)
#define TL_BLAS(function, dtypes)
#include "kernels/contract/kernels.inc"
#undef TL_SEMIRING_ON

}  // namespace HWY_NAMESPACE
}  // namespace tl::contract
HWY_AFTER_NAMESPACE();
