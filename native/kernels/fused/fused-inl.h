// The interpreter of fused programs, and the two ways to walk it over tiles. Compiled once per
// target by fused.cc, its only includer.
//
// An instruction works on a chunk of up to kRegisterBytes per value: what it costs to decode one is
// spread over some dozen vectors, and values between instructions stay in the first-level cache.
// Functions are those of the standalone kernels, from one list, so the bits are the same.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <new>
#include <optional>
#include <utility>

#include "base/dtypes.h"
#include "base/odometer.h"
#include "base/tiles.h"
#include "hwy/cache_control.h"
#include "hwy/highway.h"
#include "kernels/fused/instructions-inl.h"
#include "kernels/fused/program.h"
#include "simd/stage.h"

HWY_BEFORE_NAMESPACE();
namespace tl::fused {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// Where each slot's elements of this moment lie.
class Slots {
 public:
  explicit Slots(const ProgramView& view) : view_(view) {
    for (int64_t i = 0; i < view.registers(); ++i) at[view.register_slot() + i] = registers_[i];
    for (int64_t i = 0; i < view.row_values(); ++i) at[view.row_slot() + i] = row_values_[i];
  }

  // Runs a section on `count` elements; `partials` has one for each row value. With `last` the
  // section writes the result.
  HWY_INLINE void run(const Section& section, size_t count, Partial* partials, Flow& flow,
                      bool last) {
    const bool streams = last && view_.streams();
    for (int64_t i = 0; i < section.count; ++i) {
      const Instruction& step = section.instructions[i];
      const void* operands[] = {at[step.operands[0]], at[step.operands[1]], at[step.operands[2]]};
      switch (step.kind) {
        case kFunction:
          flow.next(streams && step.result == view_.result_slot(), at[step.result]);
          kFunctions[step.function](flow, count, at[step.result], operands);
          break;
        case kReduction:
          kReductions[step.function].add(count, operands[0], partials[step.operands[1]]);
          break;
        case kSpread:
          spread(step, operands[0], count);
          break;
        default:
          collect(step, operands[0], count);
      }
    }
  }

  void* at[kSlotsMax];

 private:
  void spread(const Instruction& step, const void* from, size_t count) {
    void* to = at[step.result];
    if (step.function == 4) {
      Spread<uint32_t>(from, count, to);
    } else if (step.function == 8) {
      Spread<uint64_t>(from, count, to);
    } else {
      Spread<uint8_t>(from, count, to);
    }
  }

  void collect(const Instruction& step, const void* from, size_t count) {
    const int64_t stride = view_.column_stride(step.operands[0]);
    void* to = at[step.result];
    if (step.function == 4) {
      Collect<uint32_t>(from, stride, count, to);
    } else if (step.function == 8) {
      Collect<uint64_t>(from, stride, count, to);
    } else {
      Collect<uint8_t>(from, stride, count, to);
    }
  }

