// The walks over rows: long ones in chunks, and short ones in groups. Compiled once per target.
#if defined(TENSORLOGIC_KERNELS_FUSED_ROWS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef TENSORLOGIC_KERNELS_FUSED_ROWS_INL_H_
#undef TENSORLOGIC_KERNELS_FUSED_ROWS_INL_H_
#else
#define TENSORLOGIC_KERNELS_FUSED_ROWS_INL_H_
#endif

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <optional>

#include "base/odometer.h"
#include "base/tiles.h"
#include "hwy/cache_control.h"
#include "hwy/highway.h"
#include "kernels/fused/instructions-inl.h"
#include "kernels/fused/program.h"
#include "kernels/fused/slots-inl.h"

HWY_BEFORE_NAMESPACE();
namespace tl::fused {
namespace HWY_NAMESPACE {

// The next rows are asked for in the second phase: the first waits for these rows' memory anyway,
// and the last one writes; reading and writing memory in one phase takes a fifth longer (Zen 4).
inline constexpr int64_t kAheadSection = 3;

// Rows one after the other, each in chunks of its columns. The next row is asked for into the
// second level of cache: a softmax of rows of 4096 f32 takes 1.84 us a row on a Zen 4, into the
// first level 2.05 us; a layer norm of rows of 1024 0.60 and 0.64 us.
class RowWalk {
 public:
  RowWalk(const ProgramView& view, void* const* buffers, void* scratch, int64_t first)
      : view_(view), slots_(view, row_values_[0], sizeof(row_values_[0])) {
    char* free = static_cast<char*>(scratch);
    for (int64_t i = 0; i < view.kept(); ++i) {
      kept_[i] = free;
      free += (view.columns() * view.kept_width(i) + 63) / 64 * 64;
    }
    for (int64_t i = 0; i < view.operands(); ++i) {
      base_[i] = static_cast<char*>(buffers[i]);
      places_[i].emplace(view.axes(), view.strides(i), first);
      step_[i] = view.column_stride(i) * view.width(i);
      const int64_t rank = view.axes().rank;
      next_[i] = rank > 0 ? view.strides(i)[rank - 1] * view.width(i) : 0;
    }
    for (int64_t i = view.operands(); i < view.views(); ++i) {
      step_[i] = view.has_columns(i) ? view.width(i) : 0;
      next_[i] = view.has_columns(i) ? view.columns() * view.width(i) : view.width(i);
      row_[i] = static_cast<char*>(buffers[i]) + first * next_[i];
    }
    flow_.toSecondLevel();
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
        columns(section, i == kAheadSection && asks_);
      }
      if (i + 2 < view_.sections()) section = section.next();
    }
    for (int64_t i = 0; i < view_.operands(); ++i) places_[i]->advance(1);
    for (int64_t i = view_.operands(); i < view_.views(); ++i) row_[i] += next_[i];
  }

 private:
  static constexpr int64_t kAheadColumns = 256;

  // Elements that a spread fills: no chunk reads more.
  size_t whole() const { return static_cast<size_t>(std::min(view_.chunk(), view_.columns())); }

  // Points operands and results to the row.
  void enter() {
    for (int64_t i = 0; i < view_.operands(); ++i) {
      row_[i] = base_[i] + places_[i]->offset() * view_.width(i);
    }
    leaveColumns();
  }

  void leaveColumns() {
    for (int64_t i = 0; i < view_.views(); ++i) slots_.at[i] = row_[i];
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
    slots_.run(section, count, partials_, flow_);
  }

  void columns(const Section& section, bool with_ahead) {
    for (int64_t i = 0; i < section.count; ++i) {
      if (section.instructions[i].kind == kReduction) partial(section.instructions[i]).count = 0;
    }
    flow_.share(with_ahead ? section.functions() : 0);
    for (int64_t done = 0; done < view_.columns(); done += view_.chunk()) {
      for (int64_t i = 0; i < view_.views(); ++i) slots_.at[i] = row_[i] + done * step_[i];
      for (int64_t i = 0; i < view_.kept(); ++i) {
        slots_.at[view_.kept_slot() + i] = kept_[i] + done * view_.kept_width(i);
      }
      const int64_t count = std::min(view_.chunk(), view_.columns() - done);
      flow_.begin(count * result_width_);
      for (int64_t i = 0; with_ahead && i < view_.views(); ++i) {
        if (step_[i] == view_.width(i) && !(view_.is_result(i) && view_.streams(i))) {
          flow_.add(row_[i] + next_[i] + done * step_[i]);
        }
      }
      slots_.run(section, static_cast<size_t>(count), partials_, flow_);
    }
    leaveColumns();
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
  alignas(64) char row_values_[kRowValuesMax][8];
  Slots slots_;
  Section body_{0, nullptr};
  Partial partials_[kRowValuesMax];
  const int64_t result_width_ = view_.result_width();
  std::optional<Odometer> places_[kOperandsMax];
  char* base_[kOperandsMax];
  char* row_[kViewsMax];
  int64_t step_[kViewsMax];
  int64_t next_[kViewsMax];
  char* kept_[8];
};

// Short rows: each instruction runs once for a group of rows, which fill a chunk. Bits are those of
// RowWalk, whose rows of one chunk are reduced in one go too.
class GroupWalk {
 public:
  GroupWalk(const ProgramView& view, void* const* buffers, void* scratch, int64_t first)
      : view_(view),
        slots_(view, static_cast<char*>(scratch) + view.operands() * kCopyBytes, kRowValueBytes) {
    for (int64_t i = 0; i < view.operands(); ++i) {
      copies_[i] = static_cast<char*>(scratch) + i * kCopyBytes;
      places_[i].emplace(view.axes(), view.strides(i), first);
      base_[i] = static_cast<char*>(buffers[i]);
      held_[i] = kNothing;
      elements_[i] = view.column_stride(i) == 0 ? 1 : view.columns();
      slots_.row_step[i] = places_[i]->step();
    }
    for (int64_t i = view.operands(); i < view.views(); ++i) {
      elements_[i] = view.has_columns(i) ? view.columns() : 1;
      slots_.at[i] = static_cast<char*>(buffers[i]) + first * elements_[i] * view.width(i);
    }
    enter(1);
    body_ = view.first().next();
    slots_.run(view.first(), static_cast<size_t>(most_ * view.columns()), nullptr, flow_);
  }

