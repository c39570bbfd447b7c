// Holds every reduction of the list, on every target, to its oracle: rows, columns and neither,
// chunks, empty axes, NaN in every place, and the same bits from any tiles.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <tuple>
#include <type_traits>
#include <vector>

#include "abi/tensorlogic.h"
#include "kernels/reduce/reduce.h"
#include "kernels/reference.h"
#include "testing/descriptors.h"
#include "testing/memory.h"
#include "testing/targets.h"
#include "testing/values.h"

namespace tl::testing {
namespace {

// A reduction to test. With a chunk, the last kept axis counts the chunks of the first reduced one,
// of which `full` is the whole extent; their strides must fit each other.
struct Reducing {
  Int64s kept;
  Int64s kept_operand;
  Int64s kept_result;
  Int64s reduced;
  Int64s reduced_operand;
  int64_t chunk = 0;
  int64_t full = 0;
  bool asks = false;

  Int64s descriptor(int64_t tile_outputs) const {
    Int64s packed{static_cast<int64_t>(kept.size()), static_cast<int64_t>(reduced.size()),
                  tile_outputs, asks ? 1 : 0, chunk};
    if (chunk > 0) packed.push_back(full);
    for (const Int64s* block : {&kept, &kept_operand, &kept_result, &reduced, &reduced_operand}) {
      Append(packed, *block);
    }
    return packed;
  }

  // What the operand's elements span.
  Span operand() const {
    Span span;
    if (chunk > 0) {
      span.add({kept.begin(), kept.end() - 1}, {kept_operand.begin(), kept_operand.end() - 1});
      span.add(full, reduced_operand[0]);
      span.add({reduced.begin() + 1, reduced.end()},
               {reduced_operand.begin() + 1, reduced_operand.end()});
    } else {
      span.add(kept, kept_operand);
      if (Elements(reduced) > 0) span.add(reduced, reduced_operand);
    }
    return span;
  }

