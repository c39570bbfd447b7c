// Copies and gathers. Compiled once per target by movement.cc, its only includer.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "base/dtypes.h"
#include "base/odometer.h"
#include "base/tiles.h"
#include "base/views.h"
#include "hwy/cache_control.h"
#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace tl::movement {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// Below this a loop beats the call of memcpy.
inline constexpr int64_t kCallBytesMin = 64;

template <class T>
HWY_INLINE void CopyRun(int64_t count, const T* HWY_RESTRICT from, int64_t from_step,
                        T* HWY_RESTRICT to, int64_t to_step) {
  const bool dense = from_step == 1 && to_step == 1;
  if (dense && count * static_cast<int64_t>(sizeof(T)) >= kCallBytesMin) {
    std::memcpy(to, from, static_cast<size_t>(count) * sizeof(T));
  } else if (from_step == 0 && to_step == 1) {
    std::fill_n(to, count, *from);
  } else if (to_step == 1) {
    for (int64_t i = 0; i < count; ++i) to[i] = from[i * from_step];
  } else {
    for (int64_t i = 0; i < count; ++i) to[i * to_step] = from[i * from_step];
  }
}

// A square block of a transposition: its edge is a cache line, so that each line of the operand is
// read once and each line of the result written once, even where the lines of a block share one
// set of the cache (extents that are powers of two).
inline constexpr int64_t kLineBytes = 64;
template <class T>
inline constexpr int64_t kEdge = kLineBytes / sizeof(T);

// block[i][j] = from[i + j * step] for a whole block: in registers where the width allows.
template <class T>
HWY_INLINE void TransposeBlock(const T* HWY_RESTRICT from, int64_t step, T* HWY_RESTRICT block) {
  constexpr int64_t edge = kEdge<T>;
  for (int64_t j = 0; j < edge; ++j) {
    for (int64_t i = 0; i < edge; ++i) block[i * edge + j] = from[i + j * step];
  }
}

#if HWY_TARGET != HWY_SCALAR
template <>
HWY_INLINE void TransposeBlock(const uint32_t* HWY_RESTRICT from, int64_t step,
                               uint32_t* HWY_RESTRICT block) {
  constexpr int64_t edge = kEdge<uint32_t>;
  const hn::Full128<uint32_t> d;
  const hn::Full128<uint64_t> pairs;
  for (int64_t j = 0; j < edge; j += 4) {
    for (int64_t i = 0; i < edge; i += 4) {
      const uint32_t* corner = from + i + j * step;
      const auto a = hn::LoadU(d, corner);
      const auto b = hn::LoadU(d, corner + step);
      const auto c = hn::LoadU(d, corner + 2 * step);
      const auto e = hn::LoadU(d, corner + 3 * step);
      const auto ab_low = hn::BitCast(pairs, hn::InterleaveLower(d, a, b));
      const auto ce_low = hn::BitCast(pairs, hn::InterleaveLower(d, c, e));
      const auto ab_high = hn::BitCast(pairs, hn::InterleaveUpper(d, a, b));
      const auto ce_high = hn::BitCast(pairs, hn::InterleaveUpper(d, c, e));
      uint32_t* to = block + i * edge + j;
      hn::StoreU(hn::BitCast(d, hn::InterleaveLower(pairs, ab_low, ce_low)), d, to);
      hn::StoreU(hn::BitCast(d, hn::InterleaveUpper(pairs, ab_low, ce_low)), d, to + edge);
      hn::StoreU(hn::BitCast(d, hn::InterleaveLower(pairs, ab_high, ce_high)), d, to + 2 * edge);
      hn::StoreU(hn::BitCast(d, hn::InterleaveUpper(pairs, ab_high, ce_high)), d, to + 3 * edge);
    }
  }
}

