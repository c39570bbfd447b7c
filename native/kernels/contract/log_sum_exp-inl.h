// C = log sum_k exp(A + B): the maxima of rows and columns are taken off, exp makes it an ordinary
// packed product, log and the maxima put it back. Where that product is so small that terms may
// have been lost, or not finite, the element is computed on its own. Compiled once per target.
#if defined(TENSORLOGIC_KERNELS_CONTRACT_LOG_SUM_EXP_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef TENSORLOGIC_KERNELS_CONTRACT_LOG_SUM_EXP_INL_H_
#undef TENSORLOGIC_KERNELS_CONTRACT_LOG_SUM_EXP_INL_H_
#else
#define TENSORLOGIC_KERNELS_CONTRACT_LOG_SUM_EXP_INL_H_
#endif

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>

#include "hwy/highway.h"
#include "kernels/contract/block-inl.h"
#include "kernels/contract/pack-inl.h"
#include "kernels/contract/epilogue.h"
#include "kernels/contract/packing.h"
#include "kernels/contract/semirings-inl.h"
#include "kernels/contract/tile.h"
#include "simd/functions-inl.h"

HWY_BEFORE_NAMESPACE();
namespace tl::contract {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;
using tl::HWY_NAMESPACE::ExpInPlace;
using tl::HWY_NAMESPACE::KeepNaN;
using tl::HWY_NAMESPACE::Number;
using tl::HWY_NAMESPACE::Power;

// x = exp(x) on lanes up to 0, for one vector or several; what is below the least normal number
// becomes 0.
template <class D, class... V>
HWY_INLINE void ExpOfShifted(D d, V&... x) {
  constexpr bool is_float = sizeof(hn::TFromD<D>) == 4;
  const auto least = Number(d, is_float ? -87 : -708);
  [&](auto... e) TL_INLINED {
    if constexpr (is_float) {
      ExpInPlace<true, Power::kOfOne>(d, [](auto&...) TL_INLINED {}, e...);
    } else {
      ((e = hn::Exp(d, e)), ...);
    }
    ((x = KeepNaN(x, hn::IfThenZeroElse(hn::Lt(x, least), e))), ...);
  }(hn::Max(x, least)...);
}

// What to take off: a row of which all is -infinity has nothing to be taken off.
template <class D, class V>
HWY_INLINE V Shift(D d, V maxima) {
  return hn::IfThenZeroElse(hn::Eq(maxima, hn::Neg(hn::Inf(d))), maxima);
}

// Packed rows [group][depth][4]: their maxima, and those taken off.
template <class T>
HWY_NOINLINE void RowMaxima(const T* packed, size_t groups, size_t depth, T* maxima) {
  const hn::CappedTag<T, kGroupRows> d;
  for (size_t group = 0; group < groups; ++group) {
    for (size_t row = 0; row < kGroupRows; row += hn::Lanes(d)) {
      T* to = maxima + group * kGroupRows + row;
      const T* from = packed + group * depth * kGroupRows + row;
      auto most = hn::LoadU(d, to);
      for (size_t k = 0; k < depth; ++k) {
        most = Greater<true>(most, hn::LoadU(d, from + k * kGroupRows));
      }
      hn::StoreU(most, d, to);
    }
  }
}

// Takes `shift` off `count` vectors, each `step` elements after the one before, and then exp.
template <class D, class V, class T>
HWY_INLINE void ShiftVectors(D d, V shift, T* at, size_t step, size_t count) {
  const auto load = [&](size_t i) HWY_ATTR { return hn::Sub(hn::LoadU(d, at + i * step), shift); };
  const auto store = [&](V x, size_t i) HWY_ATTR { hn::StoreU(x, d, at + i * step); };
  size_t i = 0;
  for (; i + 4 <= count; i += 4) {
    V x0 = load(i), x1 = load(i + 1), x2 = load(i + 2), x3 = load(i + 3);
    ExpOfShifted(d, x0, x1, x2, x3);
    store(x0, i);
    store(x1, i + 1);
    store(x2, i + 2);
    store(x3, i + 3);
  }
  for (; i < count; ++i) {
    V x = load(i);
    ExpOfShifted(d, x);
    store(x, i);
  }
}

template <class T>
HWY_NOINLINE void ShiftRows(T* packed, size_t groups, size_t depth, const T* maxima) {
  const hn::ScalableTag<T> d;
  const size_t lanes = hn::Lanes(d);
  constexpr size_t pattern = HWY_MAX(hn::MaxLanes(hn::ScalableTag<T>()), kGroupRows);
  HWY_ALIGN T shifts[pattern];
  const size_t count = depth * kGroupRows;
  for (size_t group = 0; group < groups; ++group) {
    for (size_t i = 0; i < pattern; ++i) shifts[i] = maxima[group * kGroupRows + i % kGroupRows];
    T* at = packed + group * count;
    for (size_t i = 0; i < pattern; i += lanes) {
      const auto shift = Shift(d, hn::LoadU(d, shifts + i));
      ShiftVectors(d, shift, at + i, pattern, count / pattern);
    }
    for (size_t i = count / pattern * pattern; i < count; i += lanes) {
      auto x = hn::Sub(hn::LoadN(d, at + i, count - i), Shift(d, hn::LoadU(d, shifts)));
      ExpOfShifted(d, x);
      hn::StoreN(x, d, at + i, count - i);
    }
  }
}

// The same for packed columns, panels of [depth][width].
template <class T>
HWY_NOINLINE void ColumnMaxima(const T* packed, size_t count, size_t depth, T* maxima) {
  const hn::ScalableTag<T> d;
  const size_t lanes = hn::Lanes(d);
  for (size_t column = 0; column < count; column += lanes) {
    const size_t panel = column / (kVectors * lanes) * (kVectors * lanes);
    const size_t width = std::min(kVectors * lanes, PackedColumns<T>(count) - panel);
    const T* from = packed + panel * depth + (column - panel);
    auto most = hn::LoadU(d, maxima + column);
    for (size_t k = 0; k < depth; ++k) most = Greater<true>(most, hn::LoadU(d, from + k * width));
    hn::StoreU(most, d, maxima + column);
  }
}

template <class T>
HWY_NOINLINE void ShiftColumns(T* packed, size_t count, size_t depth, const T* maxima) {
  const hn::ScalableTag<T> d;
  const size_t lanes = hn::Lanes(d);
  for (size_t column = 0; column < count; column += lanes) {
    const size_t panel = column / (kVectors * lanes) * (kVectors * lanes);
    const size_t width = std::min(kVectors * lanes, PackedColumns<T>(count) - panel);
    T* at = packed + panel * depth + (column - panel);
    ShiftVectors(d, Shift(d, hn::LoadU(d, maxima + column)), at, width, depth);
  }
}

// One element from its definition: the greatest term is taken off, not the operands' maxima.
template <class T>
HWY_NOINLINE T LogSumExpOf(const T* a, const int64_t* strides_a, const T* b,
                           const int64_t* strides_b, Axes depth) {
  const int64_t count = depth.elements();
  double most = -std::numeric_limits<double>::infinity();
  double sum = 0;
  for (const bool summing : {false, true}) {
    if (summing && !std::isfinite(most)) return static_cast<T>(most);
    Odometer x(depth, strides_a, 0);
    Odometer y(depth, strides_b, 0);
    for (int64_t left = count; left > 0;) {
      const int64_t run = std::min(x.run(), y.run());
      for (int64_t i = 0; i < run; ++i) {
        const double term = static_cast<double>(a[x.offset() + i * x.step()]) +
                            static_cast<double>(b[y.offset() + i * y.step()]);
        if (summing) {
          sum += std::exp(term - most);
        } else if (!(term <= most)) {
          most = std::isnan(most) ? most : term;
        }
      }
      left -= run;
      if (left > 0) {
        x.advance(run);
        y.advance(run);
      }
    }
  }
  return static_cast<T>(most + std::log(sum));
}

// The sums of one row of a block become results; `row_most` is the row's maximum. A sum from
// `least` on has lost less than half a unit in its last place to factors that exp made 0.
template <class T>
HWY_NOINLINE void FinishRow(const Side<T>& rows, const Side<T>& columns, Axes depth, T* c,
                            size_t row, T row_most, size_t column_count, bool columns_run,
                            const Packing<T>& packing) {
  using limits = std::numeric_limits<T>;
  const hn::ScalableTag<T> d;
  const size_t lanes = hn::Lanes(d);
  HWY_ALIGN T sums[hn::MaxLanes(d)];
  HWY_ALIGN T results[hn::MaxLanes(d)];
  const T least = static_cast<T>(static_cast<double>(depth.elements()) * 8 *
                                 (static_cast<double>(limits::min()) / limits::epsilon()));
  T* to = c + packing.row_in_result[row];
  for (size_t column = 0; column < column_count; column += lanes) {
    const size_t count = std::min(lanes, column_count - column);
    const int64_t* at = packing.column_in_result + column;
    const T* column_most = packing.column_maxima + column;
    if (columns_run && count == lanes) {
      hn::Store(hn::LoadU(d, to + at[0]), d, sums);
    } else {
      for (size_t j = 0; j < lanes; ++j) sums[j] = j < count ? to[at[j]] : T{1};
    }
    const auto sum = hn::Load(d, sums);
    const auto safe = hn::And(hn::Ge(sum, hn::Set(d, least)), hn::Lt(sum, hn::Inf(d)));
    const auto log = hn::Log(d, hn::IfThenElse(safe, sum, hn::Set(d, T{1})));
    const auto result = hn::Add(log, hn::Add(hn::Set(d, row_most), hn::LoadU(d, column_most)));
    const bool all_safe = hn::AllTrue(d, safe);
    if (all_safe && columns_run && count == lanes) {
      hn::StoreU(result, d, to + at[0]);
      continue;
    }
    hn::Store(result, d, results);
    for (size_t j = 0; j < count; ++j) {
      if (all_safe || (sums[j] >= least && sums[j] < limits::infinity())) {
        to[at[j]] = results[j];
      } else if (const T most = row_most + column_most[j];
                 std::isnan(most) || most < limits::lowest()) {
        to[at[j]] = most;  // a NaN in either, or nothing but -infinity in one
      } else {
        to[at[j]] = LogSumExpOf(rows.operand + packing.row_in_operand[row], rows.depth_strides,
                                columns.operand + packing.column_in_operand[column + j],
                                columns.depth_strides, depth);
      }
    }
  }
}

// Calls visit(depth of the part, whether it is the first) with the part's offsets filled.
template <class T, class Visit>
HWY_INLINE void EachDepth(const Side<T>& rows, const Side<T>& columns, Axes depth,
                          Packing<T>& packing, Visit visit) {
  const int64_t count = depth.elements();
  const int64_t step = DepthPart(count);
  int64_t k = 0;
  do {
    const Range part{k, std::min(step, count - k)};
    if (part.count > 0) {
      FillOffsets(depth, rows.depth_strides, part, packing.depth_in_rows);
      FillOffsets(depth, columns.depth_strides, part, packing.depth_in_columns);
    }
    visit(static_cast<size_t>(part.count), k == 0);
    k += step;
  } while (k < count);
}

// Calls visit(rows of the block, the block's maxima) with the block's offsets filled.
template <class T, class Visit>
HWY_INLINE void EachRowBlock(const Side<T>& rows, Range range, Packing<T>& packing, Visit visit) {
  for (int64_t row = 0; row < range.count; row += kRowBlock) {
    const Range block{range.first + row, std::min(kRowBlock, range.count - row)};
    FillOffsets(rows.axes, rows.strides, block, packing.row_in_operand);
    FillOffsets(rows.axes, rows.strides_in_result, block, packing.row_in_result);
    visit(static_cast<size_t>(block.count), packing.row_maxima + row);
  }
}

HWY_INLINE size_t Groups(size_t row_count) { return (row_count + kGroupRows - 1) / kGroupRows; }

// One block of columns and at most kMaximaRows rows: the maxima first, then the product, for which
// each part of the columns is packed once.
template <class T>
HWY_NOINLINE void MultiplyShifted(const Side<T>& rows, Range down, const Side<T>& columns,
                                  size_t column_count, Axes depth, T* c,
                                  const Epilogue& epilogue, Packing<T>& packing) {
  const bool columns_run = IsRun(packing.column_in_result, column_count);
  const auto pack = [&](size_t row_count, size_t part) HWY_ATTR {
    PackRows(rows.operand, packing.row_in_operand, row_count, packing.depth_in_rows, part,
             packing.rows);
  };
  std::fill_n(packing.row_maxima, kMaximaRows, -std::numeric_limits<T>::infinity());
  EachDepth(rows, columns, depth, packing, [&](size_t part, bool) HWY_ATTR {
    EachRowBlock(rows, down, packing, [&](size_t row_count, T* maxima) HWY_ATTR {
      pack(row_count, part);
      RowMaxima(packing.rows, Groups(row_count), part, maxima);
    });
  });
  EachDepth(rows, columns, depth, packing, [&](size_t part, bool first) HWY_ATTR {
    PackColumns(columns, column_count, part, packing);
    ShiftColumns(packing.columns, column_count, part, packing.column_maxima);
    EachRowBlock(rows, down, packing, [&](size_t row_count, T* maxima) HWY_ATTR {
      pack(row_count, part);
      ShiftRows(packing.rows, Groups(row_count), part, maxima);
      MultiplyBlock<sum_product, T>(
          {packing, packing.columns, c, row_count, column_count, part, !first});
    });
  });
  EachRowBlock(rows, down, packing, [&](size_t row_count, const T* maxima) HWY_ATTR {
    for (size_t i = 0; i < row_count; ++i) {
      FinishRow(rows, columns, depth, c, i, maxima[i], column_count, columns_run, packing);
    }
    epilogue.run(c, packing.row_in_result, row_count, packing.column_in_result, column_count);
  });
}

template <class T>
HWY_NOINLINE void MultiplyLogSumExp(const Side<T>& rows, const Side<T>& columns, Axes depth, T* c,
                                    const Epilogue& epilogue, Packing<T>& packing) {
  for (int64_t column = 0; column < columns.range.count; column += kColumnBlock) {
    const Range across{columns.range.first + column,
                       std::min(kColumnBlock, columns.range.count - column)};
    const size_t column_count = static_cast<size_t>(across.count);
    FillOffsets(columns.axes, columns.strides, across, packing.column_in_operand);
    FillOffsets(columns.axes, columns.strides_in_result, across, packing.column_in_result);
    std::fill_n(packing.column_maxima, PackedColumns<T>(column_count),
                -std::numeric_limits<T>::infinity());
    EachDepth(rows, columns, depth, packing, [&](size_t part, bool) HWY_ATTR {
      PackColumns(columns, column_count, part, packing);
      ColumnMaxima(packing.columns, column_count, part, packing.column_maxima);
    });
    for (int64_t row = 0; row < rows.range.count; row += kMaximaRows) {
      MultiplyShifted(rows, {rows.range.first + row,
                             std::min(kMaximaRows, rows.range.count - row)},
                      columns, column_count, depth, c, epilogue, packing);
    }
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace tl::contract
HWY_AFTER_NAMESPACE();

#endif  // TENSORLOGIC_KERNELS_CONTRACT_LOG_SUM_EXP_INL_H_
