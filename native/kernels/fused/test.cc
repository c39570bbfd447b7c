// Holds the interpreter of fused programs, on every target, to what it must equal: each function in
// a program has the bits of its standalone kernel, and whole rows agree with sums in long double.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <numeric>
#include <string>
#include <tuple>
#include <vector>

#include "abi/tensorlogic.h"
#include "kernels/fused/fused.h"
#include "testing/descriptors.h"
#include "testing/memory.h"
#include "testing/programs.h"
#include "testing/signatures.h"
#include "testing/targets.h"
#include "testing/values.h"

namespace tl::testing {
namespace {

std::vector<tl_kernel> PointwiseKernels() {
  std::vector<tl_kernel> kernels;
  const tl_library* table = tl_this_library();
  for (uint32_t i = 0; i < table->kernel_count; ++i) {
    if (std::string(table->kernels[i].family) == "pointwise") kernels.push_back(table->kernels[i]);
  }
  return kernels;
}

struct FusedCase {
  int64_t target;
  tl_kernel kernel;
};

class FusedFunctions : public ::testing::TestWithParam<FusedCase> {};

// One function as a whole program over a view of any strides.
TEST_P(FusedFunctions, HasTheBitsOfTheStandaloneKernel) {
  const ForcedTarget forced(GetParam().target);
  const tl_kernel& kernel = GetParam().kernel;
  const Signature signature = SignatureOf(kernel);
  Random random(7);
  for (const Int64s& extents : {Int64s{1}, {63}, {1025}, {9, 5}, {3, 130}}) {
    for (const bool strided : {false, true}) {
      const int64_t count = Elements(extents);
      const Int64s dense = DenseStrides(extents);
      std::vector<Memory<uint8_t>*> operands;
      std::vector<void*> buffers;
      std::vector<Int64s> strides;
      Program program;
      program.extents = extents;
      for (size_t i = 0; i < signature.operands.size(); ++i) {
        Int64s view = dense;
        if (strided) {  // every second element, or the same row again and again
          for (int64_t& stride : view) stride = i == 1 ? 0 : 2 * stride;
        }
        operands.push_back(new Memory<uint8_t>(2 * count * signature.operands[i], Guard::kAfter));
        Randomise(*operands.back(), signature.operands[i], random);
        buffers.push_back(operands.back()->data());
        strides.push_back(view);
        program.operands.push_back({view, signature.operands[i]});
      }
      strides.push_back(dense);
      program.results = {{signature.result}};
      program.chunk = static_cast<int64_t>(fused::kRegisterBytes) / 8;
      program.sections = {{{fused::kFunction, PlaceOf("pointwise", kernel.name),
                            program.result(),
                            {0, signature.operands.size() > 1, 2}}}};
      Memory<uint8_t> expected(count * signature.result, Guard::kAfter);
      Memory<uint8_t> actual(count * signature.result, Guard::kAfter);
      buffers.push_back(expected.data());
      kernel.function(PointwiseDescriptor(extents, strides, count).data(), buffers.data(), 0, 1,
                      nullptr);
      buffers.back() = actual.data();
      const Int64s descriptor = program.descriptor(17);
      const int64_t tiles = (count + 16) / 17;
      tl_fused_map_f32(descriptor.data(), buffers.data(), tiles / 2, tiles, nullptr);
      tl_fused_map_f32(descriptor.data(), buffers.data(), 0, tiles / 2, nullptr);
      ASSERT_EQ(expected.copy(), actual.copy()) << kernel.name << " of " << count;
      program.results[0].kind = fused::kStreamed;
      Memory<uint8_t> streamed(count * signature.result, Guard::kAfter);
      buffers.back() = streamed.data();
      tl_fused_map_f32(program.descriptor(17).data(), buffers.data(), 0, tiles, nullptr);
      ASSERT_EQ(expected.copy(), streamed.copy()) << kernel.name << " of " << count;
      for (Memory<uint8_t>* operand : operands) delete operand;
    }
  }
}

std::vector<FusedCase> FunctionCases() {
  std::vector<FusedCase> cases;
  for (const int64_t target : Targets()) {
    for (const tl_kernel& kernel : PointwiseKernels()) cases.push_back({target, kernel});
  }
  return cases;
}

INSTANTIATE_TEST_SUITE_P(Fused, FusedFunctions, ::testing::ValuesIn(FunctionCases()),
                         [](const auto& info) {
                           return std::string(info.param.kernel.name) + "_" +
                                  TargetName(info.param.target);
                         });

class FusedRows : public ::testing::TestWithParam<int64_t> {};

// Scratch that ends at forbidden memory.
Memory<uint8_t> ScratchOf(const Program& program) {
  return Memory<uint8_t>((program.scratch_bytes() + 63) / 64 * 64, Guard::kAfter);
}

template <class T>
void CheckSoftmax(const std::string& dtype, int64_t rows, int64_t columns, int64_t column_stride,
                  bool kept, bool streams) {
  const int64_t row_stride = columns * column_stride + 3;
  Program program = Softmax(dtype, sizeof(T), {rows}, {row_stride}, columns, column_stride, kept);
  if (streams) program.results[0].kind = fused::kStreamed;
  Memory<T> x((rows - 1) * row_stride + (columns - 1) * column_stride + 1, Guard::kAfter);
  Memory<T> result(rows * columns, Guard::kAfter);
  Memory<uint8_t> scratch = ScratchOf(program);
  Random random(static_cast<uint64_t>(columns));
  for (int64_t i = 0; i < x.count(); ++i) {
    x.data()[i] = static_cast<T>(std::uniform_real_distribution<double>(-9, 9)(random));
  }
  void* const buffers[] = {x.data(), result.data()};
  const Int64s descriptor = program.descriptor(2);
  const int64_t tiles = (rows + 1) / 2;
  const auto kernel = dtype == "f32" ? tl_fused_rows_f32 : tl_fused_rows_f64;
  kernel(descriptor.data(), buffers, tiles / 2, tiles, scratch.data());
  kernel(descriptor.data(), buffers, 0, tiles / 2, scratch.data());
  // The difference, exp (3 ulps), the sum of positive terms and the division.
  const double roundings = 1 + 2 * 18 + 3 * 2 + static_cast<double>(columns) + 2;
  const double unit = std::numeric_limits<T>::epsilon() / 2;
  for (int64_t row = 0; row < rows; ++row) {
    const T* from = x.data() + row * row_stride;
    long double most = -std::numeric_limits<long double>::infinity();
    long double sum = 0;
    for (int64_t j = 0; j < columns; ++j) {
      most = std::fmax(most, static_cast<long double>(from[j * column_stride]));
    }
    for (int64_t j = 0; j < columns; ++j) sum += std::exp(from[j * column_stride] - most);
    for (int64_t j = 0; j < columns; ++j) {
      const double expected =
          static_cast<double>(std::exp(from[j * column_stride] - most) / sum);
      ASSERT_NEAR(static_cast<double>(result.data()[row * columns + j]), expected,
                  roundings * unit * expected)
          << dtype << " row " << row << " column " << j << " of " << columns;
    }
  }
}

TEST_P(FusedRows, SoftmaxOfAnyRows) {
  const ForcedTarget forced(GetParam());
  for (const int64_t columns : {1, 2, 7, 64, 511, 512, 513, 1023, 1025, 4096, 5001}) {
    for (const int64_t stride : {1, 3}) {
      for (const bool kept : {false, true}) {
        CheckSoftmax<float>("f32", 5, columns, stride, kept, false);
        CheckSoftmax<double>("f64", 4, columns, stride, kept, false);
        if (!kept) continue;
        CheckSoftmax<float>("f32", 5, columns, stride, kept, true);
        CheckSoftmax<double>("f64", 4, columns, stride, kept, true);
      }
    }
  }
}

// A result of one element a row: the largest absolute value, over operands that do not move along
// the rows, and where there are no columns at all.
TEST_P(FusedRows, OneElementARow) {
  const ForcedTarget forced(GetParam());
  for (const int64_t columns : {0, 1, 33, 3000}) {
    Program program;
    program.extents = {7};
    program.operands = {{{columns}, 4, 1}, {{1}, 4, 0}};
    program.results = {{4, fused::kRow}};
    program.columns = columns;
    program.registers = 2;
    program.chunk = 1024;
    program.row_values = 1;
    program.sections = {{},
                        {Fill(4, program.reg(0), 1)},
                        {Call("mul_f32", program.reg(1), 0, program.reg(0)),
                         Call("abs_f32", program.reg(1), program.reg(1)),
                         Fold("max_f32", program.row(0), program.reg(1), 0)},
                        {Call("neg_f32", program.result(), program.row(0))},
                        {}};
    Memory<float> x(7 * columns, Guard::kAfter), factor(7, Guard::kAfter);
    Memory<float> result(7, Guard::kAfter);
    for (int64_t i = 0; i < x.count(); ++i) x.data()[i] = static_cast<float>(i % 101 - 50);
    for (int64_t i = 0; i < 7; ++i) factor.data()[i] = static_cast<float>(i - 3);
    void* const buffers[] = {x.data(), factor.data(), result.data()};
    Memory<uint8_t> scratch = ScratchOf(program);
    tl_fused_rows_f32(program.descriptor(3).data(), buffers, 0, 3, scratch.data());
    for (int64_t row = 0; row < 7; ++row) {
      float most = -std::numeric_limits<float>::infinity();
      for (int64_t j = 0; j < columns; ++j) {
        most = std::max(most, std::fabs(x.data()[row * columns + j] * factor.data()[row]));
      }
      ASSERT_EQ(result.data()[row], -most) << "row " << row << " of " << columns << " columns";
    }
  }
}

// A norm of rows with every kind of operand: whole rows `row_gap` apart, or transposed where that
// is negative, an element a row, a row and an element that all share. Short rows go in groups;
// `alone` sends them one by one, for a program that keeps values takes no groups.
Program Norm(const Int64s& rows, int64_t columns, int64_t row_gap, bool row_result, bool alone) {
  Program program;
  program.extents = rows;
  Int64s gapped(rows.size()), element(rows.size()), none(rows.size(), 0);
  for (size_t axis = rows.size(), step = 1; axis-- > 0; step *= static_cast<size_t>(rows[axis])) {
    gapped[axis] = static_cast<int64_t>(step) * (row_gap < 0 ? 1 : columns + row_gap);
    element[axis] = static_cast<int64_t>(step);
  }
  const int64_t column_stride = row_gap < 0 ? Elements(rows) : 1;
  program.operands = {{gapped, 4, column_stride}, {element, 4, 0}, {none, 4, 1}, {none, 4, 0}};
  program.results = {{4, row_result ? fused::kRow : fused::kColumns}};
  program.columns = columns;
  program.registers = 5;
  program.chunk = 1024;
  if (alone) program.kept_widths = {4};
  program.row_values = 3;
  const int64_t centred = program.reg(2), square = program.reg(3);
  const int64_t x = column_stride == 1 ? 0 : program.reg(4);
  program.sections = {
      {Fill(4, program.reg(1), 3)},
      {},
      {Call("add_f32", centred, x, program.reg(1)), Fold("sum_f32", program.row(0), centred, 0)},
      {Call("mul_f32", program.row(0), program.row(0), 1),
       Fill(4, program.reg(0), program.row(0))},
      {Call("sub_f32", centred, x, program.reg(0)), Call("mul_f32", square, centred, centred),
       Fold("sum_f32", program.row(1), square, 0), Fold("max_f32", program.row(2), centred, 1)},
      {Call("sqrt_f32", program.row(1), program.row(1))}};
  if (row_result) {
    program.sections.back().push_back(
        Call("sub_f32", program.result(), program.row(2), program.row(1)));
    program.sections.push_back({});
  } else {
    program.sections.back().push_back(Fill(4, program.reg(0), program.row(1)));
    program.sections.push_back({Call("div_f32", centred, x, program.reg(0)),
                                Call("mul_f32", program.result(), centred, 2)});
  }
  for (size_t i = 2; column_stride != 1 && i < program.sections.size(); i += 2) {
    program.sections[i].insert(program.sections[i].begin(), {fused::kCollect, 4, x, {0, 0, 0}});
  }
  return program;
}

TEST_P(FusedRows, GroupsOfShortRowsHaveTheBitsOfSingleRows) {
  const ForcedTarget forced(GetParam());
  for (const Int64s& rows : {Int64s{1}, {5}, {130}, {3, 7}}) {
    for (const int64_t columns : {1, 2, 7, 16, 33, 64, 100, 300, 512, 1000, 1024}) {
      for (const int64_t row_gap : {0, 3, -1}) {
        for (const bool row_result : {false, true}) {
          const int64_t count = Elements(rows);
          Memory<float> x(count * columns + std::max(row_gap, int64_t{0}) * (count - 1),
                          Guard::kAfter);
          Memory<float> factor(count, Guard::kAfter), gain(columns, Guard::kAfter);
          Memory<float> shift(1, Guard::kAfter);
          Random random(static_cast<uint64_t>(columns));
          for (Memory<float>* memory : {&x, &factor, &gain, &shift}) {
            for (int64_t i = 0; i < memory->count(); ++i) {
              memory->data()[i] = values::calm<float>(random);
            }
          }
          const int64_t results = row_result ? count : count * columns;
          Memory<float> grouped(results, Guard::kAfter), alone(results, Guard::kAfter);
          void* buffers[] = {x.data(), factor.data(), gain.data(), shift.data(), grouped.data()};
          const Program program = Norm(rows, columns, row_gap, row_result, false);
          const int64_t tile = count / 2 + 1, tiles = (count + tile - 1) / tile;
          const Int64s descriptor = program.descriptor(tile);
          Memory<uint8_t> scratch = ScratchOf(program);
          tl_fused_rows_f32(descriptor.data(), buffers, tiles - 1, tiles, scratch.data());
          tl_fused_rows_f32(descriptor.data(), buffers, 0, tiles - 1, scratch.data());
          buffers[4] = alone.data();
          const Program single = Norm(rows, columns, row_gap, row_result, true);
          Memory<uint8_t> kept = ScratchOf(single);
          tl_fused_rows_f32(single.descriptor(1).data(), buffers, 0, count, kept.data());
          const size_t bytes = static_cast<size_t>(results) * sizeof(float);
          ASSERT_EQ(0, std::memcmp(grouped.data(), alone.data(), bytes))
              << columns << " columns of " << count << " rows";
        }
      }
    }
  }
}

// A row's sum and largest element, its elements less the sum, and those doubled: results of both
// kinds, one of which a later phase reads. Long rows and groups of short ones.
TEST_P(FusedRows, SeveralResults) {
  const ForcedTarget forced(GetParam());
  for (const int64_t columns : {1, 5, 64, 300, 1024, 1025, 3000}) {
    for (const int64_t rows : {1, 2, 130}) {
      Program program;
      program.extents = {rows};
      program.operands = {{{columns}, 4, 1}};
      program.results = {{4, fused::kRow}, {4, fused::kColumns}, {4, fused::kRow}, {4}};
      program.columns = columns;
      program.registers = 1;
      program.chunk = 1024;
      const int64_t sum = program.result(0), centred = program.result(1);
      program.sections = {{},
                          {},
                          {Fold("sum_f32", sum, 0, 0)},
                          {Fill(4, program.reg(0), sum)},
                          {Call("sub_f32", centred, 0, program.reg(0)),
                           Fold("max_f32", program.result(2), centred, 0)},
                          {},
                          {Call("add_f32", program.result(3), centred, centred)}};
      Memory<float> x(rows * columns, Guard::kAfter), sums(rows, Guard::kAfter);
      Memory<float> less(x.count(), Guard::kAfter), most(rows, Guard::kAfter);
      Memory<float> doubled(x.count(), Guard::kAfter);
      for (int64_t i = 0; i < x.count(); ++i) x.data()[i] = static_cast<float>(i * 7 % 31 - 15);
      void* const buffers[] = {x.data(), sums.data(), less.data(), most.data(), doubled.data()};
      Memory<uint8_t> scratch = ScratchOf(program);
      const Int64s descriptor = program.descriptor(3);
      const int64_t tiles = (rows + 2) / 3;
      tl_fused_rows_f32(descriptor.data(), buffers, tiles / 2, tiles, scratch.data());
      tl_fused_rows_f32(descriptor.data(), buffers, 0, tiles / 2, scratch.data());
      for (int64_t row = 0; row < rows; ++row) {  // numbers so small that all sums are exact
        const float* from = x.data() + row * columns;
        const float sum_of_row = std::accumulate(from, from + columns, 0.0F);
        ASSERT_EQ(sums.data()[row], sum_of_row) << columns << " columns";
        ASSERT_EQ(most.data()[row], *std::max_element(from, from + columns) - sum_of_row);
        for (int64_t j = 0; j < columns; ++j) {
          ASSERT_EQ(less.data()[row * columns + j], from[j] - sum_of_row);
          ASSERT_EQ(doubled.data()[row * columns + j], 2 * (from[j] - sum_of_row));
        }
      }
    }
  }
}

// Elements of several widths from one walk, with and without gaps in the operand, each result past
// the caches or not.
TEST_P(FusedRows, SeveralResultsOfElements) {
  const ForcedTarget forced(GetParam());
  for (const int64_t count : {1, 63, 1025, 5000}) {
    for (const int64_t stride : {1, 2}) {
      for (const int64_t kind : {fused::kColumns, fused::kStreamed}) {
        Program program;
        program.extents = {count};
        program.operands = {{{stride}, 4}, {{0}, 4}};
        program.results = {{1}, {4, kind}, {4}};
        program.chunk = 1024;
        program.sections = {{Call("gt_f32", program.result(0), 0, 1),
                             Call("neg_f32", program.result(2), 0),
                             Call("mul_f32", program.result(1), program.result(2), 1)}};
        Memory<float> x(count * stride, Guard::kAfter), one(1, Guard::kAfter);
        Memory<uint8_t> above(count, Guard::kAfter);
        Memory<float> product(count, Guard::kAfter), negative(count, Guard::kAfter);
        for (int64_t i = 0; i < x.count(); ++i) x.data()[i] = static_cast<float>(i % 9 - 4);
        one.data()[0] = 1.5F;
        void* const buffers[] = {x.data(), one.data(), above.data(), product.data(),
                                 negative.data()};
        const int64_t tiles = (count + 99) / 100;
        tl_fused_map_f32(program.descriptor(100).data(), buffers, tiles / 2, tiles, nullptr);
        tl_fused_map_f32(program.descriptor(100).data(), buffers, 0, tiles / 2, nullptr);
        for (int64_t i = 0; i < count; ++i) {
          const float from = x.data()[i * stride];
          ASSERT_EQ(above.data()[i], from > 1.5F ? 1 : 0);
          ASSERT_EQ(negative.data()[i], -from);
          ASSERT_EQ(product.data()[i], -from * 1.5F);
        }
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Fused, FusedRows, ::testing::ValuesIn(Targets()),
                         [](const auto& info) { return TargetName(info.param); });

}  // namespace
}  // namespace tl::testing