  const ProgramView& view_;
  alignas(64) char registers_[kRegistersMax][kRegisterBytes];
  alignas(64) char row_values_[kRowValuesMax][8];
};

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

// Smaller operands mostly lie in a cache, where asking for them costs more than it saves.
inline constexpr int64_t kAheadBytes = 1 << 20;

// Operands that lie as the result does: no staging, no odometers.
HWY_NOINLINE void MapDense(const ProgramView& view, void* const* buffers,
                           const TileRange& range) {
  Slots slots(view);
  const Section section = view.first();
  const int64_t operands = view.operands();
  char* at[kOperandsMax + 1];
  for (int64_t i = 0; i <= operands; ++i) {
    at[i] = static_cast<char*>(buffers[i]) + range.first * view.width(i);
  }
  const int64_t width = view.width(view.result_slot());
  const bool asks = view.axes().elements() * width > kAheadBytes;
  Flow flow;
  flow.share(asks ? section.functions() : 0);
  for (int64_t left = range.count; left > 0;) {
    const int64_t count = std::min(left, view.chunk());
    left -= count;
    flow.begin(std::min(left, view.chunk()) * width);
    for (int64_t i = 0; asks && i < (view.streams() ? operands : operands + 1); ++i) {
      flow.add(at[i] + count * view.width(i));
    }
    for (int64_t i = 0; i <= operands; ++i) slots.at[i] = at[i];
    slots.run(section, static_cast<size_t>(count), nullptr, flow, true);
    for (int64_t i = 0; i <= operands; ++i) at[i] += count * view.width(i);
  }
}

// The result is contiguous, so only operands need staging.
HWY_NOINLINE void MapStaged(const ProgramView& view, void* const* buffers,
                            const TileRange& range) {
  const Axes axes = view.axes();
  const int64_t operands = view.operands();
  Sources sources;
  for (int64_t i = 0; i < operands; ++i) {
    sources.add(buffers[i], view.width(i), axes, view.strides(i), range.first);
  }
  Slots slots(view);
  const Section section = view.first();
  const int64_t width = view.width(view.result_slot());
  char* result = static_cast<char*>(buffers[operands]) + range.first * width;
  Flow flow;
  for (int64_t left = range.count; left > 0;) {
    const int64_t count = sources.available(std::min(left, view.chunk()));
    for (int64_t i = 0; i < operands; ++i) slots.at[i] = sources.read(i, count);
    slots.at[operands] = result;
    slots.run(section, static_cast<size_t>(count), nullptr, flow, true);
    result += count * width;
    left -= count;
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

// The rows of a range of tiles, one after the other.
class RowWalk {
 public:
  RowWalk(const ProgramView& view, void* const* buffers, void* scratch, int64_t first)
      : view_(view), slots_(view) {
    char* free = static_cast<char*>(scratch);
    for (int64_t i = 0; i < view.kept(); ++i) {
      kept_[i] = free;
      free += (view.columns() * view.kept_width(i) + 63) / 64 * 64;
    }
    for (int64_t i = 0; i <= view.operands(); ++i) {
      base_[i] = static_cast<char*>(buffers[i]);
      places_[i].emplace(view.axes(), view.strides(i), first);
      step_[i] = i < view.operands() || !view.row_result()
                     ? view.column_stride(i) * view.width(i) : 0;
      const int64_t rank = view.axes().rank;
      next_[i] = rank > 0 ? view.strides(i)[rank - 1] * view.width(i) : 0;
    }
    enter();
    const Section once = view.first();
    run(once, whole());
    body_ = once.next();
  }

  void row() {
    enter();
    Section section = body_;
    for (int64_t i = 1; i < view_.sections(); i += 2) {
      runOnRow(section);
      section = section.next();
      if (section.count > 0) {
        columns(section, i == kAheadSection && asks_, i + 2 >= view_.sections());
      }
      if (i + 2 < view_.sections()) section = section.next();
    }
    for (int64_t i = 0; i <= view_.operands(); ++i) places_[i]->advance(1);
  }

 private:
  // The next row is asked for in the second phase: the first waits for this row's memory anyway.
  static constexpr int64_t kAheadSection = 3;
  static constexpr int64_t kAheadColumns = 256;

  // Elements that a spread fills: no chunk reads more.
  size_t whole() const { return static_cast<size_t>(std::min(view_.chunk(), view_.columns())); }

  // Points operands and result to the row.
  void enter() {
    for (int64_t i = 0; i <= view_.operands(); ++i) {
      row_[i] = base_[i] + places_[i]->offset() * view_.width(i);
      slots_.at[i] = row_[i];
    }
  }

  // Row values have one element, but what is spread has a chunk.
  void runOnRow(const Section& section) {
    for (int64_t i = 0; i < section.count; ++i) {
      const Section one{1, section.instructions + i};
      run(one, section.instructions[i].kind == kSpread ? whole() : 1);
    }
  }

  // Runs a section that has no columns.
  void run(const Section& section, size_t count) {
    flow_.share(0);
    flow_.begin(0);
    slots_.run(section, count, partials_, flow_, false);
  }

  void columns(const Section& section, bool with_ahead, bool last) {
    for (int64_t i = 0; i < section.count; ++i) {
      if (section.instructions[i].kind == kReduction) partial(section.instructions[i]).count = 0;
    }
    flow_.share(with_ahead ? section.functions() : 0);
    for (int64_t done = 0; done < view_.columns(); done += view_.chunk()) {
      for (int64_t i = 0; i <= view_.operands(); ++i) {
        slots_.at[i] = row_[i] + done * step_[i];
      }
      for (int64_t i = 0; i < view_.kept(); ++i) {
        slots_.at[view_.kept_slot() + i] = kept_[i] + done * view_.kept_width(i);
      }
      const int64_t count = std::min(view_.chunk(), view_.columns() - done);
      flow_.begin(count * view_.width(view_.result_slot()));
      for (int64_t i = 0; with_ahead && i <= view_.operands(); ++i) {
        if (step_[i] == view_.width(i) && !(i == view_.operands() && view_.streams())) {
          flow_.add(row_[i] + next_[i] + done * step_[i]);
        }
      }
      slots_.run(section, static_cast<size_t>(count), partials_, flow_, last);
    }
    for (int64_t i = 0; i <= view_.operands(); ++i) slots_.at[i] = row_[i];
    for (int64_t i = 0; i < section.count; ++i) {
      const Instruction& step = section.instructions[i];
      if (step.kind == kReduction) {
        kReductions[step.function].result(partial(step), slots_.at[step.result]);
      }
    }
  }

  Partial& partial(const Instruction& step) { return partials_[step.operands[1]]; }

  const ProgramView& view_;
  const bool asks_ = view_.columns() >= kAheadColumns &&
                     view_.axes().elements() * view_.columns() * view_.width(0) > kAheadBytes;
  Flow flow_;
  Slots slots_;
  Section body_{0, nullptr};
  Partial partials_[kRowValuesMax];
  std::optional<Odometer> places_[kOperandsMax + 1];
  char* base_[kOperandsMax + 1];
  char* row_[kOperandsMax + 1];
  int64_t step_[kOperandsMax + 1];
  int64_t next_[kOperandsMax + 1];
  char* kept_[8];
};

inline void Rows(const int64_t* descriptor, void* const* buffers, int64_t tile_begin,
                 int64_t tile_end, void* scratch) {
  const ProgramView view(descriptor);
  const TileRange range(view.axes().elements(), view.tile(), tile_begin, tile_end);
  if (range.count == 0) return;
  RowWalk walk(view, buffers, scratch, range.first);
  for (int64_t i = 0; i < range.count; ++i) walk.row();
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
