// Read-only view of a fused program's descriptor, with a name for every field; see fused.h.
#ifndef TENSORLOGIC_KERNELS_FUSED_PROGRAM_H_
#define TENSORLOGIC_KERNELS_FUSED_PROGRAM_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "base/views.h"

namespace tl::fused {

// Two operands, a result and three registers of this many bytes fill half of 32 KiB.
inline constexpr size_t kRegisterBytes = 4096;
inline constexpr int64_t kRegistersMax = 16;
inline constexpr int64_t kOperandsMax = 16;
inline constexpr int64_t kResultsMax = 4;
inline constexpr int64_t kViewsMax = kOperandsMax + kResultsMax;
inline constexpr int64_t kRowValuesMax = 24;
// Short rows are taken in groups of at most this many.
inline constexpr int64_t kGroupedRowsMax = 64;
inline constexpr int64_t kSlotsMax = kViewsMax + kRegistersMax + kRowValuesMax + 8;

enum Kind : int64_t { kFunction = 0, kReduction = 1, kSpread = 2, kCollect = 3 };

// What a result has: an element a column (map: one each), one a row, or as the first but written
// past the caches.
enum ResultKind : int64_t { kColumns = 0, kRow = 1, kStreamed = 2 };

struct Instruction {
  int64_t kind;
  int64_t function;
  int64_t result;
  int64_t operands[3];
};

// Instructions that run together.
struct Section {
  int64_t count;
  const Instruction* instructions;

  int64_t functions() const {
    int64_t functions = 0;
    for (int64_t i = 0; i < count; ++i) functions += instructions[i].kind == kFunction;
    return functions;
  }

  const Section next() const {
    const int64_t* end = reinterpret_cast<const int64_t*>(instructions + count);
    return {*end, reinterpret_cast<const Instruction*>(end + 1)};
  }
};

class ProgramView {
 public:
  explicit ProgramView(const int64_t* descriptor) : descriptor_(descriptor) {}

  int64_t operands() const { return descriptor_[0]; }
  int64_t tile() const { return descriptor_[2]; }
  int64_t columns() const { return descriptor_[3]; }
  int64_t results() const { return descriptor_[4]; }
  int64_t registers() const { return descriptor_[5]; }
  int64_t chunk() const { return descriptor_[6]; }
  int64_t kept() const { return descriptor_[7]; }
  int64_t row_values() const { return descriptor_[8]; }
  int64_t sections() const { return descriptor_[9]; }
  // Whether rows are so short, and nothing of them is kept, that they may go in groups.
  bool grouped() const { return columns() > 0 && columns() <= chunk() && kept() == 0; }
  Axes axes() const { return {descriptor_[1], descriptor_ + 10}; }

  // Views are the operands and then the results, numbered as their slots are.
  int64_t views() const { return operands() + results(); }
  bool is_result(int64_t view) const { return view >= operands(); }
  int64_t width(int64_t view) const { return words()[2 * view]; }
  // Of an operand.
  const int64_t* strides(int64_t operand) const {
    return descriptor_ + 10 + (1 + operand) * descriptor_[1];
  }
  int64_t column_stride(int64_t operand) const { return words()[2 * operand + 1]; }
  // Of a result's view.
  bool has_columns(int64_t view) const { return words()[2 * view + 1] != kRow; }
  bool streams(int64_t view) const { return words()[2 * view + 1] == kStreamed; }
  // Whether any result goes past the caches.
  bool streams() const {
    for (int64_t i = operands(); i < views(); ++i) {
      if (streams(i)) return true;
    }
    return false;
  }
  // The bytes of an element of the widest result.
  int64_t result_width() const {
    int64_t widest = 1;
    for (int64_t i = operands(); i < views(); ++i) widest = std::max(widest, width(i));
    return widest;
  }

  int64_t kept_width(int64_t index) const { return words()[2 * views() + index]; }
  Section first() const {
    const int64_t* from = words() + 2 * views() + kept();
    return {*from, reinterpret_cast<const Instruction*>(from + 1)};
  }

  int64_t register_slot() const { return views(); }
  int64_t kept_slot() const { return register_slot() + registers(); }
  int64_t row_slot() const { return kept_slot() + kept(); }

 private:
  // Two of each view, then the kept values' widths.
  const int64_t* words() const { return strides(operands()); }

  const int64_t* descriptor_;
};

}  // namespace tl::fused

#endif  // TENSORLOGIC_KERNELS_FUSED_PROGRAM_H_
