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

// Rows of B lie so far apart that the machine's own prefetchers do not follow them: what is copied
// this many rows later is asked for. On a Zen 3 it takes a third off the time of packing.
inline constexpr size_t kPackAhead = 16;

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
      const T* ahead = from + steps[std::min(k + kPackAhead, depth - 1)] + columns[0];
      for (size_t j = 0; j < column_count; j += 64 / sizeof(T)) hwy::Prefetch(ahead + j);
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

}  // namespace HWY_NAMESPACE
}  // namespace tl::contract
HWY_AFTER_NAMESPACE();

#endif  // TENSORLOGIC_KERNELS_CONTRACT_PACK_INL_H_
