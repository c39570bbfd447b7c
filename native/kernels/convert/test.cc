// Holds every conversion of the list, on every target, to its oracle: on all kinds of layouts, and
// on the values where roundings, ranges and signs are decided.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>
#include <tuple>
#include <vector>

#include "abi/tensorlogic.h"
#include "kernels/convert/convert.h"
#include "kernels/reference.h"
#include "testing/mapping.h"
#include "testing/targets.h"

namespace tl::testing {
namespace {

// Values at which some conversion changes its answer, and their neighbours.
template <class T>
std::vector<T> Edges();

template <>
std::vector<type_bool> Edges() {
  return {0, 1};
}

template <>
std::vector<type_i64> Edges() {
  std::vector<type_i64> edges{0, std::numeric_limits<type_i64>::max(),
                              std::numeric_limits<type_i64>::min()};
  for (int bits = 0; bits < 63; ++bits) {
    const type_i64 power = type_i64{1} << bits;
    // Halves and near halves of a unit in the last place of f32 (2^24) and of f64 (2^53).
    for (const int below : {23, 24, 25, 52, 53, 54}) {
      const type_i64 half = bits > below ? power >> below : 0;
      for (const type_i64 near : {-1, 0, 1}) {
        edges.push_back(power + half + near);
        edges.push_back(power + 3 * half + near);
        edges.push_back(-power - half + near);
      }
    }
  }
  return edges;
}

template <class T>
std::vector<T> FloatEdges() {
  using limits = std::numeric_limits<T>;
  std::vector<T> edges{T(0),          -T(0),           limits::quiet_NaN(), -limits::quiet_NaN(),
                       limits::max(), limits::lowest(), limits::min(),       limits::denorm_min(),
                       limits::infinity(), -limits::infinity()};
  for (const double value :
       {0.5, 1.0, 1.5, 2.5, 1e9, std::ldexp(1, 24) + 1, std::ldexp(1, 31), std::ldexp(1, 32),
        std::ldexp(1, 52) + 0.5, std::ldexp(1, 53), std::ldexp(1, 62), std::ldexp(1, 63),
        std::ldexp(1, 64), 1 + std::ldexp(1, -24), 1 + 3 * std::ldexp(1, -24), 3.4028235e38,
        3.4028235677973366e38, 1e300, std::ldexp(1, -126), std::ldexp(1, -149),
        std::ldexp(1, -150), std::ldexp(3, -151), std::ldexp(1, -1074)}) {
    const T center = static_cast<T>(value);
    for (const T x : {std::nextafter(center, -limits::infinity()), center,
                      std::nextafter(center, limits::infinity())}) {
      edges.push_back(x);
      edges.push_back(-x);
    }
  }
  return edges;
}

template <>
std::vector<type_f32> Edges() {
  return FloatEdges<type_f32>();
}

template <>
std::vector<type_f64> Edges() {
  return FloatEdges<type_f64>();
}

// Integers of every magnitude; floats as in the other tests, some of them beyond i64.
template <class T>
T AnyValue(Random& random) {
  if constexpr (std::is_same_v<T, type_i64>) {
    return static_cast<T>(random()) >> (random() % 64);
  } else if constexpr (std::is_floating_point_v<T>) {
    return random() % 4 == 0 ? std::ldexp(values::any<T>(random), 50) : values::any<T>(random);
  } else {
    return values::any<T>(random);
  }
}

template <class To, class From>
void CheckEdges(tl_kernel_function kernel, tl_kernel_function oracle) {
  std::vector<From> edges = Edges<From>();
  // In every lane of a vector.
  for (int64_t shift = 0; shift < 8; ++shift) {
    const int64_t count = static_cast<int64_t>(edges.size());
    std::vector<To> result(edges.size()), expected(edges.size());
    void* const buffers[] = {edges.data(), result.data()};
    void* const expected_buffers[] = {edges.data(), expected.data()};
    const Int64s descriptor = PointwiseDescriptor({count}, {{1}, {1}}, count);
    kernel(descriptor.data(), buffers, 0, 1, nullptr);
    oracle(descriptor.data(), expected_buffers, 0, 1, nullptr);
    for (size_t i = 0; i < edges.size(); ++i) {
      ASSERT_EQ(UlpDistance(result[i], expected[i]), 0)
          << +edges[i] << " became " << +result[i] << " instead of " << +expected[i];
    }
    edges.insert(edges.begin(), From(0));
  }
}

struct Kernel {
  const char* name;
  tl_kernel_function kernel;
  tl_kernel_function oracle;
  void (*check)(const Kernel&, const Mapping&, Guard);
  void (*check_edges)(tl_kernel_function, tl_kernel_function);
};

template <class To, class From>
void Check(const Kernel& kernel, const Mapping& mapping, Guard guard) {
  CheckMapping<To, From>(kernel.kernel, kernel.oracle, mapping, guard, AnyValue<From>);
}

std::vector<Kernel> Kernels() {
  return {
#define TL_CONVERSION(from, to)                                                       \
  {#from "_" #to, TL_SYMBOL(convert, from, to), TL_REFERENCE(convert, from, to),      \
   Check<type_##to, type_##from>, CheckEdges<type_##to, type_##from>},
#include "kernels/convert/kernels.inc"
  };
}

class ConvertTest : public ::testing::TestWithParam<std::tuple<Kernel, int64_t>> {
 protected:
  const Kernel& kernel() const { return std::get<0>(GetParam()); }
  ForcedTarget forced_{std::get<1>(GetParam())};
};

TEST_P(ConvertTest, AgreesWithTheOracleOnEveryLayout) {
  for (const Mapping& mapping : Mappings()) {
    for (const Guard guard : {Guard::kBefore, Guard::kAfter}) {
      SCOPED_TRACE(Describe(mapping));
      kernel().check(kernel(), mapping, guard);
      if (HasFatalFailure()) return;
    }
  }
}

TEST_P(ConvertTest, RoundsAndSaturatesAsTheOracle) {
  kernel().check_edges(kernel().kernel, kernel().oracle);
}

INSTANTIATE_TEST_SUITE_P(All, ConvertTest,
                         ::testing::Combine(::testing::ValuesIn(Kernels()),
                                            ::testing::ValuesIn(Targets())),
                         KernelAndTarget());

}  // namespace
}  // namespace tl::testing
