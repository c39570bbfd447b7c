// Holds every pointwise kernel of the list, on every target, to its oracle: lengths around the
// vector width, strides of all kinds, misaligned bases, poisoned gaps, forbidden neighbours.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "abi/tensorlogic.h"
#include "kernels/pointwise/pointwise.h"
#include "kernels/reference.h"
#include "testing/descriptors.h"
#include "testing/memory.h"
#include "testing/targets.h"
#include "testing/values.h"

namespace tl::testing {
namespace {

struct Layout {
  Int64s extents;
  std::vector<Int64s> operands;  // strides that operands take in turn
  Int64s result;
};

std::vector<Layout> Layouts() {
  std::vector<Layout> layouts;
  for (int64_t count = 1; count <= 70; ++count) layouts.push_back({{count}, {{1}}, {1}});
  for (const int64_t count : {127, 128, 129, 255, 256, 257, 1000}) {
    layouts.push_back({{count}, {{1}}, {1}});
    layouts.push_back({{count}, {{2}, {1}, {0}}, {1}});
    layouts.push_back({{count}, {{-1}, {0}, {3}}, {1}});
    layouts.push_back({{count}, {{0}, {-2}, {1}}, {2}});
    layouts.push_back({{count}, {{1}, {1}, {-1}}, {-3}});
  }
  layouts.push_back({{5, 70}, {{80, 1}, {70, 1}, {1, 5}}, {70, 1}});       // long padded rows
  layouts.push_back({{40, 5}, {{8, 1}, {1, 0}, {0, 1}}, {5, 1}});          // short padded rows
  layouts.push_back({{33, 17}, {{1, 33}, {17, 1}, {0, 0}}, {17, 1}});      // transposed operand
  layouts.push_back({{33, 17}, {{17, 1}, {1, 33}, {0, 1}}, {1, 33}});      // transposed result
  layouts.push_back({{3, 90}, {{-90, 1}, {90, -1}, {90, 1}}, {100, 1}});   // reversed
  layouts.push_back({{4, 5, 6}, {{6, 24, 1}, {1, 4, 20}, {0, 6, 1}}, {30, 6, 1}});
  layouts.push_back({{7, 1, 66}, {{66, 5, 1}, {0, 0, 1}, {1, 0, 0}}, {70, 9, 1}});
  layouts.push_back({{3, 2, 4, 70}, {{560, 0, 70, 1}, {8, 4, -1, 0}, {560, 280, -70, 1}},
                     {600, 300, 70, 1}});
  layouts.push_back({{2, 3, 5, 3}, {{45, 15, 3, 1}, {-9, 3, 18, -1}, {0, 0, 0, 1}},
                     {3, 30, 6, 1}});
  return layouts;
}

struct Kernel {
  const char* name;
  tl_kernel_function kernel;
  tl_kernel_function oracle;
  double ulps;
  void (*check)(const Kernel&, const Layout&, Guard, bool in_place);
};

Int64s Descriptor(const Layout& layout, int64_t operand_count, int64_t tile_elements) {
  std::vector<Int64s> strides;
  for (int64_t i = 0; i < operand_count; ++i) {
    strides.push_back(layout.operands[static_cast<size_t>(i) % layout.operands.size()]);
  }
  strides.push_back(layout.result);
  return PointwiseDescriptor(layout.extents, strides, tile_elements);
}

// Whether each element of a result's memory belongs to the view.
std::vector<bool> Covered(const Layout& layout, const Span& span) {
  std::vector<bool> covered(static_cast<size_t>(span.count));
  const Axes axes{static_cast<int64_t>(layout.extents.size()), layout.extents.data()};
  for (int64_t i = 0; i < axes.elements(); ++i) {
    covered[static_cast<size_t>(span.origin + OffsetOf(axes, layout.result.data(), i))] = true;
  }
  return covered;
}

template <class T>
void ExpectClose(const Kernel& kernel, const std::vector<bool>& covered,
                 const std::vector<T>& actual, const std::vector<T>& expected) {
  for (size_t i = 0; i < actual.size(); ++i) {
    if (covered[i]) {
      ASSERT_LE(UlpDistance(actual[i], expected[i]), kernel.ulps)
          << "element " << i << ": " << actual[i] << " instead of " << expected[i];
    } else {
      ASSERT_TRUE(SameBits(actual[i], expected[i])) << "wrote outside the view at " << i;
    }
  }
}

// Runs a unary kernel in one go, compares with the oracle, then in other tiles and shares of tiles.
template <class T, T (*Value)(Random&)>
void CheckUnary(const Kernel& kernel, const Layout& layout, Guard guard, bool in_place) {
  Span from, to;
  from.add(layout.extents, in_place ? layout.result : layout.operands[0]);
  to.add(layout.extents, layout.result);
  Memory<T> operand(from.count, guard), result(to.count, guard), oracle(to.count, guard);
  Random random(static_cast<uint64_t>(from.count));
  for (int64_t i = 0; i < from.count; ++i) operand.data()[i] = Value(random);
  const std::vector<T> values = operand.copy();
  const std::vector<bool> covered = Covered(layout, to);
  const int64_t total = Elements(layout.extents);
  Layout used = layout;
  if (in_place) {
    used.operands = {layout.result};
    oracle.set(values);
  }
  T* const target = in_place ? operand.data() : result.data();
  void* const buffers[] = {operand.data() + from.origin, target + to.origin};
  void* const oracle_buffers[] = {operand.data() + from.origin, oracle.data() + to.origin};

  Int64s descriptor = Descriptor(used, 1, total);
  kernel.oracle(descriptor.data(), oracle_buffers, 0, 1, nullptr);
  kernel.kernel(descriptor.data(), buffers, 0, 1, nullptr);
  const std::vector<T> whole(target, target + to.count);
  ExpectClose(kernel, covered, whole, oracle.copy());
  if (!in_place) {
    for (int64_t i = 0; i < from.count; ++i) {
      ASSERT_TRUE(SameBits(operand.data()[i], values[static_cast<size_t>(i)])) << "operand written";
    }
  }
  for (const int64_t tile : {int64_t{7}, int64_t{64}, total / 2 + 1}) {
    const int64_t tiles = (total + tile - 1) / tile;
    operand.set(values);
    result.poison();
    descriptor = Descriptor(used, 1, tile);
    for (int64_t begin = tiles; begin > 0;) {  // backwards, in shares of 1, 2, 3, ... tiles
      const int64_t end = begin;
      begin = std::max(int64_t{0}, begin - (tiles - begin + 1));
      kernel.kernel(descriptor.data(), buffers, begin, end, nullptr);
    }
    for (size_t i = 0; i < whole.size(); ++i) {
      ASSERT_TRUE(SameBits(whole[i], target[i])) << "tiles of " << tile << ", element " << i;
    }
  }
}

std::vector<Kernel> Kernels() {
  return {
#define TL_ROW(function, values_of, ulps, dtype)                                           \
  {#function "_" #dtype, TL_SYMBOL(pointwise, function, dtype),                            \
   TL_REFERENCE(pointwise, function, dtype), ulps,                                         \
   CheckUnary<type_##dtype, values::values_of<type_##dtype>>},
#define TL_UNARY(function, dtypes, values_of, ulps) dtypes(TL_ROW, function, values_of, ulps)
#include "kernels/pointwise/kernels.inc"
#undef TL_ROW
  };
}

class PointwiseTest : public ::testing::TestWithParam<std::tuple<Kernel, int64_t>> {
 protected:
  const Kernel& kernel() const { return std::get<0>(GetParam()); }
  ForcedTarget forced_{std::get<1>(GetParam())};
};

TEST_P(PointwiseTest, AgreesWithTheOracleOnEveryLayout) {
  for (const Layout& layout : Layouts()) {
    for (const Guard guard : {Guard::kBefore, Guard::kAfter}) {
      SCOPED_TRACE(::testing::PrintToString(layout.extents) + " result strides " +
                   ::testing::PrintToString(layout.result));
      kernel().check(kernel(), layout, guard, false);
      if (HasFatalFailure()) return;
    }
  }
}

TEST_P(PointwiseTest, RunsInPlace) {
  for (const Layout& layout : Layouts()) {
    SCOPED_TRACE(::testing::PrintToString(layout.extents) + " result strides " +
                 ::testing::PrintToString(layout.result));
    kernel().check(kernel(), layout, Guard::kAfter, true);
    if (HasFatalFailure()) return;
  }
}

INSTANTIATE_TEST_SUITE_P(All, PointwiseTest,
                         ::testing::Combine(::testing::ValuesIn(Kernels()),
                                            ::testing::ValuesIn(Targets())),
                         [](const auto& row) {
                           return std::string(std::get<0>(row.param).name) + "_" +
                                  TargetName(std::get<1>(row.param));
                         });

}  // namespace
}  // namespace tl::testing
