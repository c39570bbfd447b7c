// Throughput of every movement of the list, read beside the plain copy.
#include <string>
#include <vector>

#include "bench/timing.h"
#include "kernels/movement/movement.h"
#include "testing/descriptors.h"
#include "testing/memory.h"

namespace tl::bench {
namespace {

using testing::Int64s;

template <class T, class Function>
void Copies(const std::string& filter, const std::string& name, Function kernel) {
  if (name.find(filter) == std::string::npos) return;
  struct Shape {
    const char* name;
    Int64s extents;
    Int64s operand;
    Int64s result = testing::DenseStrides(extents);
  };
  const std::vector<Shape> shapes = {
      {"2048", {2048}, {1}},
      {"10M", {10'000'000}, {1}},
      {"10M fill", {10'000'000}, {0}},
      {"100x100 transposed", {100, 100}, {1, 100}},
      {"1000x1000 transposed", {1000, 1000}, {1, 1000}},
      {"2048x2048 transposed", {2048, 2048}, {1, 2048}},
      {"32x64x500 to 64x32x500", {64, 32, 500}, {500, 32000, 1}},
      {"64x64x512 to 512x64x64", {512, 64, 64}, {1, 32768, 512}},
      // abcd to dbca, walked as bcda, and in the runtime's order, which cuts a into lines.
      {"48^4 reversed", {48, 48, 48, 48}, {2304, 48, 1, 110592}, {2304, 48, 110592, 1}},
      {"48^4 reversed in lines",
       {48, 3, 48, 48, 16},
       {2304, 16 * 110592, 48, 1, 110592},
       {2304, 16, 48, 110592, 1}},
  };
  for (const Shape& shape : shapes) {
    const int64_t count = testing::Elements(shape.extents);
    Elements<T> operand(count, T(1)), result(count, T(0));
    void* const buffers[] = {operand.data(), result.data()};
    for (const bool streams : {false, true}) {
      Int64s descriptor = testing::PointwiseDescriptor(shape.extents,
                                                       {shape.operand, shape.result}, count);
      descriptor.push_back(streams);
      const Timing timing = Measure([&] { kernel(descriptor.data(), buffers, 0, 1, nullptr); });
      Print(name, shape.name + std::string(streams ? " past the caches" : ""), timing,
            2.0 * static_cast<double>(count) * sizeof(T), "GB/s");
    }
  }
}

template <class T, class Function>
void Gathers(const std::string& filter, const std::string& name, Function kernel) {
  if (name.find(filter) == std::string::npos) return;
  constexpr int64_t kExtent = 10'000, kCount = 5'000;
  for (const int64_t width : {1, 16, 256}) {
    Elements<T> data(kExtent * width, T(1)), result(kCount * width, T(0));
    Elements<int64_t> indices(kCount, 0);
    for (int64_t i = 0; i < kCount; ++i) indices.data()[i] = i * 7919 % kExtent;
    void* const buffers[] = {data.data(), indices.data(), result.data()};
    const Int64s descriptor{1, kCount, width, kExtent, kCount, 0, width, 1, 1};
    const Timing timing = Measure([&] { kernel(descriptor.data(), buffers, 0, 1, nullptr); });
    Print(name, "5000 rows of " + std::to_string(width), timing,
          2.0 * static_cast<double>(kCount * width) * sizeof(T), "GB/s");
  }
}

}  // namespace

void Movement(const std::string& filter) {
#define TL_BENCH(loop, function, width)                          \
  loop<type_##width>(filter, "movement_" #function "_" #width, \
                     TL_SYMBOL(movement, function, width));
#define TL_COPY(function, widths) widths(TL_BENCH, Copies, function)
#define TL_GATHER(function, widths) widths(TL_BENCH, Gathers, function)
#include "kernels/movement/kernels.inc"
#undef TL_BENCH
}

}  // namespace tl::bench
