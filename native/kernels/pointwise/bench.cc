// Throughput of every pointwise kernel of the list: in the first-level cache and in memory, on
// contiguous, padded and transposed operands.
#include <string>
#include <tuple>
#include <vector>

#include "bench/timing.h"
#include "kernels/pointwise/pointwise.h"
#include "testing/descriptors.h"

namespace tl::bench {
namespace {

using testing::Int64s;

struct Shape {
  const char* name;
  Int64s extents;
  Int64s operand;
  Int64s result;
};

const std::vector<Shape>& Shapes() {
  static const std::vector<Shape> shapes = {
      {"256", {256}, {1}, {1}},
      {"2048", {2048}, {1}, {1}},
      {"10M", {10'000'000}, {1}, {1}},
      {"2000x500 padded", {2000, 500}, {512, 1}, {500, 1}},
      {"1000x1000 transposed", {1000, 1000}, {1, 1000}, {1000, 1}},
  };
  return shapes;
}

// R: elements of the result; T: of each operand.
template <class R, class... T, class Function>
void Bench(const std::string& filter, const std::string& name, Function kernel) {
  if (name.find(filter) == std::string::npos) return;
  for (const Shape& shape : Shapes()) {
    const int64_t count = shape.extents[0] * (shape.extents.size() > 1 ? 512 + 500 : 1);
    std::tuple<Elements<T>...> operands{Elements<T>(count, T(1.5))...};
    Elements<R> result(count, R(0));
    int64_t elements = 1;
    for (const int64_t extent : shape.extents) elements *= extent;
    std::vector<Int64s> strides(sizeof...(T), shape.operand);
    strides.push_back(shape.result);
    const Int64s descriptor = testing::PointwiseDescriptor(shape.extents, strides, elements);
    std::apply(
        [&](auto&... operand) {
          void* const buffers[] = {operand.data()..., result.data()};
          const Timing timing =
              Measure([&] { kernel(descriptor.data(), buffers, 0, 1, nullptr); });
          const double bytes = static_cast<double>(sizeof(R) + (sizeof(T) + ...));
          Print(name, shape.name, timing, bytes * static_cast<double>(elements), "GB/s");
        },
        operands);
  }
}

}  // namespace

void Pointwise(const std::string& filter) {
#define TL_BENCH(function, dtype, ...)                              \
  {                                                                 \
    using W = type_##dtype;                                         \
    Bench<__VA_ARGS__>(filter, "pointwise_" #function "_" #dtype,   \
                       TL_SYMBOL(pointwise, function, dtype));      \
  }
#define TL_BENCH1(function, dtype) TL_BENCH(function, dtype, W, W)
#define TL_BENCH2(function, dtype) TL_BENCH(function, dtype, W, W, W)
#define TL_BENCH_COMPARE(function, dtype) TL_BENCH(function, dtype, type_bool, W, W)
#define TL_BENCH_SELECT(function, dtype) TL_BENCH(function, dtype, W, type_bool, W, W)
#define TL_UNARY(function, dtypes, ...) dtypes(TL_BENCH1, function)
#define TL_BINARY(function, dtypes, ...) dtypes(TL_BENCH2, function)
#define TL_COMPARE(function, dtypes, ...) dtypes(TL_BENCH_COMPARE, function)
#define TL_SELECT(function, dtypes, ...) dtypes(TL_BENCH_SELECT, function)
#define TL_BENCH3(function, dtype) TL_BENCH(function, dtype, W, W, W, W)
#define TL_PAIR2(first, second, dtypes, ...) dtypes(TL_BENCH2, first##_##second)
#define TL_PAIR3(first, second, dtypes, ...) dtypes(TL_BENCH3, first##_##second)
#include "kernels/pointwise/kernels.inc"
#undef TL_BENCH
#undef TL_BENCH1
#undef TL_BENCH2
#undef TL_BENCH3
#undef TL_BENCH_COMPARE
#undef TL_BENCH_SELECT
}

}  // namespace tl::bench
