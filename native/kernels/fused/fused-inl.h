// The interpreter of fused programs over elements; rows-inl.h has the rows. Compiled once per
// target by fused.cc, its only includer.
//
// An instruction works on a chunk of up to kRegisterBytes per value: what it costs to decode one is
// spread over some dozen vectors, and values between instructions stay in the first-level cache.
// Functions are those of the standalone kernels, from one list, so the bits are the same.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <new>
#include <utility>

#include "base/dtypes.h"
#include "base/tiles.h"
#include "hwy/cache_control.h"
#include "hwy/highway.h"
#include "kernels/fused/program.h"
#include "kernels/fused/rows-inl.h"
#include "kernels/fused/slots-inl.h"
#include "simd/stage.h"

HWY_BEFORE_NAMESPACE();
namespace tl::fused {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// Operands of any width, read in row-major order; see Source. Only what is added is touched: a call
// may have few elements.
class Sources {
  // f of the source of operand i, in its own type.
  template <class F>
  auto with(int64_t i, F f) const {
    auto* room = const_cast<unsigned char*>(sources_[i]);
    if (widths_[i] == 4) return f(*std::launder(reinterpret_cast<Source<uint32_t>*>(room)));
    if (widths_[i] == 8) return f(*std::launder(reinterpret_cast<Source<uint64_t>*>(room)));
    return f(*std::launder(reinterpret_cast<Source<uint8_t>*>(room)));
  }

 public:
  void add(const void* base, int64_t width, Axes axes, const int64_t* strides, int64_t first) {
    widths_[count_] = width;
    void* room = sources_[count_++];
    if (width == 4) {
      new (room) Source<uint32_t>(base, axes, strides, first);
    } else if (width == 8) {
      new (room) Source<uint64_t>(base, axes, strides, first);
    } else {
      new (room) Source<uint8_t>(base, axes, strides, first);
    }
  }

  // The most elements that all of them can give at a time.
  int64_t available(int64_t most) const {
    for (int64_t i = 0; i < count_; ++i) {
      most = std::min(most, with(i, [](auto& source) { return source.available(); }));
    }
    return most;
  }

  void* read(int64_t i, int64_t count) const {
    return with(i, [count](auto& source) -> void* {
      return const_cast<void*>(static_cast<const void*>(source.read(count)));
    });
  }

 private:
  int64_t count_ = 0;
  int64_t widths_[kOperandsMax];
  alignas(64) unsigned char sources_[kOperandsMax][sizeof(Source<uint64_t>)];
};

// Operands that lie as the results do: no staging, no odometers.
HWY_NOINLINE void MapDense(const ProgramView& view, void* const* buffers,
                           const TileRange& range) {
  Slots slots(view);
  const Section section = view.first();
  const int64_t views = view.views();
  char* at[kViewsMax];
  int64_t widths[kViewsMax];
  bool read[kViewsMax];  // what is written past the caches is not
  for (int64_t i = 0; i < views; ++i) {
    widths[i] = view.width(i);
    at[i] = static_cast<char*>(buffers[i]) + range.first * widths[i];
    read[i] = !view.is_result(i) || !view.streams(i);
  }
  const int64_t width = view.result_width();
  const bool asks = view.axes().elements() * width > kAheadBytes;
  Flow flow;
  flow.share(asks ? section.functions() : 0);
  for (int64_t left = range.count; left > 0;) {
    const int64_t count = std::min(left, view.chunk());
    left -= count;
    flow.begin(std::min(left, view.chunk()) * width);
    for (int64_t i = 0; asks && i < views; ++i) {
      if (read[i]) flow.add(at[i] + count * widths[i]);
    }
    for (int64_t i = 0; i < views; ++i) slots.at[i] = at[i];
    slots.run(section, static_cast<size_t>(count), nullptr, flow);
    for (int64_t i = 0; i < views; ++i) at[i] += count * widths[i];
  }
}

// Whether an operand of these strides comes from memory, in runs long enough to ask for.
inline bool ComesFromMemory(Axes axes, const int64_t* strides, int64_t width) {
  if (axes.rank == 0 || strides[axes.rank - 1] != 1) return false;
  for (int64_t axis = 0; axis < axes.rank; ++axis) {
    if (strides[axis] == 0) return false;
  }
  return axes.elements() * width > kAheadBytes;
}

// Results have no gaps, so only operands need staging.
HWY_NOINLINE void MapStaged(const ProgramView& view, void* const* buffers,
                            const TileRange& range) {
  const Axes axes = view.axes();
  const int64_t operands = view.operands();
  Sources sources;
  bool asks[kViewsMax];
  bool any = false;
  for (int64_t i = 0; i < operands; ++i) {
    sources.add(buffers[i], view.width(i), axes, view.strides(i), range.first);
    asks[i] = ComesFromMemory(axes, view.strides(i), view.width(i));
    any |= asks[i];
  }
  Slots slots(view);
  const Section section = view.first();
  Flow flow;
  flow.share(any ? section.functions() : 0);
  for (int64_t done = 0; done < range.count;) {
    const int64_t count = sources.available(std::min(range.count - done, view.chunk()));
    flow.begin(count * view.result_width());
    for (int64_t i = 0; i < operands; ++i) {
      slots.at[i] = sources.read(i, count);
      if (asks[i]) flow.add(static_cast<const char*>(slots.at[i]) + count * view.width(i));
    }
    for (int64_t i = operands; i < view.views(); ++i) {
      slots.at[i] = static_cast<char*>(buffers[i]) + (range.first + done) * view.width(i);
    }
    slots.run(section, static_cast<size_t>(count), nullptr, flow);
    done += count;
  }
}

inline void Map(const int64_t* descriptor, void* const* buffers, int64_t tile_begin,
                int64_t tile_end) {
  const ProgramView view(descriptor);
  const TileRange range(view.axes().elements(), view.tile(), tile_begin, tile_end);
  bool dense = view.axes().rank == 1;
  for (int64_t i = 0; i < view.operands(); ++i) dense = dense && view.strides(i)[0] == 1;
  if (dense) {
    MapDense(view, buffers, range);
  } else {
    MapStaged(view, buffers, range);
  }
  if (view.streams()) hwy::FlushStream();
}

// The program knows the dtypes: kernels of one function differ in their names only.
#define TL_FUSED_map(dtype)                                                              \
  void map_##dtype(const int64_t* descriptor, void* const* buffers, int64_t tile_begin,  \
                   int64_t tile_end, void*) {                                            \
    Map(descriptor, buffers, tile_begin, tile_end);                                      \
  }
#define TL_FUSED_rows(dtype)                                                             \
  void rows_##dtype(const int64_t* descriptor, void* const* buffers, int64_t tile_begin, \
                    int64_t tile_end, void* scratch) {                                   \
    Rows(descriptor, buffers, tile_begin, tile_end, scratch);                            \
  }
#define TL_FUSED_ON(function, dtype) TL_FUSED_##function(dtype)
#define TL_FUSED(function, dtypes) dtypes(TL_FUSED_ON, function)
#include "kernels/fused/kernels.inc"
#undef TL_FUSED_ON
#undef TL_FUSED_map
#undef TL_FUSED_rows

}  // namespace HWY_NAMESPACE
}  // namespace tl::fused
HWY_AFTER_NAMESPACE();
