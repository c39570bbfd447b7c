// Writes fused programs for tests and benches; the layout is that of kernels/fused/program.h.
#ifndef TENSORLOGIC_TESTING_PROGRAMS_H_
#define TENSORLOGIC_TESTING_PROGRAMS_H_

#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

#include "abi/tensorlogic.h"
#include "kernels/fused/program.h"
#include "testing/descriptors.h"

namespace tl::testing {

// The place of a kernel among the rows of its family, by which programs call it; -1 if absent.
inline int64_t PlaceOf(const std::string& family, const std::string& name) {
  const tl_library* table = tl_this_library();
  int64_t place = 0;
  for (uint32_t i = 0; i < table->kernel_count; ++i) {
    if (family != table->kernels[i].family) continue;
    if (name == table->kernels[i].name) return place;
    ++place;
  }
  return -1;
}

// A view of an operand: strides along the walked axes, and along the columns.
struct ProgramOperand {
  Int64s strides;
  int64_t width;
  int64_t column_stride = 0;
};

struct ProgramResult {
  int64_t width;
  int64_t kind = fused::kColumns;
};

// Sections of instructions over slots: operands from 0, then the results, registers, kept values
// and row values.
struct Program {
  Int64s extents;  // the walked axes
  std::vector<ProgramOperand> operands;
  std::vector<ProgramResult> results;
  int64_t columns = 0;
  int64_t registers = 0;
  int64_t chunk = 0;
  Int64s kept_widths;
  int64_t row_values = 0;
  std::vector<std::vector<fused::Instruction>> sections;

  int64_t result(int64_t index = 0) const { return operand_count() + index; }
  int64_t reg(int64_t index) const {
    return result(static_cast<int64_t>(results.size())) + index;
  }
  int64_t kept(int64_t index) const { return reg(registers) + index; }
  int64_t row(int64_t index) const {
    return kept(static_cast<int64_t>(kept_widths.size())) + index;
  }

  int64_t operand_count() const { return static_cast<int64_t>(operands.size()); }

  Int64s descriptor(int64_t tile) const {
    Int64s words{operand_count(),
                 static_cast<int64_t>(extents.size()),
                 tile,
                 columns,
                 static_cast<int64_t>(results.size()),
                 registers,
                 chunk,
                 static_cast<int64_t>(kept_widths.size()),
                 row_values,
                 static_cast<int64_t>(sections.size())};
    Append(words, extents);
    for (const ProgramOperand& operand : operands) Append(words, operand.strides);
    for (const ProgramOperand& operand : operands) {
      Append(words, {operand.width, operand.column_stride});
    }
    for (const ProgramResult& result : results) Append(words, {result.width, result.kind});
    Append(words, kept_widths);
    for (const auto& section : sections) {
      words.push_back(static_cast<int64_t>(section.size()));
      for (const fused::Instruction& step : section) {
        Append(words, {step.kind, step.function, step.result, step.operands[0], step.operands[1],
                       step.operands[2]});
      }
    }
    return words;
  }

  int64_t scratch_bytes() const {
    if (kept_widths.empty() && columns > 0 && columns <= chunk) {
      return operand_count() * static_cast<int64_t>(fused::kRegisterBytes) +
             row_values * 8 * fused::kGroupedRowsMax;
    }
    int64_t bytes = 0;
    for (const int64_t width : kept_widths) bytes += (columns * width + 63) / 64 * 64;
    return bytes;
  }
};

inline fused::Instruction Call(const std::string& function, int64_t result, int64_t a,
                               int64_t b = 0, int64_t c = 0) {
  return {fused::kFunction, PlaceOf("pointwise", "pointwise_" + function), result, {a, b, c}};
}

inline fused::Instruction Fold(const std::string& function, int64_t result, int64_t operand,
                               int64_t partial) {
  return {fused::kReduction, PlaceOf("reduce", "reduce_" + function), result,
          {operand, partial, 0}};
}

inline fused::Instruction Fill(int64_t width, int64_t result, int64_t operand) {
  return {fused::kSpread, width, result, {operand, 0, 0}};
}

// The softmax of rows: operand 0, result 1. With `kept`, exponentials of long rows wait in scratch.
inline Program Softmax(const std::string& dtype, int64_t width, const Int64s& rows,
                       const Int64s& strides, int64_t columns, int64_t column_stride, bool kept) {
  Program program;
  program.extents = rows;
  program.operands = {{strides, width, column_stride}};
  program.results = {{width}};
  program.columns = columns;
  program.registers = 4;
  program.chunk = static_cast<int64_t>(fused::kRegisterBytes) / width;
  if (kept) program.kept_widths = {width};
  program.row_values = 2;
  const int64_t x = column_stride == 1 ? 0 : program.reg(3);
  const int64_t exp = kept ? program.kept(0) : program.result();
  const fused::Instruction collect{fused::kCollect, width, program.reg(3), {0, 0, 0}};
  std::vector<fused::Instruction> first, second;
  if (column_stride != 1) {
    first.push_back(collect);
    second.push_back(collect);
  }
  first.push_back(Fold("max_" + dtype, program.row(0), x, 0));
  second.push_back(Call("sub_" + dtype, program.reg(2), x, program.reg(0)));
  second.push_back(Call("exp_" + dtype, exp, program.reg(2)));
  second.push_back(Fold("sum_" + dtype, program.row(1), exp, 0));
  program.sections = {{},
                      {},
                      first,
                      {Fill(width, program.reg(0), program.row(0))},
                      second,
                      {Fill(width, program.reg(1), program.row(1))},
                      {Call("div_" + dtype, program.result(), exp, program.reg(1))}};
  return program;
}

}  // namespace tl::testing

#endif  // TENSORLOGIC_TESTING_PROGRAMS_H_
