// Rate of every contraction of the list on square matrices, and of the packed ones on transposed
// and strided operands. The BLAS lines are the peer that the others are read beside.
#include <string>
#include <utility>

#include "bench/timing.h"
#include "kernels/contract/contract.h"
#include "testing/descriptors.h"
#include "testing/gemm.h"

namespace tl::bench {
namespace {

using testing::Contraction;

template <class T, class Function>
void Run(const std::string& kernel, const std::string& shape, Contraction spec, int64_t span,
         int64_t scratch_bytes, Function function) {
  if (kernel.find("blas") != std::string::npos) spec.last_word = testing::GemmOf(sizeof(T));
  Elements<T> a(span, T(0.5)), b(span, T(0.25)), c(span, T(0));
  Elements<uint8_t> scratch(scratch_bytes, 0);
  void* const buffers[] = {a.data(), b.data(), c.data()};
  const testing::Int64s descriptor = testing::ContractDescriptor(spec);
  const int64_t tiles = spec.tiles();
  const Timing timing =
      Measure([&] { function(descriptor.data(), buffers, 0, tiles, scratch.data()); });
  const double operations = 2.0 * static_cast<double>(spec.rows.elements()) *
                            static_cast<double>(spec.columns.elements()) *
                            static_cast<double>(spec.depth.elements());
  Print(kernel, shape, timing, operations, "Gop/s");
}

template <class T, class Function>
void Squares(const std::string& filter, const std::string& name, int64_t scratch_bytes,
             bool strided, Function function) {
  if (name.find(filter) == std::string::npos) return;
  for (const int64_t n : {16, 32, 64, 100, 128, 256, 512, 1024}) {
    const std::string shape = std::to_string(n);
    const Contraction plain{
        {}, {{n}, {n}, {}, {n}}, {{n}, {}, {1}, {1}}, {{n}, {1}, {n}, {}}, n, n};
    Run<T>(name, shape, plain, n * n, scratch_bytes, function);
    if (!strided) continue;
    Contraction transposed = plain;
    transposed.rows.a = transposed.depth.b = {1};
    transposed.depth.a = transposed.columns.b = {n};
    Run<T>(name, shape + " both transposed", transposed, n * n, scratch_bytes, function);
  }
  if (strided) {
    const int64_t n = 256;
    const Contraction gaps{
        {}, {{n}, {2 * n}, {}, {n}}, {{n}, {}, {2}, {1}}, {{n}, {2}, {2 * n}, {}}, n, n};
    Run<T>(name, "256 every 2nd", gaps, 2 * n * n, scratch_bytes, function);
    // The two products of an attention of 256 places and 64 features.
    const int64_t f = 64;
    const Contraction scores{
        {}, {{n}, {f}, {}, {n}}, {{n}, {}, {f}, {1}}, {{f}, {1}, {1}, {}}, n, n};
    Run<T>(name, "256x64x256 B transposed", scores, n * n, scratch_bytes, function);
    const Contraction mixed{
        {}, {{n}, {n}, {}, {f}}, {{f}, {}, {1}, {1}}, {{n}, {1}, {f}, {}}, n, f};
    Run<T>(name, "256x256x64", mixed, n * n, scratch_bytes, function);
    const int64_t g = 4096;
    const Contraction vector{{}, {{g}, {g}, {}, {1}}, {}, {{g}, {1}, {1}, {}}, g, 1};
    Run<T>(name, "4096x4096x1", vector, g * g, scratch_bytes, function);
  }
}

// Columns of 1024 x 1024 put in order, from lines along the columns and along the depth.
template <class T, class Function>
void Pack(const std::string& filter, const std::string& name, Function function) {
  if (name.find(filter) == std::string::npos) return;
  const int64_t n = 1024;
  const int64_t tiles = (n + DepthPart(n) - 1) / DepthPart(n) * kPackShares;
  Elements<T> b(n * n, T(0.5)), packed(n * n, T(0));
  Elements<uint8_t> scratch(PackingScratch<T>(), 0);
  for (const bool transposed : {false, true}) {
    Contraction spec{{}, {{n}, {n}, {}, {n}}, {{n}, {}, {1}, {1}}, {{n}, {1}, {n}, {}}, n, n};
    if (transposed) std::swap(spec.columns.b, spec.depth.b);
    spec.last_word = 1;
    const testing::Int64s descriptor = testing::ContractDescriptor(spec);
    void* const buffers[] = {b.data(), packed.data()};
    const Timing timing =
        Measure([&] { function(descriptor.data(), buffers, 0, tiles, scratch.data()); });
    Print(name, transposed ? "1024 transposed" : "1024", timing,
          2.0 * sizeof(T) * static_cast<double>(n * n), "GB/s");
  }
}

}  // namespace

void Contract(const std::string& filter) {
#define TL_BENCH(function, scratch_of, strided, dtype)                                          \
  Squares<type_##dtype>(filter, "contract_" #function "_" #dtype, scratch_of<type_##dtype>(), \
                        strided, TL_SYMBOL(contract, function, dtype));
#define TL_SEMIRING(function, dtypes) dtypes(TL_BENCH, function, PackingScratch, true)
#define TL_BENCH_PACK(function, dtype)                             \
  Pack<type_##dtype>(filter, "contract_" #function "_" #dtype,     \
                     TL_SYMBOL(contract, function, dtype));
#define TL_PACK(function, dtypes) dtypes(TL_BENCH_PACK, function)
#define TL_BLAS(function, dtypes) dtypes(TL_BENCH, function, NoScratch, false)
#include "kernels/contract/kernels.inc"
#undef TL_BENCH
#undef TL_BENCH_PACK
}

}  // namespace tl::bench
