// Read-only view of a fused program's descriptor, with a name for every field; see fused.h.
#ifndef TENSORLOGIC_KERNELS_FUSED_PROGRAM_H_
#define TENSORLOGIC_KERNELS_FUSED_PROGRAM_H_

#include <cstddef>
#include <cstdint>

#include "base/views.h"

namespace tl::fused {

// Two operands, a result and three registers of this many bytes fill half of 32 KiB.
inline constexpr size_t kRegisterBytes = 4096;
inline constexpr int64_t kRegistersMax = 16;
inline constexpr int64_t kOperandsMax = 16;
inline constexpr int64_t kRowValuesMax = 24;
// Short rows are taken in groups of at most this many.
inline constexpr int64_t kGroupedRowsMax = 64;
inline constexpr int64_t kSlotsMax = kOperandsMax + 1 + kRegistersMax + kRowValuesMax + 8;

enum Kind : int64_t { kFunction = 0, kReduction = 1, kSpread = 2, kCollect = 3 };

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
  bool row_result() const { return descriptor_[4] == 1; }
  bool streams() const { return descriptor_[4] == 2; }
  int64_t registers() const { return descriptor_[5]; }
  int64_t chunk() const { return descriptor_[6]; }
  int64_t kept() const { return descriptor_[7]; }
  int64_t row_values() const { return descriptor_[8]; }
  int64_t sections() const { return descriptor_[9]; }
  // Whether rows are so short, and nothing of them is kept, that they may go in groups.
  bool grouped() const { return columns() > 0 && columns() <= chunk() && kept() == 0; }
  Axes axes() const { return {descriptor_[1], descriptor_ + 10}; }
  // Of operand `view`, or of the result where it is operands().
  const int64_t* strides(int64_t view) const {
    return descriptor_ + 10 + (1 + view) * descriptor_[1];
  }
  int64_t width(int64_t view) const { return views()[2 * view]; }
  int64_t column_stride(int64_t view) const { return views()[2 * view + 1]; }
  int64_t kept_width(int64_t index) const { return views()[2 * (operands() + 1) + index]; }
  Section first() const {
    const int64_t* words = views() + 2 * (operands() + 1) + kept();
    return {*words, reinterpret_cast<const Instruction*>(words + 1)};
  }

  int64_t result_slot() const { return operands(); }
  int64_t register_slot() const { return operands() + 1; }
  int64_t kept_slot() const { return register_slot() + registers(); }
  int64_t row_slot() const { return kept_slot() + kept(); }

 private:
  const int64_t* views() const { return strides(operands() + 1); }

  const int64_t* descriptor_;
};

}  // namespace tl::fused

#endif  // TENSORLOGIC_KERNELS_FUSED_PROGRAM_H_
