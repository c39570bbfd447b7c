// Runs of elements are reduced with the same bits, wherever they come from.
#include <gtest/gtest.h>

#include <cstdint>
#include <limits>

#include "testing/memory.h"
#include "testing/targets.h"
#include "testing/values.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "testing/reductions_test.cc"
#include "hwy/foreach_target.h"
#include "hwy/highway.h"
#include "simd/reductions-inl.h"

HWY_BEFORE_NAMESPACE();
namespace tl::testing {
namespace HWY_NAMESPACE {

using namespace reductions::HWY_NAMESPACE;

// The sum and the greatest of some elements, as read from near and from afar.
template <class T>
void Reduce(const T* from, size_t count, T* sums, T* greatest) {
  sums[0] = ReduceRun<From::kNear>(sum(), count, from);
  sums[1] = ReduceRun<From::kFar>(sum(), count, from);
  sums[2] = ReduceRun<From::kFarAsked>(sum(), count, from);
  greatest[0] = ReduceRun<From::kNear>(max(), count, from);
  greatest[1] = ReduceRun<From::kFar>(max(), count, from);
  greatest[2] = ReduceRun<From::kFarAsked>(max(), count, from);
}

void ReduceF32(const float* from, size_t count, float* sums, float* greatest) {
  Reduce(from, count, sums, greatest);
}
void ReduceF64(const double* from, size_t count, double* sums, double* greatest) {
  Reduce(from, count, sums, greatest);
}
void ReduceI64(const int64_t* from, size_t count, int64_t* sums, int64_t* greatest) {
  Reduce(from, count, sums, greatest);
}

}  // namespace HWY_NAMESPACE
}  // namespace tl::testing
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace tl::testing {
HWY_EXPORT(ReduceF32);
HWY_EXPORT(ReduceF64);
HWY_EXPORT(ReduceI64);

namespace {

void OnTarget(const float* from, size_t count, float* sums, float* greatest) {
  HWY_DYNAMIC_DISPATCH(ReduceF32)(from, count, sums, greatest);
}
void OnTarget(const double* from, size_t count, double* sums, double* greatest) {
  HWY_DYNAMIC_DISPATCH(ReduceF64)(from, count, sums, greatest);
}
void OnTarget(const int64_t* from, size_t count, int64_t* sums, int64_t* greatest) {
  HWY_DYNAMIC_DISPATCH(ReduceI64)(from, count, sums, greatest);
}

class ReduceRunTest : public ::testing::TestWithParam<int64_t> {
 protected:
  // With some NaN, or without, where max takes another way.
  template <class T>
  void check(bool calm) {
    const ForcedTarget forced(GetParam());
    Random random(7);
    for (int64_t count = 0; count < 700; count += count < 140 ? 1 : 37) {
      for (const Guard guard : {Guard::kBefore, Guard::kAfter}) {
        Memory<T> memory(count, guard);
        for (int64_t i = 0; i < count; ++i) {
          memory.data()[i] = calm ? static_cast<T>(std::uniform_real_distribution<>(-1, 1)(random))
                                  : values::any<T>(random);
        }
        T sums[3], greatest[3];
        OnTarget(memory.data(), static_cast<size_t>(count), sums, greatest);
        for (const int from : {1, 2}) {
          ASSERT_EQ(UlpDistance(sums[0], sums[from]), 0) << count;
          ASSERT_EQ(UlpDistance(greatest[0], greatest[from]), 0) << count;
        }
      }
    }
  }
};

TEST_P(ReduceRunTest, HasTheSameBitsFromNearAndFromAfar) {
  for (const bool calm : {true, false}) {
    check<float>(calm);
    check<double>(calm);
  }
  check<int64_t>(false);
}

INSTANTIATE_TEST_SUITE_P(All, ReduceRunTest, ::testing::ValuesIn(Targets()),
                         [](const auto& row) { return TargetName(row.param); });

}  // namespace
}  // namespace tl::testing
#endif  // HWY_ONCE