template <>
HWY_INLINE void TransposeBlock(const uint64_t* HWY_RESTRICT from, int64_t step,
                               uint64_t* HWY_RESTRICT block) {
  constexpr int64_t edge = kEdge<uint64_t>;
  const hn::Full128<uint64_t> d;
  for (int64_t j = 0; j < edge; j += 2) {
    for (int64_t i = 0; i < edge; i += 2) {
      const auto a = hn::LoadU(d, from + i + j * step);
      const auto b = hn::LoadU(d, from + i + (j + 1) * step);
      hn::StoreU(hn::InterleaveLower(d, a, b), d, block + i * edge + j);
      hn::StoreU(hn::InterleaveUpper(d, a, b), d, block + (i + 1) * edge + j);
    }
  }
}
#endif

// Whether all rows of a result start at cache lines, as they must to be written past the caches.
template <class T>
HWY_INLINE bool StartsLines(const T* to, int64_t to_step) {
  return reinterpret_cast<uintptr_t>(to) % kLineBytes == 0 && to_step % kEdge<T> == 0;
}

// Stores one cache line.
template <class T>
HWY_INLINE void StoreLine(const T* HWY_RESTRICT line, T* HWY_RESTRICT to, bool stream) {
  if (!stream) {
    std::memcpy(to, line, kLineBytes);
    return;
  }
  const hn::CappedTag<T, kEdge<T>> d;
  for (int64_t i = 0; i < kEdge<T>; i += static_cast<int64_t>(hn::Lanes(d))) {
    hn::Stream(hn::Load(d, line + i), d, to + i);
  }
}

// to[i * to_step + j] = from[i + j * from_step] for i < rows, j < columns, block by block. Panels
// of 8 x 8 blocks, against misses of the page tables, were tried and changed nothing.
template <class T>
HWY_NOINLINE void Transpose(int64_t rows, int64_t columns, const T* HWY_RESTRICT from,
                            int64_t from_step, T* HWY_RESTRICT to, int64_t to_step,
                            bool stream) {
  constexpr int64_t edge = kEdge<T>;
  alignas(kLineBytes) T block[edge * edge];
  for (int64_t j = 0; j < columns; j += edge) {
    const int64_t width = std::min(edge, columns - j);
    for (int64_t i = 0; i < rows; i += edge) {
      const int64_t height = std::min(edge, rows - i);
      const T* corner = from + i + j * from_step;
      T* target = to + i * to_step + j;
      if (width < edge || height < edge) {
        for (int64_t y = 0; y < height; ++y) {
          CopyRun(width, corner + y, from_step, target + y * to_step, 1);
        }
        continue;
      }
      // The lines of the next block: 2048 x 2048 on a Xeon with 2 MiB of second-level cache takes
      // 2 ms instead of 13.
      if (i + edge < rows) {
        for (int64_t y = 0; y < edge; ++y) {
          hwy::Prefetch(corner + edge + y * from_step);
          if (!stream) hwy::Prefetch(target + (edge + y) * to_step);
        }
      }
      TransposeBlock(corner, from_step, block);
      for (int64_t y = 0; y < edge; ++y) {
        StoreLine(block + y * edge, target + y * to_step, stream);
      }
    }
  }
}

// The joint index space of operand and result: axes of extent 1 dropped and neighbours merged where
// both step alike. There is always one axis.
struct Space {
  int64_t rank = 0;
  int64_t extents[kRankMax];
  int64_t from[kRankMax];
  int64_t to[kRankMax];

  Space(Axes axes, const int64_t* from_strides, const int64_t* to_strides) {
    for (int64_t axis = 0; axis < axes.rank; ++axis) {
      append(axes.extents[axis], from_strides[axis], to_strides[axis]);
    }
    if (rank == 0) push(1, 1, 1);
  }

  Axes axes() const { return {rank, extents}; }

  // Elements of one step along an axis: the product of the extents behind it.
  int64_t behind(int64_t axis) const {
    return Axes{rank - axis - 1, extents + axis + 1}.elements();
  }