  void rows(int64_t count) {
    while (count > 0) {
      int64_t group = std::min(count, most_);
      for (int64_t i = 0; i < view_.operands(); ++i) group = std::min(group, places_[i]->run());
      enter(group);
      run(static_cast<size_t>(group));
      for (int64_t i = 0; i < view_.operands(); ++i) places_[i]->advance(group);
      for (int64_t i = view_.operands(); i < view_.views(); ++i) {
        slots_.at[i] = static_cast<char*>(slots_.at[i]) + group * elements_[i] * view_.width(i);
      }
      count -= group;
    }
  }

 private:
  static constexpr int64_t kCopyBytes = static_cast<int64_t>(kRegisterBytes);
  static constexpr int64_t kRowValueBytes = kGroupedRowsMax * 8;
  static constexpr int64_t kNothing = std::numeric_limits<int64_t>::min();

  // Whether neighbours of a group lie side by side in an operand.
  bool runs(int64_t i) const {
    return places_[i]->whole_run() == 1 || places_[i]->step() == elements_[i];
  }

  // Whether the program itself collects the columns of an operand.
  bool isCollected(int64_t i) const {
    return view_.column_stride(i) != 0 && view_.column_stride(i) != 1;
  }

  // Points operands to a group of rows; copies what is no run, and keeps the copy where
  // it is the same for all rows.
  void enter(int64_t group) {
    for (int64_t i = 0; i < view_.operands(); ++i) {
      const int64_t width = view_.width(i);
      char* from = base_[i] + places_[i]->offset() * width;
      slots_.at[i] = from;
      if (isCollected(i) || runs(i)) continue;
      slots_.at[i] = copies_[i];
      const int64_t step = places_[i]->step();
      if (held_[i] == places_[i]->offset() && step == 0) continue;
      held_[i] = places_[i]->offset();
      const size_t bytes = static_cast<size_t>(elements_[i] * width);
      for (int64_t row = 0; row < (step == 0 ? most_ : group); ++row) {
        std::memcpy(copies_[i] + static_cast<size_t>(row) * bytes, from + row * step * width,
                    bytes);
      }
    }
  }

  void run(size_t group) {
    Section section = body_;
    for (int64_t i = 1; i < view_.sections(); i += 2) {
      flow_.share(0);
      flow_.begin(0);
      runOnRowValues(section, group);
      section = section.next();
      flow_.share(i == kAheadSection && asks_ ? section.functions() : 0);
      flow_.begin(static_cast<int64_t>(group) * view_.columns() * view_.result_width());
      if (i == kAheadSection && asks_) ask(static_cast<int64_t>(group));
      slots_.runOnRows(section, group, static_cast<size_t>(view_.columns()), flow_);
      if (i + 2 < view_.sections()) section = section.next();
    }
  }

  // Functions have one element a row here; what is spread fills the columns.
  void runOnRowValues(const Section& section, size_t group) {
    for (int64_t i = 0; i < section.count; ++i) {
      const bool spreads = section.instructions[i].kind == kSpread;
      slots_.runOnRows({1, section.instructions + i}, group,
                       spreads ? static_cast<size_t>(view_.columns()) : 1, flow_);
    }
  }

  // Asks for the next group's rows.
  void ask(int64_t group) {
    for (int64_t i = 0; i < view_.views(); ++i) {
      if (elements_[i] == 1) continue;
      if (view_.is_result(i) ? view_.streams(i) : isCollected(i) || !runs(i)) continue;
      flow_.add(static_cast<char*>(slots_.at[i]) + group * elements_[i] * view_.width(i));
    }
  }

  const ProgramView& view_;
  const bool asks_ =
      view_.axes().elements() * view_.columns() * view_.width(0) > kAheadBytes;
  // Rows of a group.
  const int64_t most_ = std::min(kGroupedRowsMax, view_.chunk() / view_.columns());
  Flow flow_;
  Slots slots_;
  Section body_{0, nullptr};
  std::optional<Odometer> places_[kOperandsMax];
  char* base_[kOperandsMax];
  int64_t elements_[kViewsMax];    // of a row
  int64_t held_[kOperandsMax];     // the offset of what copies_ has
  char* copies_[kOperandsMax];
};

inline void Rows(const int64_t* descriptor, void* const* buffers, int64_t tile_begin,
                 int64_t tile_end, void* scratch) {
  const ProgramView view(descriptor);
  const TileRange range(view.axes().elements(), view.tile(), tile_begin, tile_end);
  if (range.count == 0) return;
  if (view.grouped()) {
    GroupWalk(view, buffers, scratch, range.first).rows(range.count);
  } else {
    RowWalk walk(view, buffers, scratch, range.first);
    for (int64_t i = 0; i < range.count; ++i) walk.row();
  }
  if (view.streams()) hwy::FlushStream();
}

}  // namespace HWY_NAMESPACE
}  // namespace tl::fused
HWY_AFTER_NAMESPACE();

#endif  // TENSORLOGIC_KERNELS_FUSED_ROWS_INL_H_
