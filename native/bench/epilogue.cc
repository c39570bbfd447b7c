// Time of a product followed by relu(x + bias) in a call of its own, and as its epilogue.
#include <string>

#include "bench/timing.h"
#include "kernels/contract/contract.h"
#include "kernels/fused/fused.h"
#include "testing/descriptors.h"
#include "testing/programs.h"

namespace tl::bench {
namespace {

using testing::Contraction;
using testing::Int64s;
using testing::Program;

void Layer(int64_t m, int64_t k, int64_t n) {
  Elements<float> x(m * k, 0.5F), w(k * n, 0.25F), bias(n, 0.125F), y(m * n, 0.0F);
  Elements<uint8_t> scratch(PackingScratch<float>(), 0);
  Program program;
  program.extents = {m, n};
  program.operands = {{{n, 1}, 4}, {{0, 1}, 4}};
  program.results = {{4}};
  program.registers = 1;
  program.chunk = 512;
  program.sections = {{testing::Call("add_relu_f32", program.result(), 0, 1)}};
  Contraction plain{{}, {{m}, {k}, {}, {n}}, {{n}, {}, {1}, {1}}, {{k}, {1}, {n}, {}}, 1536, 1024};
  Contraction both = plain;
  both.epilogue = {reinterpret_cast<int64_t>(&tl_fused_map_f32), 2, 0, 1, 0};
  testing::Append(both.epilogue, program.descriptor(1));
  if (4 * m * n > 32 << 20) program.results[0].kind = fused::kStreamed;  // as FusedRegion has it
  const Int64s functions = program.descriptor(m * n);
  const Int64s product = testing::ContractDescriptor(plain);
  const Int64s joined = testing::ContractDescriptor(both);
  void* const of_product[] = {x.data(), w.data(), y.data()};
  void* const of_functions[] = {y.data(), bias.data(), y.data()};
  void* const of_both[] = {x.data(), w.data(), bias.data(), y.data()};
  const std::string shape =
      std::to_string(m) + "x" + std::to_string(k) + "x" + std::to_string(n);
  const double operations = 2.0 * static_cast<double>(m * k * n);
  const Timing two = Measure([&] {
    tl_contract_sum_product_f32(product.data(), of_product, 0, plain.tiles(), scratch.data());
    tl_fused_map_f32(functions.data(), of_functions, 0, 1, nullptr);
  });
  Print("epilogue_f32", (shape + " in two calls").c_str(), two, operations, "Gop/s");
  const Timing one = Measure([&] {
    tl_contract_sum_product_f32(joined.data(), of_both, 0, both.tiles(), scratch.data());
  });
  Print("epilogue_f32", (shape + " in one").c_str(), one, operations, "Gop/s");
}

}  // namespace

void Epilogues(const std::string& filter) {
  if (std::string("epilogue_f32").find(filter) == std::string::npos) return;
  Layer(16, 16, 16);
  Layer(256, 784, 512);
  Layer(4096, 64, 1024);
  Layer(4096, 64, 4096);
}

}  // namespace tl::bench