  // The last axis of which the strides are 1 and which is worth a vector, or -1.
  int64_t unit_axis(const int64_t* strides) const {
    for (int64_t axis = rank - 1; axis >= 0; --axis) {
      if (strides[axis] == 1 && extents[axis] > 1) return axis;
    }
    return -1;
  }

 private:
  void push(int64_t extent, int64_t from_stride, int64_t to_stride) {
    extents[rank] = extent;
    from[rank] = from_stride;
    to[rank] = to_stride;
    ++rank;
  }

  void append(int64_t extent, int64_t from_stride, int64_t to_stride) {
    if (extent == 1) return;
    const int64_t last = rank - 1;
    if (rank > 0 && from[last] == extent * from_stride && to[last] == extent * to_stride) {
      extents[last] *= extent;
      from[last] = from_stride;
      to[last] = to_stride;
    } else {
      push(extent, from_stride, to_stride);
    }
  }
};

// `count` elements from the `first`th on, in row-major order.
template <class T>
HWY_INLINE void CopyInOrder(const Space& space, int64_t first, int64_t count, const T* from,
                            T* to) {
  if (count == 0) return;
  Odometer source(space.axes(), space.from, first);
  Odometer target(space.axes(), space.to, first);
  while (count > 0) {
    const int64_t run = std::min({count, source.run(), target.run()});
    CopyRun(run, from + source.offset(), source.step(), to + target.offset(), target.step());
    source.advance(run);
    target.advance(run);
    count -= run;
  }
}

// Copies slabs: `slabs` whole steps along the outer one of the two axes with stride 1, everything
// behind it included. from and to point at the first of them.
template <class T>
HWY_INLINE void CopySlabs(const Space& space, int64_t from_axis, int64_t to_axis, int64_t slabs,
                          const T* from, T* to, bool stream) {
  const int64_t outer = std::min(from_axis, to_axis);
  const int64_t inner = std::max(from_axis, to_axis);
  int64_t extents[kRankMax], from_strides[kRankMax], to_strides[kRankMax];
  int64_t rank = 0;
  for (int64_t axis = outer + 1; axis < space.rank; ++axis) {
    if (axis == inner) continue;
    extents[rank] = space.extents[axis];
    from_strides[rank] = space.from[axis];
    to_strides[rank] = space.to[axis];
    ++rank;
  }
  const Axes rest{rank, extents};
  Odometer source(rest, from_strides, 0);
  Odometer target(rest, to_strides, 0);
  const int64_t rows = from_axis == outer ? slabs : space.extents[from_axis];
  const int64_t columns = to_axis == outer ? slabs : space.extents[to_axis];
  for (int64_t left = rest.elements(); left > 0; --left) {
    const T* source_at = from + source.offset();
    T* target_at = to + target.offset();
    if (from_axis == to_axis) {
      CopyRun(slabs, source_at, 1, target_at, 1);
    } else {
      const int64_t step = space.to[from_axis];
      Transpose(rows, columns, source_at, space.from[to_axis], target_at, step,
                stream && StartsLines(target_at, step));
    }
    source.advance(1);
    target.advance(1);
  }
}

// Copies planes: whole steps along all but the last two axes, which are those with stride 1.
template <class T>
HWY_INLINE void CopyPlanes(const Space& space, bool from_rows, int64_t first, int64_t planes,
                           const T* from, T* to, bool stream) {
  const int64_t row_axis = space.rank - (from_rows ? 2 : 1);
  const int64_t column_axis = space.rank - (from_rows ? 1 : 2);
  const Axes above{space.rank - 2, space.extents};
  const int64_t step = space.to[row_axis];
  const bool lines = stream && StartsLines(to, step);
  Odometer source(above, space.from, first);
  Odometer target(above, space.to, first);
  for (; planes > 0; --planes, source.advance(1), target.advance(1)) {
    T* target_at = to + target.offset();
    Transpose(space.extents[row_axis], space.extents[column_axis], from + source.offset(),
              space.from[column_axis], target_at, step,
              lines && target.offset() % kEdge<T> == 0);
  }
}

