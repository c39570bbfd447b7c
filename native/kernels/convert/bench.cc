// Throughput of every conversion of the list: in the first-level cache, in memory and strided.
#include <string>

#include "bench/timing.h"
#include "kernels/convert/convert.h"
#include "testing/descriptors.h"

namespace tl::bench {
namespace {

template <class To, class From, class Function>
void Run(const std::string& filter, const std::string& name, Function kernel) {
  if (name.find(filter) == std::string::npos) return;
  struct Shape {
    const char* name;
    int64_t count;
    int64_t stride;
  };
  for (const Shape& shape : {Shape{"2048", 2048, 1}, Shape{"10M", 10'000'000, 1},
                             Shape{"2048 every 2nd", 2048, 2}}) {
    Elements<From> operand(shape.count * shape.stride, From(1));
    Elements<To> result(shape.count, To(0));
    void* const buffers[] = {operand.data(), result.data()};
    const testing::Int64s descriptor =
        testing::PointwiseDescriptor({shape.count}, {{shape.stride}, {1}}, shape.count);
    const Timing timing = Measure([&] { kernel(descriptor.data(), buffers, 0, 1, nullptr); });
    Print(name, shape.name, timing,
          static_cast<double>(shape.count) * (sizeof(From) + sizeof(To)), "GB/s");
  }
}

}  // namespace

void Convert(const std::string& filter) {
#define TL_CONVERSION(from, to)                                       \
  Run<type_##to, type_##from>(filter, "convert_" #from "_" #to,       \
                              TL_SYMBOL(convert, from, to));
#include "kernels/convert/kernels.inc"
}

}  // namespace tl::bench
