// Throughput of every reduction of the list: along rows, down columns, and strided both ways.
#include <string>
#include <vector>

#include "bench/timing.h"
#include "kernels/reduce/reduce.h"
#include "testing/descriptors.h"

namespace tl::bench {
namespace {

using testing::Int64s;

// A matrix of which one axis is kept and the other reduced, its rows perhaps asked for ahead.
struct Shape {
  const char* name;
  int64_t kept;
  int64_t kept_stride;
  int64_t reduced;
  int64_t reduced_stride;
  int64_t asks = 0;
};

template <class T, class Function>
void Run(const std::string& filter, const std::string& name, Function kernel) {
  if (name.find(filter) == std::string::npos) return;
  for (const Shape& shape : {Shape{"2048 to 1", 1, 0, 2048, 1},
                             Shape{"10M to 1", 1, 0, 10'000'000, 1},
                             Shape{"4096x1024 rows", 4096, 1024, 1024, 1},
                             Shape{"4096x4096 rows", 4096, 4096, 4096, 1},
                             Shape{"4096x4096 rows, asked for", 4096, 4096, 4096, 1, 1},
                             Shape{"100000x8 rows", 100'000, 8, 8, 1},
                             Shape{"4096x1024 columns", 1024, 1, 4096, 1024},
                             Shape{"4096x4096 columns", 4096, 1, 4096, 4096},
                             Shape{"100000x8 columns", 8, 1, 100'000, 8},
                             Shape{"1024x1024 every 2nd", 1024, 2048, 1024, 2}}) {
    const int64_t last = (shape.kept - 1) * shape.kept_stride +
                         (shape.reduced - 1) * shape.reduced_stride;
    Elements<T> operand(last + 1, T(1)), result(shape.kept, T(0));
    void* const buffers[] = {operand.data(), result.data()};
    const Int64s descriptor{1, 1, shape.kept, shape.asks, 0, shape.kept,
                            shape.kept_stride, 1, shape.reduced, shape.reduced_stride};
    const Timing timing = Measure([&] { kernel(descriptor.data(), buffers, 0, 1, nullptr); });
    Print(name, shape.name, timing,
          static_cast<double>(shape.kept * shape.reduced) * sizeof(T), "GB/s");
  }
}

}  // namespace

void Reduce(const std::string& filter) {
#define TL_BENCH(function, dtype) \
  Run<type_##dtype>(filter, "reduce_" #function "_" #dtype, TL_SYMBOL(reduce, function, dtype));
#define TL_REDUCTION(function, dtypes, ...) dtypes(TL_BENCH, function)
#include "kernels/reduce/kernels.inc"
#undef TL_BENCH
}

}  // namespace tl::bench