// Runs along the last axis where it is dense on both sides. Otherwise the order of elements is
// free inside whole slabs, and only what a range holds before and behind them is copied in order.
template <class T>
HWY_INLINE void Copy(const int64_t* descriptor, void* const* buffers, int64_t tile_begin,
                     int64_t tile_end) {
  const PointwiseView view(descriptor);
  const TileRange range(view.axes().elements(), view.tile_elements(), tile_begin, tile_end);
  const Space space(view.axes(), view.strides(0), view.result_strides());
  const T* from = static_cast<const T*>(buffers[0]);
  T* to = static_cast<T*>(buffers[1]);
  const bool stream = Streams(view);
  const int64_t from_axis = space.unit_axis(space.from);
  const int64_t to_axis = space.unit_axis(space.to);
  const int64_t outer = std::min(from_axis, to_axis);
  if (outer < 0 || outer == space.rank - 1) {
    CopyInOrder(space, range.first, range.count, from, to);
    return;
  }
  const int64_t slab = space.behind(outer);
  const Axes above{outer + 1, space.extents};
  const int64_t end = range.first + range.count;
  for (int64_t at = range.first; at < end;) {
    const int64_t plane = slab * space.extents[outer];
    if (from_axis != to_axis && outer == space.rank - 2 && at % plane == 0 && end - at >= plane) {
      const int64_t planes = (end - at) / plane;
      CopyPlanes(space, from_axis == outer, at / plane, planes, from, to,
                 stream);
      at += planes * plane;
      continue;
    }
    const int64_t step = at / slab;
    const int64_t ahead = above.extents[outer] - step % above.extents[outer];
    const int64_t slabs = at % slab != 0 ? 0 : std::min((end - at) / slab, ahead);
    if (slabs < 2) {
      const int64_t count = std::min((step + 1) * slab, end) - at;
      CopyInOrder(space, at, count, from, to);
      at += count;
      continue;
    }
    CopySlabs(space, from_axis, to_axis, slabs,
              from + Odometer(above, space.from, step).offset(),
              to + Odometer(above, space.to, step).offset(), stream);
    at += slabs * slab;
  }
  hwy::FlushStream();
}

template <class T>
HWY_INLINE void Gather(const int64_t* descriptor, void* const* buffers, int64_t tile_begin,
                       int64_t tile_end) {
  const GatherView view(descriptor);
  const TileRange range(view.left_extent() * view.index_count(), view.tile_rows(), tile_begin,
                        tile_end);
  const T* data = static_cast<const T*>(buffers[0]);
  const int64_t* indices = static_cast<const int64_t*>(buffers[1]);
  const int64_t width = view.right_extent();
  T* to = static_cast<T*>(buffers[2]) + range.first * width;
  int64_t left = range.first / view.index_count();
  int64_t i = range.first % view.index_count();
  for (int64_t row = 0; row < range.count; ++row, to += width) {
    const int64_t index = indices[i * view.index_stride()];
    if (index < 0 || index >= view.axis_extent()) {
      std::fill_n(to, width, T{0});
    } else {
      CopyRun(width, data + left * view.left_stride() + index * view.axis_stride(),
              view.right_stride(), to, 1);
    }
    if (++i == view.index_count()) {
      i = 0;
      ++left;
    }
  }
}

#define TL_MOVE_ON(loop, function, width)                                                \
  void function##_##width(const int64_t* descriptor, void* const* buffers,               \
                          int64_t tile_begin, int64_t tile_end, void*) {                 \
    loop<type_##width>(descriptor, buffers, tile_begin, tile_end);                       \
  }
#define TL_COPY(function, widths) widths(TL_MOVE_ON, Copy, function)
#define TL_GATHER(function, widths) widths(TL_MOVE_ON, Gather, function)
#include "kernels/movement/kernels.inc"
#undef TL_MOVE_ON

}  // namespace HWY_NAMESPACE
}  // namespace tl::movement
HWY_AFTER_NAMESPACE();
