// Where the values of a running fused program lie, and its instructions on them. Compiled once per
// target.
#if defined(TENSORLOGIC_KERNELS_FUSED_SLOTS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef TENSORLOGIC_KERNELS_FUSED_SLOTS_INL_H_
#undef TENSORLOGIC_KERNELS_FUSED_SLOTS_INL_H_
#else
#define TENSORLOGIC_KERNELS_FUSED_SLOTS_INL_H_
#endif

#include <cstddef>
#include <cstdint>

#include "hwy/highway.h"
#include "kernels/fused/instructions-inl.h"
#include "kernels/fused/program.h"

HWY_BEFORE_NAMESPACE();
namespace tl::fused {
namespace HWY_NAMESPACE {

// Smaller operands mostly lie in a cache, where asking for them costs more than it saves.
inline constexpr int64_t kAheadBytes = 1 << 20;

// Where each slot's elements of this moment lie.
class Slots {
 public:
  // Row values, if there are any, lie `row_value_bytes` apart.
  explicit Slots(const ProgramView& view, char* row_values = nullptr, int64_t row_value_bytes = 0)
      : view_(view) {
    for (int64_t i = view.operands(); i < view.views(); ++i) streamed_[i] = view.streams(i);
    for (int64_t i = 0; i < view.registers(); ++i) at[view.register_slot() + i] = registers_[i];
    for (int64_t i = 0; i < view.row_values(); ++i) {
      at[view.row_slot() + i] = row_values + i * row_value_bytes;
    }
  }

  // Runs a section on `count` elements; `partials` has one for each row value.
  HWY_INLINE void run(const Section& section, size_t count, Partial* partials, Flow& flow) {
    for (int64_t i = 0; i < section.count; ++i) {
      const Instruction& step = section.instructions[i];
      switch (step.kind) {
        case kFunction:
          apply(step, count, flow);
          break;
        case kReduction:
          kReductions[step.function].add(count, at[step.operands[0]], partials[step.operands[1]]);
          break;
        case kSpread:
          Spread(step.function, at[step.operands[0]], count, at[step.result]);
          break;
        default:
          collect(step, at[step.operands[0]], count, at[step.result]);
      }
    }
  }

  // The same for rows that lie one after the other, whole: each row value has one element a row.
  HWY_INLINE void runOnRows(const Section& section, size_t rows, size_t columns, Flow& flow) {
    for (int64_t i = 0; i < section.count; ++i) {
      const Instruction& step = section.instructions[i];
      switch (step.kind) {
        case kFunction:
          apply(step, rows * columns, flow);
          break;
        case kReduction:
          kReductions[step.function].rows(rows, columns, at[step.operands[0]], at[step.result]);
          break;
        case kSpread:
          spreadRows(step, rows, columns);
          break;
        default:
          collectRows(step, rows, columns);
      }
    }
  }

  void* at[kSlotsMax];
  int64_t row_step[kOperandsMax];  // of operands, in elements; runOnRows alone reads it

 private:
  HWY_INLINE void apply(const Instruction& step, size_t count, Flow& flow) {
    const void* operands[] = {at[step.operands[0]], at[step.operands[1]], at[step.operands[2]]};
    flow.next(streamed_[step.result], at[step.result]);
    kFunctions[step.function](flow, count, at[step.result], operands);
  }

  // An element of each row to all of its columns.
  HWY_INLINE void spreadRows(const Instruction& step, size_t rows, size_t columns) {
    const size_t width = static_cast<size_t>(step.function);
    const char* from = static_cast<const char*>(at[step.operands[0]]);
    char* to = static_cast<char*>(at[step.result]);
    for (size_t row = 0; row < rows; ++row, from += width, to += columns * width) {
      Spread(step.function, from, columns, to);
    }
  }

  void collectRows(const Instruction& step, size_t rows, size_t columns) {
    const int64_t width = step.function;
    const char* from = static_cast<const char*>(at[step.operands[0]]);
    char* to = static_cast<char*>(at[step.result]);
    for (size_t row = 0; row < rows; ++row) {
      collect(step, from, columns, to);
      from += row_step[step.operands[0]] * width;
      to += columns * static_cast<size_t>(width);
    }
  }

  void collect(const Instruction& step, const void* from, size_t count, void* to) {
    const int64_t stride = view_.column_stride(step.operands[0]);
    if (step.function == 4) {
      Collect<uint32_t>(from, stride, count, to);
    } else if (step.function == 8) {
      Collect<uint64_t>(from, stride, count, to);
    } else {
      Collect<uint8_t>(from, stride, count, to);
    }
  }

  const ProgramView& view_;
  bool streamed_[kSlotsMax] = {};  // past the caches
  // Most of the stack that native code may count on, 80 KiB: nothing else here may be large.
  alignas(64) char registers_[kRegistersMax][kRegisterBytes];
};

}  // namespace HWY_NAMESPACE
}  // namespace tl::fused
HWY_AFTER_NAMESPACE();

#endif  // TENSORLOGIC_KERNELS_FUSED_SLOTS_INL_H_
