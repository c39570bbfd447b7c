// The fixed reduction tree of simd-inl.h: the same bits on every target, equal to a plain tree.
#include <gtest/gtest.h>

#include <limits>
#include <vector>

#include "testing/memory.h"
#include "testing/targets.h"
#include "testing/values.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "testing/simd_test.cc"
#include "hwy/foreach_target.h"
#include "hwy/highway.h"
#include "simd/simd-inl.h"

HWY_BEFORE_NAMESPACE();
namespace tl::testing {
namespace HWY_NAMESPACE {

struct Sum {
  template <class D, class V>
  HWY_INLINE V operator()(D, V x, V y) const {
    return hwy::HWY_NAMESPACE::Add(x, y);
  }
};

float SumF32(const float* from, size_t count) {
  return tl::HWY_NAMESPACE::ReduceRun(Sum(), from, count, 0.0f);
}
double SumF64(const double* from, size_t count) {
  return tl::HWY_NAMESPACE::ReduceRun(Sum(), from, count, 0.0);
}

}  // namespace HWY_NAMESPACE
}  // namespace tl::testing
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace tl::testing {
HWY_EXPORT(SumF32);
HWY_EXPORT(SumF64);

namespace {

float TargetSum(const float* from, size_t count) {
  return HWY_DYNAMIC_DISPATCH(SumF32)(from, count);
}
double TargetSum(const double* from, size_t count) {
  return HWY_DYNAMIC_DISPATCH(SumF64)(from, count);
}

template <class T>
T PlainTree(const T* from, size_t count) {
  std::vector<T> partials(256 / sizeof(T), T(0));
  for (size_t i = 0; i < count; ++i) partials[i % partials.size()] += from[i];
  for (size_t half = partials.size() / 2; half > 0; half /= 2) {
    for (size_t i = 0; i < half; ++i) partials[i] += partials[i + half];
  }
  return partials[0];
}

class ReduceRunTest : public ::testing::TestWithParam<int64_t> {
 protected:
  template <class T>
  void check() {
    const ForcedTarget forced(GetParam());
    Random random(7);
    for (int64_t count = 0; count < 700; count += count < 140 ? 1 : 37) {
      for (const Guard guard : {Guard::kBefore, Guard::kAfter}) {
        Memory<T> memory(count, guard);
        for (int64_t i = 0; i < count; ++i) {
          memory.data()[i] = static_cast<T>(std::uniform_real_distribution<>(-1, 1)(random));
        }
        const T expected = PlainTree(memory.data(), static_cast<size_t>(count));
        ASSERT_EQ(TargetSum(memory.data(), static_cast<size_t>(count)), expected) << count;
      }
    }
  }
};

TEST_P(ReduceRunTest, FollowsTheFixedTree) {
  check<float>();
  check<double>();
}

INSTANTIATE_TEST_SUITE_P(All, ReduceRunTest, ::testing::ValuesIn(Targets()),
                         [](const auto& row) { return TargetName(row.param); });

}  // namespace
}  // namespace tl::testing
#endif  // HWY_ONCE
