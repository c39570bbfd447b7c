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
#include "kernels/contract/block-inl.h"
#include "kernels/contract/direct-inl.h"
#include "kernels/contract/epilogue.h"
#include "kernels/contract/log_sum_exp-inl.h"
#include "kernels/contract/pack-inl.h"
#include "kernels/contract/packing.h"
#include "kernels/contract/semirings-inl.h"
#include "kernels/contract/tile.h"

HWY_BEFORE_NAMESPACE();
namespace tl::contract {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// Without tests for NaN where there are none.
template <class Ring, class T>
HWY_INLINE void MultiplyAnyBlock(const Block<T>& block, const Specials& in_columns) {
  if constexpr (kTestsNans<Ring>) {
    Specials in_rows{};
    AddSpecials(block.packing.rows, hwy::RoundUpTo(block.row_count, kGroupRows) * block.depth,
                in_rows);
    if (Ring::NoNans(in_rows, in_columns)) {
      return MultiplyBlock<typename Ring::Ordered>(block);
    }
  }
  MultiplyBlock<Ring>(block);
}

// C[rows, columns] for one depth block, the last one if there is an epilogue.
template <class Ring, class T>
HWY_NOINLINE void MultiplyRows(const Side<T>& rows, const T* columns, T* c, size_t column_count,
                               const Specials& in_columns, size_t depth, bool accumulate,
                               const Epilogue* epilogue, Packing<T>& packing) {
  for (int64_t row = 0; row < rows.range.count; row += kRowBlock) {
    const Range block{rows.range.first + row, std::min(kRowBlock, rows.range.count - row)};
    const size_t row_count = static_cast<size_t>(block.count);
    FillOffsets(rows.axes, rows.strides, block, packing.row_in_operand);
    FillOffsets(rows.axes, rows.strides_in_result, block, packing.row_in_result);
    PackRows(rows.operand, packing.row_in_operand, row_count, packing.depth_in_rows, depth,
             packing.rows);
    MultiplyAnyBlock<Ring, T>({packing, columns, c, row_count, column_count, depth, accumulate},
                              in_columns);
    if (epilogue != nullptr) {
      epilogue->run(c, packing.row_in_result, row_count, packing.column_in_result, column_count);
    }
  }
}

// Where contract_pack puts a part of the depth, from k on, of the block that begins at a column.
template <class T>
HWY_INLINE int64_t PackedPlace(int64_t column, size_t column_count, int64_t k, int64_t depth) {
  return column * depth + static_cast<int64_t>(PackedColumns<T>(column_count)) * k;
}

template <class Ring, class T>
HWY_NOINLINE void MultiplyTile(const Side<T>& rows, const Side<T>& columns, Axes depth, T* c,
                               const Epilogue& epilogue, Packing<T>& packing) {
  const int64_t depth_count = depth.elements();
  const int64_t step = DepthPart(depth_count);
  for (int64_t column = 0; column < columns.range.count; column += kColumnBlock) {
    const Range block{columns.range.first + column,
                      std::min(kColumnBlock, columns.range.count - column)};
    if (!columns.packed) {
      FillOffsets(columns.axes, columns.strides, block, packing.column_in_operand);
    }
    FillOffsets(columns.axes, columns.strides_in_result, block, packing.column_in_result);
    const size_t column_count = static_cast<size_t>(block.count);
    int64_t k = 0;
    do {  // once even if there is no k: that writes the semiring's zero
      const Range part{k, std::min(step, depth_count - k)};
      if (part.count > 0) {
        FillOffsets(depth, rows.depth_strides, part, packing.depth_in_rows);
        FillOffsets(depth, columns.depth_strides, part, packing.depth_in_columns);
      }
      const size_t part_count = static_cast<size_t>(part.count);
      const T* packed = packing.columns;
      if (columns.packed) {
        packed = columns.operand + PackedPlace<T>(block.first, column_count, k, depth_count);
      } else {
        PackColumns(columns, column_count, part_count, packing);
      }
      Specials in_columns{};
      if constexpr (kTestsNans<Ring>) {
        AddSpecials(packed, PackedColumns<T>(column_count) * part_count, in_columns);
      }
      const bool ends = epilogue.wanted() && k + step >= depth_count;
      MultiplyRows<Ring>(rows, packed, c, column_count, in_columns, part_count, k > 0,
                         ends ? &epilogue : nullptr, packing);
      k += step;
    } while (k < depth_count);
  }
}

// The innermost run of some axes, as Odometer finds it.
struct Run {
  int64_t step;
  int64_t count;

