// Holds every pointwise kernel of the list, on every target, to its oracle: lengths around the
// vector width, strides of all kinds, misaligned bases, poisoned gaps, forbidden neighbours.
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>
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
  void (*check_calm)(const Kernel&, const Layout&, Guard, bool in_place);
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

// The memory of one operand: random values in a view's span, and a copy to compare with.
template <class T>
struct Operand {
  Span span;
  Memory<T> memory;
  std::vector<T> values;

  Operand(const Int64s& extents, const Int64s& strides, Guard guard, T (*value)(Random&),
          Random& random)
      : span(SpanOf(extents, strides)), memory(span.count, guard) {
    for (int64_t i = 0; i < span.count; ++i) memory.data()[i] = value(random);
    values = memory.copy();
  }

  static Span SpanOf(const Int64s& extents, const Int64s& strides) {
    Span span;
    span.add(extents, strides);
    return span;
  }
  T* base() { return memory.data() + span.origin; }
  bool untouched() {
    const std::vector<T> now = memory.copy();
    return std::equal(now.begin(), now.end(), values.begin(), SameBits<T>);
  }
};

// Runs a kernel in one go, compares with the oracle, then in other tiles and shares of tiles. In
// place, the last operand is the result.
template <class R, class... T>
struct Check {
  static void Run(const Kernel& kernel, const Layout& layout, Guard guard, bool in_place,
                  T (*... value)(Random&)) {
    Layout used = layout;
    if (in_place) used.operands.assign(sizeof...(T), layout.result);
    RunOn(kernel, used, guard, in_place, std::index_sequence_for<T...>(), value...);
  }

 private:
  template <size_t... I>
  static void RunOn(const Kernel& kernel, const Layout& layout, Guard guard, bool in_place,
                    std::index_sequence<I...>, T (*... value)(Random&)) {
    Random random(static_cast<uint64_t>(Elements(layout.extents)));
    const std::tuple<std::unique_ptr<Operand<T>>...> operands{
        std::make_unique<Operand<T>>(layout.extents, layout.operands[I % layout.operands.size()],
                                     guard, value, random)...};
    Span to;
    to.add(layout.extents, layout.result);
    Memory<R> result(to.count, guard), oracle(to.count, guard);
    constexpr size_t kLast = sizeof...(T) - 1;
    auto& last = *std::get<kLast>(operands);
    R* target = result.data();
    if constexpr (std::is_same_v<R, std::tuple_element_t<kLast, std::tuple<T...>>>) {
      if (in_place) {
        oracle.set(last.values);
        target = last.memory.data();
      }
    }
    void* const buffers[] = {std::get<I>(operands)->base()..., target + to.origin};
    void* const oracle_buffers[] = {std::get<I>(operands)->base()..., oracle.data() + to.origin};
    const int64_t total = Elements(layout.extents);

    Int64s descriptor = Descriptor(layout, sizeof...(T), total);
    kernel.oracle(descriptor.data(), oracle_buffers, 0, 1, nullptr);
    kernel.kernel(descriptor.data(), buffers, 0, 1, nullptr);
    const std::vector<R> whole(target, target + to.count);
    ExpectClose(kernel, Covered(layout, to), whole, oracle.copy());
    if (!in_place) {
      ASSERT_TRUE((std::get<I>(operands)->untouched() && ...)) << "operand written";
    }
    for (const int64_t tile : {int64_t{7}, int64_t{64}, total / 2 + 1}) {
      const int64_t tiles = (total + tile - 1) / tile;
      last.memory.set(last.values);
      result.poison();
      descriptor = Descriptor(layout, sizeof...(T), tile);
      for (int64_t begin = tiles; begin > 0;) {  // backwards, in shares of 1, 2, 3, ... tiles
        const int64_t end = begin;
        begin = std::max(int64_t{0}, begin - (tiles - begin + 1));
        kernel.kernel(descriptor.data(), buffers, begin, end, nullptr);
      }
      for (size_t i = 0; i < whole.size(); ++i) {
        ASSERT_TRUE(SameBits(whole[i], target[i]))
            << "tiles of " << tile << ", element " << i << ": " << std::hexfloat << +target[i]
            << " instead of " << +whole[i] << " at " << +last.values[i];
      }
    }
  }
};

template <class T, T (*V)(Random&)>
void CheckUnary(const Kernel& kernel, const Layout& layout, Guard guard, bool in_place) {
  Check<T, T>::Run(kernel, layout, guard, in_place, V);
}

template <class T, T (*V)(Random&)>
void CheckBinary(const Kernel& kernel, const Layout& layout, Guard guard, bool in_place) {
  Check<T, T, T>::Run(kernel, layout, guard, in_place, V, V);
}

template <class T, T (*V)(Random&)>
void CheckCompare(const Kernel& kernel, const Layout& layout, Guard guard, bool in_place) {
  if (in_place) return;  // the result has another width
  Check<uint8_t, T, T>::Run(kernel, layout, guard, false, V, V);
}

template <class T, T (*V)(Random&)>
void CheckSelect(const Kernel& kernel, const Layout& layout, Guard guard, bool in_place) {
  Check<T, uint8_t, T, T>::Run(kernel, layout, guard, in_place, values::any<uint8_t>, V, V);
}

template <class T, T (*V)(Random&)>
void CheckTernary(const Kernel& kernel, const Layout& layout, Guard guard, bool in_place) {
  Check<T, T, T, T>::Run(kernel, layout, guard, in_place, V, V, V);
}

std::vector<Kernel> Kernels() {
  return {
#define TL_ROW(check, function, values_of, ulps, dtype)                                    \
  {#function "_" #dtype, TL_SYMBOL(pointwise, function, dtype),                            \
   TL_REFERENCE(pointwise, function, dtype), ulps,                                         \
   check<type_##dtype, values::values_of<type_##dtype>>,                                   \
   check<type_##dtype, values::calm<type_##dtype>>},
#define TL_UNARY(function, dtypes, values_of, ulps, ...) \
  dtypes(TL_ROW, CheckUnary, function, values_of, ulps)
#define TL_BINARY(function, dtypes, values_of, ulps, ...) \
  dtypes(TL_ROW, CheckBinary, function, values_of, ulps)
#define TL_COMPARE(function, dtypes, values_of, ulps, ...) \
  dtypes(TL_ROW, CheckCompare, function, values_of, ulps)
#define TL_SELECT(function, dtypes, values_of, ulps, ...) \
  dtypes(TL_ROW, CheckSelect, function, values_of, ulps)
#define TL_PAIR2(first, second, dtypes, values_of, ulps, ...) \
  dtypes(TL_ROW, CheckBinary, first##_##second, values_of, ulps)
#define TL_PAIR3(first, second, dtypes, values_of, ulps, ...) \
  dtypes(TL_ROW, CheckTernary, first##_##second, values_of, ulps)
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

TEST_P(PointwiseTest, AgreesWithTheOracleOnCalmValues) {
  for (const int64_t count : {63, 64, 65, 128, 1000}) {
    kernel().check_calm(kernel(), {{count}, {{1}}, {1}}, Guard::kAfter, false);
    if (HasFatalFailure()) return;
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
                         KernelAndTarget());

}  // namespace
}  // namespace tl::testing
