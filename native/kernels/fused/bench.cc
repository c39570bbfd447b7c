// Throughput of fused programs: a chain of pointwise functions, and the softmax of long rows.
#include <string>
#include <vector>

#include "bench/timing.h"
#include "kernels/fused/fused.h"
#include "testing/programs.h"

namespace tl::bench {
namespace {

using testing::Call;
using testing::Int64s;
using testing::Program;

// y = sigmoid(a b + c) tanh(d)
void Chain(int64_t count) {
  Program program;
  program.extents = {count};
  program.operands.assign(4, {{1}, 4});
  program.results = {{4}};
  program.registers = 2;
  program.chunk = count > 100'000 ? 512 : 1024;  // as FusedRegion has it
  const int64_t r = program.reg(0);
  const int64_t s = program.reg(1);
  program.sections = {{Call("mul_f32", r, 0, 1), Call("add_f32", s, r, 2),
                       Call("sigmoid_f32", r, s), Call("tanh_f32", s, 3),
                       Call("mul_f32", program.result(), r, s)}};
  Elements<float> a(count, 0.5F), b(count, 1.5F), c(count, -0.25F), d(count, 0.75F);
  Elements<float> y(count, 0.0F);
  void* const buffers[] = {a.data(), b.data(), c.data(), d.data(), y.data()};
  const Int64s descriptor = program.descriptor(count);
  const Timing timing =
      Measure([&] { tl_fused_map_f32(descriptor.data(), buffers, 0, 1, nullptr); });
  Print("fused_map_f32", ("chain of 5, " + std::to_string(count)).c_str(), timing,
        20.0 * static_cast<double>(count), "GB/s");
}

void SoftmaxRows(int64_t rows, int64_t columns) {
  const bool large = rows * columns > 1'000'000;  // written past the caches, as FusedRegion has it
  Program program = testing::Softmax("f32", 4, {rows}, {columns}, columns, 1, large);
  if (large) program.results[0].kind = fused::kStreamed;
  program.chunk = 2 * columns > 1024 ? 512 : 1024;
  Elements<float> x(rows * columns, 0.5F), y(rows * columns, 0.0F);
  Elements<uint8_t> scratch(program.scratch_bytes(), 0);
  void* const buffers[] = {x.data(), y.data()};
  const Int64s descriptor = program.descriptor(rows);
  const Timing timing = Measure(
      [&] { tl_fused_rows_f32(descriptor.data(), buffers, 0, 1, scratch.data()); });
  Print("fused_rows_f32",
        ("softmax " + std::to_string(rows) + "x" + std::to_string(columns)).c_str(), timing,
        8.0 * static_cast<double>(rows * columns), "GB/s");
}

}  // namespace

void Fused(const std::string& filter) {
  if (std::string("fused_map_f32").find(filter) != std::string::npos) {
    for (const int64_t count : {1'000, 10'000, 10'000'000}) Chain(count);
  }
  if (std::string("fused_rows_f32").find(filter) != std::string::npos) {
    SoftmaxRows(4096, 16);
    SoftmaxRows(4096, 64);
    SoftmaxRows(1024, 256);
    SoftmaxRows(4096, 4096);
  }
}

}  // namespace tl::bench