  Run(Axes axes, const int64_t* strides) {
    if (axes.rank <= 1) {
      count = axes.elements();
      step = count == 1 ? 1 : strides[0];
    } else {
      const Odometer position(axes, strides, 0);
      step = position.step();
      count = position.whole_run();
    }
  }
};

// Whether the lanes should run along m rather than n: C is contiguous there and not along n. Who
// has packed an operand has decided it.
inline bool LanesAlongRows(const ContractView& view) {
  if (view.packed()) return view.packed_a();
  const Run rows(view.rows(), view.row_strides_c());
  const Run columns(view.columns(), view.column_strides_c());
  return rows.step == 1 && (columns.step != 1 || columns.count == 1);
}

// C of a product that packs nothing is complete: it has at most one axis on each side.
template <class T>
HWY_NOINLINE void Complete(const Side<T>& rows, const Side<T>& columns, const T* c,
                           const Epilogue& epilogue) {
  const int64_t row = rows.stride(rows.strides_in_result);
  const int64_t column = columns.stride(columns.strides_in_result);
  const T* at = c + rows.range.first * row + columns.range.first * column;
  const int64_t across = columns.range.count;
  const int64_t run = column == 1 || across == 1 ? across : 1;
  if (run == across && (row == run || rows.range.count == 1)) {
    return epilogue.run(at, rows.range.count * run);
  }
  for (int64_t i = 0; i < rows.range.count; ++i, at += row) {
    for (int64_t j = 0; j < across; j += run) epilogue.run(at + j * column, run);
  }
}

// Whether it was a product in place.
template <class Ring, class T>
HWY_INLINE bool MultiplyInPlace(const Side<T>& rows, const Side<T>& columns, Axes depth, T* c,
                                int64_t next_c, Packing<T>& packing) {
  if (!HasPlainColumns(rows, columns, depth)) return false;
  const Direct<T> direct(rows, columns, depth, c, packing.far);
  if (IsSmall(direct)) {
    Ahead ahead = AheadOf(direct, rows.next, columns.next, next_c);
    MultiplySmall<Ring>(direct, packing.columns, ahead);
    return true;
  }
  if (direct.rows > kThinRows) return false;
  MultiplyThin<Ring>(direct, packing.columns);
  return true;
}

// The semiring that is no operation on lanes.
struct log_sum_exp {};

template <class Ring, class T>
HWY_INLINE void MultiplySides(bool dots, const Side<T>& rows, const Side<T>& columns, Axes depth,
                              T* c, int64_t next_c, const Epilogue& epilogue,
                              Packing<T>& packing) {
  if constexpr (hwy::IsSame<Ring, log_sum_exp>()) {
    MultiplyLogSumExp(rows, columns, depth, c, epilogue, packing);
  } else {
    if (dots && !columns.packed) {
      MultiplyDots<Ring>(rows, columns, depth.elements(), c);
    } else if (columns.packed ||
               !MultiplyInPlace<Ring>(rows, columns, depth, c, next_c, packing)) {
      return MultiplyTile<Ring>(rows, columns, depth, c, epilogue, packing);
    }
    if (epilogue.wanted()) Complete(rows, columns, c, epilogue);
  }
}

inline bool IsFar(const ContractView& view, size_t width) {
  const int64_t matrix = view.rows().elements() * view.columns().elements();
  return matrix * view.batch().elements() * static_cast<int64_t>(width) >= kFarBytes;
}

template <class Ring, class T>
HWY_INLINE void Contract(const int64_t* descriptor, void* const* buffers, int64_t tile_begin,
                         int64_t tile_end, void* scratch) {
  const ContractView view(descriptor);
  Packing<T>& packing = *static_cast<Packing<T>*>(scratch);
  const Epilogue epilogue(view, buffers);
  packing.far = IsFar(view, sizeof(T));
  const bool swap = LanesAlongRows(view);
  const bool dots = IsDots(view);
  // Whether the next tile is the next product of a batch.
  const bool by_one = view.batch().rank == 1 && view.rows().elements() <= view.tile_rows() &&
                      view.columns().elements() <= view.tile_columns();
  for (int64_t t = tile_begin; t < tile_end; ++t) {
    const ContractTile tile(view, t);
    const T* a = static_cast<const T*>(buffers[0]) +
                 BatchOffset(view.batch(), view.batch_strides_a(), tile.batch);
    const T* b = static_cast<const T*>(buffers[1]) +
                 BatchOffset(view.batch(), view.batch_strides_b(), tile.batch);
    T* c = static_cast<T*>(epilogue.c()) +
           BatchOffset(view.batch(), view.batch_strides_c(), tile.batch);
    const bool last = t + 1 == tile_end;
    const auto next = [&](const int64_t* strides) { return last || !by_one ? 0 : strides[0]; };
    const Side<T> m{a, view.rows(), view.row_strides_a(), view.row_strides_c(),
                    view.depth_strides_a(), tile.rows, view.packed() && swap,
                    next(view.batch_strides_a())};
    const Side<T> n{b, view.columns(), view.column_strides_b(), view.column_strides_c(),
                    view.depth_strides_b(), tile.columns, view.packed() && !swap,
                    next(view.batch_strides_b())};
    MultiplySides<Ring>(dots, swap ? n : m, swap ? m : n, view.depth(), c,
                        next(view.batch_strides_c()), epilogue, packing);
  }
}

// The columns' operand of a whole product without a batch, in the order in which blocks read it.
template <class T>
HWY_INLINE void PackOperand(const int64_t* descriptor, void* const* buffers, int64_t tile_begin,
                            int64_t tile_end, void* scratch) {
  const ContractView view(descriptor);
  Packing<T>& packing = *static_cast<Packing<T>*>(scratch);
  const bool swap = LanesAlongRows(view);
  const Axes columns = swap ? view.rows() : view.columns();
  const int64_t* strides = swap ? view.row_strides_a() : view.column_strides_b();
  const int64_t* depth_strides = swap ? view.depth_strides_a() : view.depth_strides_b();
  const int64_t column_count = columns.elements();
  const int64_t depth_count = view.depth().elements();
  const int64_t step = DepthPart(depth_count);
  const int64_t parts = (depth_count + step - 1) / step;
  const int64_t panel = static_cast<int64_t>(kVectors * hn::Lanes(hn::ScalableTag<T>()));
  for (int64_t t = tile_begin; t < tile_end; ++t) {
    const int64_t share = t % kPackShares;
    const int64_t k = t / kPackShares % parts * step;
    const int64_t first = t / kPackShares / parts * kColumnBlock;
    const int64_t in_block = std::min(kColumnBlock, column_count - first);
    const int64_t panels = (in_block + panel - 1) / panel;
    const int64_t begin = panels * share / kPackShares * panel;
    const int64_t end = std::min(panels * (share + 1) / kPackShares * panel, in_block);
    if (begin >= end) continue;
    const int64_t part = std::min(step, depth_count - k);
    FillOffsets(columns, strides, {first + begin, end - begin}, packing.column_in_operand);
    FillOffsets(view.depth(), depth_strides, {k, part}, packing.depth_in_columns);
    PackColumns(static_cast<const T*>(buffers[0]), packing.column_in_operand,
                static_cast<size_t>(end - begin), packing.depth_in_columns,
                static_cast<size_t>(part),
                static_cast<T*>(buffers[1]) + begin * part +
                    PackedPlace<T>(first, static_cast<size_t>(in_block), k, depth_count));
  }
}

#define TL_PACK_ON(function, dtype)                                                            \
  void function##_##dtype(const int64_t* descriptor, void* const* buffers, int64_t tile_begin, \
                          int64_t tile_end, void* scratch) {                                   \
    PackOperand<type_##dtype>(descriptor, buffers, tile_begin, tile_end, scratch);             \
  }
#define TL_SEMIRING_ON(function, dtype)                                                        \
  void function##_##dtype(const int64_t* descriptor, void* const* buffers, int64_t tile_begin, \
                          int64_t tile_end, void* scratch) {                                   \
    Contract<function, type_##dtype>(descriptor, buffers, tile_begin, tile_end, scratch);      \
  }
#define TL_SEMIRING(function, dtypes) dtypes(TL_SEMIRING_ON, function)
#define TL_PACK(function, dtypes) dtypes(TL_PACK_ON, function)
#define TL_BLAS(function, dtypes)
#include "kernels/contract/kernels.inc"
#undef TL_SEMIRING_ON
#undef TL_PACK_ON

}  // namespace HWY_NAMESPACE
}  // namespace tl::contract
HWY_AFTER_NAMESPACE();
