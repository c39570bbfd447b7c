// Packing: strided operands into the order in which the micro-kernel reads. Compiled once per
// target.
#if defined(TENSORLOGIC_KERNELS_CONTRACT_PACK_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef TENSORLOGIC_KERNELS_CONTRACT_PACK_INL_H_
#undef TENSORLOGIC_KERNELS_CONTRACT_PACK_INL_H_
#else
#define TENSORLOGIC_KERNELS_CONTRACT_PACK_INL_H_
#endif

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "base/odometer.h"
#include "hwy/cache_control.h"
#include "hwy/highway.h"
#include "kernels/contract/packing.h"
#include "kernels/contract/tile.h"

HWY_BEFORE_NAMESPACE();
namespace tl::contract {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

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

#if HWY_TARGET != HWY_SCALAR && !HWY_HAVE_SCALABLE
// Lines that are transposed at a time: as many as 32 bytes hold.
template <class T>
using LinesTag = hn::CappedTag<T, 32 / sizeof(T)>;

// In each block of 16 bytes, element j of vector i becomes element i of vector j.
template <class D, class V>
HWY_INLINE void TransposeInBlocks(D d, V (&x)[2]) {
  const V first = hn::InterleaveLower(d, x[0], x[1]);
  x[1] = hn::InterleaveUpper(d, x[0], x[1]);
  x[0] = first;
}

template <class D, class V>
HWY_INLINE void TransposeInBlocks(D d, V (&x)[4]) {
  const V even_lower = hn::InterleaveLower(d, x[0], x[2]);
  const V odd_lower = hn::InterleaveLower(d, x[1], x[3]);
  const V even_upper = hn::InterleaveUpper(d, x[0], x[2]);
  const V odd_upper = hn::InterleaveUpper(d, x[1], x[3]);
  x[0] = hn::InterleaveLower(d, even_lower, odd_lower);
  x[1] = hn::InterleaveUpper(d, even_lower, odd_lower);
  x[2] = hn::InterleaveLower(d, even_upper, odd_upper);
  x[3] = hn::InterleaveUpper(d, even_upper, odd_upper);
}

// Lanes(LinesTag) lines from `from` on, each as long, become columns of `to`, `width` apart.
template <class T>
HWY_INLINE void TransposeLines(const T* from, const int64_t* lines, T* to, size_t width) {
  const LinesTag<T> d;
  using V = hn::Vec<LinesTag<T>>;
  constexpr size_t block = 16 / sizeof(T);
  V x[block];
  for (size_t i = 0; i < block; ++i) x[i] = hn::LoadU(d, from + lines[i]);
  TransposeInBlocks(d, x);
  if constexpr (hn::MaxLanes(LinesTag<T>()) == block) {
    for (size_t i = 0; i < block; ++i) hn::StoreU(x[i], d, to + i * width);
  } else {
    V y[block];
    for (size_t i = 0; i < block; ++i) y[i] = hn::LoadU(d, from + lines[block + i]);
    TransposeInBlocks(d, y);
    for (size_t i = 0; i < block; ++i) {
      hn::StoreU(hn::ConcatLowerLower(d, y[i], x[i]), d, to + i * width);
      hn::StoreU(hn::ConcatUpperUpper(d, y[i], x[i]), d, to + (block + i) * width);
    }
  }
}

#endif

// Packs the leading columns of a panel that fill vectors, their depth one run; returns how many.
template <class T>
HWY_INLINE size_t TransposePanel([[maybe_unused]] const T* from,
                                 [[maybe_unused]] const int64_t* columns,
                                 [[maybe_unused]] size_t column_count,
                                 [[maybe_unused]] size_t width, [[maybe_unused]] size_t depth,
                                 [[maybe_unused]] T* HWY_RESTRICT to) {
  size_t column = 0;
#if HWY_TARGET != HWY_SCALAR && !HWY_HAVE_SCALABLE
  if constexpr (sizeof(T) >= 4) {
    const size_t lines = hn::Lanes(LinesTag<T>());
    for (; column + lines <= column_count; column += lines) {
      size_t k = 0;
      for (; k + lines <= depth; k += lines) {
        TransposeLines(from + k, columns + column, to + k * width + column, width);
      }
      for (; k < depth; ++k) {
        for (size_t j = column; j < column + lines; ++j) {
          to[k * width + j] = from[columns[j] + static_cast<int64_t>(k)];
        }
      }
    }
  }
#endif
  return column;
}

// Panels are filled side by side, from some lines of each row: rows lie so far apart that a row's
// lines compete with those of others for the same sets, and the machine's own prefetchers do not
// follow them. What is copied some rows later is asked for.
inline constexpr size_t kPanelsAtATime = 4;
inline constexpr size_t kPackAhead = 8;

// Panels of `width` columns each, the last one narrower, from columns that are neighbours.
template <class T>
HWY_NOINLINE void PackPanels(const T* from, size_t column_count, size_t width,
                             const int64_t* steps, size_t depth, T* HWY_RESTRICT to) {
  const hn::ScalableTag<T> d;
  const size_t lanes = hn::Lanes(d);
  for (size_t k = 0; k < depth; ++k) {
    const T* ahead = from + steps[std::min(k + kPackAhead, depth - 1)];
    for (size_t j = 0; j < column_count; j += 64 / sizeof(T)) hwy::Prefetch(ahead + j);
    for (size_t column = 0; column < column_count; column += width) {
      const size_t count = std::min(width, column_count - column);
      const T* at = from + steps[k] + column;
      T* row = to + column * depth + k * hwy::RoundUpTo(count, lanes);
      size_t j = 0;
      for (; j + lanes <= count; j += lanes) hn::StoreU(hn::LoadU(d, at + j), d, row + j);
      if (j < count) hn::StoreU(hn::LoadN(d, at + j, count - j), d, row + j);
    }
  }
}

// One panel: [depth][width], the columns past column_count being padding.
template <class T>
HWY_NOINLINE void PackPanel(const T* from, const int64_t* columns, size_t column_count,
                            size_t width, const int64_t* steps, size_t depth,
                            T* HWY_RESTRICT to) {
  const bool steps_run = IsRun(steps, depth);
  HWY_ALIGN T transposed[4 * kDepthBlock];
  size_t column = 0;
  if (steps_run && depth > 0) {
    column = TransposePanel(from + steps[0], columns, column_count, width, depth, to);
  }
  for (; column < width; column += 4) {
    int64_t four[4];
    FourOffsets(columns, column, column_count, four);
    PackFour(from, four, steps, depth, steps_run, transposed);
    const size_t part = std::min(width - column, size_t{4});
    for (size_t k = 0; k < depth; ++k) {
      std::memcpy(to + k * width + column, transposed + 4 * k, part * sizeof(T));
    }
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace tl::contract
HWY_AFTER_NAMESPACE();

#endif  // TENSORLOGIC_KERNELS_CONTRACT_PACK_INL_H_