  // The most elements that one output has.
  int64_t elements() const { return Elements(reduced); }
};

std::string Describe(const Reducing& spec) {
  return "kept " + ::testing::PrintToString(spec.kept) + " reduced " +
         ::testing::PrintToString(spec.reduced) + " strides " +
         ::testing::PrintToString(spec.kept_operand) + " and " +
         ::testing::PrintToString(spec.reduced_operand) + " chunk " + std::to_string(spec.chunk);
}

void AddRows(std::vector<Reducing>& specs) {
  for (int64_t count = 0; count <= 140; ++count) {
    specs.push_back({{3}, {count + 1}, {1}, {count}, {1}});
  }
  for (const int64_t count : {255, 256, 257, 1023, 2047, 2048, 2049, 4096, 5000, 9000}) {
    specs.push_back({{}, {}, {}, {count}, {1}});
    specs.push_back({{}, {}, {}, {count}, {-1}});
    specs.push_back({{2}, {1}, {-1}, {count}, {3}});
    specs.push_back({{2}, {0}, {3}, {count}, {0}});
  }
  specs.push_back({{4}, {1000}, {1}, {5, 70}, {100, 1}});
  specs.push_back({{4}, {1000}, {1}, {20, 7}, {9, 1}});
  specs.push_back({{3, 4}, {400, 100}, {4, 1}, {2, 30}, {50, 1}});
  specs.push_back({{3, 4}, {-400, 2}, {1, 3}, {5, 6}, {16, -1}});
  specs.push_back({{4}, {3}, {1}, {0, 5}, {1, 1}});
  specs.push_back({{2}, {1}, {1}, {1, 1}, {7, 9}});
}

void AddColumns(std::vector<Reducing>& specs) {
  for (int64_t width = 1; width <= 70; ++width) {
    specs.push_back({{width}, {1}, {1}, {11}, {width + 2}});
  }
  for (const int64_t rows : {0, 1, 2, 7, 8, 9, 16, 511, 512, 513, 1100}) {
    specs.push_back({{33}, {1}, {2}, {rows}, {33}});
    specs.push_back({{3}, {1}, {-1}, {rows}, {-3}});
  }
  for (const int64_t width : {255, 256, 257, 511, 513, 1030, 2100}) {
    specs.push_back({{width}, {1}, {1}, {10}, {width}});
  }
  specs.push_back({{4, 37}, {370, 1}, {37, 1}, {10}, {37}});
  specs.push_back({{4, 37}, {370, 1}, {1, 4}, {5, 2}, {74, 37}});
  specs.push_back({{4, 37}, {0, 1}, {40, 1}, {6}, {0}});
  specs.push_back({{3, 2, 20}, {20, 600, 1}, {40, 20, 1}, {10}, {60}});
  specs.push_back({{20}, {1}, {1}, {3, 4, 5}, {20, 400, 80}});
}

void AddChunks(std::vector<Reducing>& specs) {
  specs.push_back({{5}, {100}, {1}, {100}, {1}, 100, 450});           // a long row
  specs.push_back({{3, 5}, {500, 100}, {5, 1}, {100}, {1}, 100, 401});
  specs.push_back({{40, 5}, {1, 240}, {5, 1}, {6}, {40}, 6, 25});     // long columns
  specs.push_back({{40, 5}, {1, 240}, {1, 40}, {6}, {40}, 6, 30});
  specs.push_back({{2, 40, 3}, {2000, 1, 280}, {120, 3, 1}, {7, 2}, {40, 1000}, 7, 15});
  specs.push_back({{4, 3}, {3, 240}, {3, 1}, {20, 2}, {12, 1}, 20, 47});  // neither
}

std::vector<Reducing> Reductions() {
  std::vector<Reducing> specs;
  AddRows(specs);
  AddColumns(specs);
  AddChunks(specs);
  return specs;
}

// The values column of kernels.inc.
template <class T>
T spread(Random& random) {
  const double magnitude = std::uniform_real_distribution<double>(-6, 6)(random);
  return static_cast<T>((random() % 2 == 0 ? 1 : -1) * std::exp2(magnitude));
}

template <class T>
T near_one(Random& random) {
  return static_cast<T>(1 + std::uniform_real_distribution<double>(-0.01, 0.01)(random));
}

template <class T>
T rarely_nan(Random& random) {
  const uint64_t dice = random() % 400;
  if (dice == 0) return std::numeric_limits<T>::quiet_NaN();
  if (dice < 4) return std::numeric_limits<T>::infinity() * (dice == 1 ? 1 : -1);
  return spread<T>(random);
}

// Any bits, so that sums wrap, and the ends of the range.
template <class T>
T rarely_extreme(Random& random) {
  const uint64_t dice = random() % 400;
  if (dice < 2) return dice == 0 ? std::numeric_limits<T>::max() : std::numeric_limits<T>::min();
  return static_cast<T>(random());
}

// Any bits but the last: even factors soon make any product 0.
template <class T>
T odd(Random& random) {
  return static_cast<T>(random() | 1);
}

template <class T>
T rarely_set(Random& random) {
  return random() % 64 == 0;
}

template <class T>
T mostly_set(Random& random) {
  return random() % 64 != 0;
}

// What the worst error of reduce.h is relative to: the sum of the magnitudes, or the result.
enum class Error { kOfSum, kOfResult, kNone };

double Gamma(Error error, int64_t count, double unit) {
  if (error == Error::kNone) return 0;
  const double n = static_cast<double>(count);
  const double roundings = error == Error::kOfSum ? std::min(n, 600 + n / 512) : n;
  return roundings * unit / (1 - roundings * unit);
}

struct Kernel {
  const char* name;
  tl_kernel_function kernel;
  tl_kernel_function oracle;
  Error error;
  void (*check)(const Kernel&, const Reducing&, Guard);
  void (*check_places)(const Kernel&, const Reducing&);
};

template <class T>
std::vector<T> Run(tl_kernel_function function, const Reducing& spec, int64_t tile, bool shares,
                   void* operand, Memory<T>& result, int64_t origin) {
  void* const buffers[] = {operand, result.data() + origin};
  const int64_t total = Elements(spec.kept);
  const Int64s descriptor = spec.descriptor(tile);
  result.poison();
  for (int64_t begin = (total + tile - 1) / tile, step = 1; begin > 0; step += shares ? 1 : total) {
    const int64_t end = begin;
    begin = std::max(int64_t{0}, begin - (shares ? step : total));
    function(descriptor.data(), buffers, begin, end, nullptr);
  }
  return result.copy();
}

template <class T>
void ExpectClose(const std::vector<T>& actual, const std::vector<T>& expected,
                 const std::vector<T>& weights, double gamma) {
  for (size_t i = 0; i < actual.size(); ++i) {
    if constexpr (std::is_integral_v<T>) {
      ASSERT_EQ(actual[i], expected[i]) << "element " << i;
    }
    const double x = static_cast<double>(actual[i]), y = static_cast<double>(expected[i]);
    if (x == y || (std::isnan(x) && std::isnan(y))) continue;
    ASSERT_LE(std::fabs(x - y), std::fabs(gamma * static_cast<double>(weights[i])))
        << "element " << i << ": " << x << " instead of " << y;
  }
}

template <class T, T (*Value)(Random&)>
void Check(const Kernel& kernel, const Reducing& spec, Guard guard) {
  const Span from = spec.operand();
  Span to;
  to.add(spec.kept, spec.kept_result);
  Memory<T> operand(from.count, guard), result(to.count, guard);
  Random random(static_cast<uint64_t>(from.count));
  for (int64_t i = 0; i < from.count; ++i) operand.data()[i] = Value(random);
  T* const base = operand.data() + from.origin;
  const int64_t total = Elements(spec.kept);
  const auto run = [&](tl_kernel_function function, int64_t tile, bool shares) {
    return Run(function, spec, tile, shares, base, result, to.origin);
  };

  const std::vector<T> expected = run(kernel.oracle, total, false);
  const std::vector<T> whole = run(kernel.kernel, total, false);
  std::vector<T> weights = expected;
  if (kernel.error == Error::kOfSum) {
    const std::vector<T> values = operand.copy();
    for (int64_t i = 0; i < from.count; ++i) {
      operand.data()[i] = static_cast<T>(std::fabs(values[static_cast<size_t>(i)]));
    }
    weights = run(kernel.oracle, total, false);
    operand.set(values);
  }
  const double unit = std::numeric_limits<T>::epsilon() / 2.0;
  ExpectClose(whole, expected, weights,
              Gamma(kernel.error, spec.elements(), unit));
  if (::testing::Test::HasFatalFailure()) return;
  Reducing asking = spec;
  asking.asks = true;
  const auto same = [&](const std::vector<T>& others, const std::string& what) {
    for (size_t i = 0; i < whole.size(); ++i) {
      ASSERT_TRUE(SameBits(whole[i], others[i])) << what << ", element " << i;
    }
  };
  same(Run(kernel.kernel, asking, total, false, base, result, to.origin), "asking ahead");
  for (const int64_t tile : {int64_t{1}, int64_t{7}, int64_t{64}, total / 2 + 1}) {
    same(run(kernel.kernel, tile, true), "tiles of " + std::to_string(tile));
    if (::testing::Test::HasFatalFailure()) return;
  }
}

// One NaN, or one integer that differs from the others, in every place of every output.
template <class T>
void CheckPlaces(const Kernel& kernel, const Reducing& spec) {
  const Span from = spec.operand();
  const int64_t total = Elements(spec.kept);
  Memory<T> operand(from.count, Guard::kAfter), result(total, Guard::kAfter);
  T* const base = operand.data() + from.origin;
  for (const T plain : {T{0}, T{1}}) {
    const T special = std::is_floating_point_v<T> ? std::numeric_limits<T>::quiet_NaN()
                                                  : static_cast<T>(1 - plain);
    std::fill_n(operand.data(), from.count, plain);
    for (int64_t i = 0; i < from.count; ++i) {
      operand.data()[i] = special;
      const std::vector<T> expected = Run(kernel.oracle, spec, total, false, base, result, 0);
      const std::vector<T> actual = Run(kernel.kernel, spec, total, false, base, result, 0);
      for (size_t output = 0; output < actual.size(); ++output) {
        ASSERT_EQ(UlpDistance(actual[output], expected[output]), 0)
            << "output " << output << " is " << +actual[output] << " with the odd one at " << i;
      }
      operand.data()[i] = plain;
    }
  }
}

std::vector<Kernel> Kernels() {
  return {
#define TL_ROW(function, values, error, dtype)                                        \
  {#function "_" #dtype, TL_SYMBOL(reduce, function, dtype),                          \
   TL_REFERENCE(reduce, function, dtype), Error::error,                               \
   Check<type_##dtype, values<type_##dtype>>, CheckPlaces<type_##dtype>},
#define TL_REDUCTION(function, dtypes, values, error) dtypes(TL_ROW, function, values, error)
#include "kernels/reduce/kernels.inc"
#undef TL_ROW
  };
}

class ReduceTest : public ::testing::TestWithParam<std::tuple<Kernel, int64_t>> {
 protected:
  const Kernel& kernel() const { return std::get<0>(GetParam()); }
  ForcedTarget forced_{std::get<1>(GetParam())};
};

TEST_P(ReduceTest, AgreesWithTheOracleOnEveryLayout) {
  for (const Reducing& spec : Reductions()) {
    for (const Guard guard : {Guard::kBefore, Guard::kAfter}) {
      SCOPED_TRACE(Describe(spec));
      kernel().check(kernel(), spec, guard);
      if (HasFatalFailure()) return;
    }
  }
}

TEST_P(ReduceTest, SeesTheOneElementThatDecides) {
  for (const int64_t count : {1, 5, 64, 130}) {
    for (const Reducing& spec : {Reducing{{2}, {count}, {1}, {count}, {1}},     // rows
                                 Reducing{{count}, {1}, {1}, {3}, {count}},     // columns
                                 Reducing{{2}, {2 * count}, {1}, {count}, {2}}}) {
      SCOPED_TRACE(Describe(spec));
      kernel().check_places(kernel(), spec);
      if (HasFatalFailure()) return;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(All, ReduceTest,
                         ::testing::Combine(::testing::ValuesIn(Kernels()),
                                            ::testing::ValuesIn(Targets())),
                         KernelAndTarget());

}  // namespace
}  // namespace tl::testing
