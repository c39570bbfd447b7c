// Every kernel of the table, on every target, called for distinct tiles of one step from several
// threads at once: the bits are those of one call for all tiles. Under the thread sanitizer this is
// how tiles are known to share nothing that is written; only OpenBLAS's own stores are not seen.
#include <cblas.h>
#include <gtest/gtest.h>

#include <latch>
#include <memory>
#include <string>
#include <thread>
#include <tuple>
#include <vector>

#include "abi/tensorlogic.h"
#include "kernels/contract/packing.h"
#include "testing/descriptors.h"
#include "testing/gemm.h"
#include "testing/memory.h"
#include "testing/programs.h"
#include "testing/signatures.h"
#include "testing/targets.h"
#include "testing/values.h"

namespace tl::testing {
namespace {

constexpr int64_t kThreads = 4;
constexpr int64_t kRows = 37, kColumns = 53, kDepth = 29;

struct Operand {
  int64_t count;
  int64_t width;
};

// One call of a kernel for all its tiles.
struct Step {
  Int64s descriptor;
  int64_t tiles;
  std::vector<Operand> operands;
  int64_t result_bytes;
  int64_t scratch_bytes = 0;
};

int64_t TileCount(int64_t elements, int64_t tile) { return (elements + tile - 1) / tile; }

// Views of kRows x kColumns elements, the last operand transposed and the result with gaps that
// belong to nobody; tiles end in the middle of rows and of vectors.
Step ElementwiseStep(const Signature& signature) {
  const int64_t count = kRows * kColumns, tile = 19;
  std::vector<Int64s> strides(signature.operands.size(), {kColumns, 1});
  strides.back() = {1, kRows};
  strides.push_back({kColumns + 3, 1});
  Step step{PointwiseDescriptor({kRows, kColumns}, strides, tile), TileCount(count, tile), {},
            kRows * (kColumns + 3) * signature.result};
  for (const int64_t width : signature.operands) step.operands.push_back({count, width});
  return step;
}

// Copies say whether they go past the caches.
std::vector<Step> CopySteps(const Signature& signature) {
  std::vector<Step> steps;
  for (const int64_t streams : {0, 1}) {
    steps.push_back(ElementwiseStep(signature));
    steps.back().descriptor.push_back(streams);
  }
  return steps;
}

Step GatherStep(const Signature& signature) {
  const int64_t right = 5, count = kRows * right;
  return {{1, kRows, right, kRows, 3, 0, right, 1, 1}, TileCount(kRows, 3),
          {{count, signature.operands[0]}, {kRows, signature.operands[1]}},
          count * signature.result};
}

// Rows or columns are reduced, by the operand's strides.
Step ReduceStep(const Signature& signature, bool rows) {
  const int64_t tile = 5;
  const int64_t kept_stride = rows ? kDepth : 1, reduced_stride = rows ? 1 : kColumns;
  return {{1, 1, tile, 0, 0, kColumns, kept_stride, 1, kDepth, reduced_stride},
          TileCount(kColumns, tile), {{kColumns * kDepth, signature.operands[0]}},
          kColumns * signature.result};
}

Contraction Product() {
  return {{}, {{kRows}, {kDepth}, {}, {kColumns}}, {{kColumns}, {}, {1}, {1}},
          {{kDepth}, {1}, {kColumns}, {}}, 5, 7};
}

Step PackStep(const tl_kernel& kernel, int64_t width) {
  const int64_t step = kVectorBytesMax / width;
  const int64_t columns = (kColumns + step - 1) / step * step;
  Contraction spec = Product();
  spec.last_word = 1;
  return {ContractDescriptor(spec), kPackShares, {{kDepth * kColumns, width}},
          columns * kDepth * width, kernel.scratch_bytes};
}

Step ContractStep(const tl_kernel& kernel, int64_t width) {
  Contraction spec = Product();
  if (std::string(kernel.name).rfind("contract_blas", 0) == 0) {
    spec.last_word = GemmOf(width);
  }
  return {ContractDescriptor(spec), spec.tiles(),
          {{kRows * kDepth, width}, {kDepth * kColumns, width}}, kRows * kColumns * width,
          kernel.scratch_bytes};
}

// A choice between two operands, which every dtype has; `streamed` past the caches.
Step FusedStep(const std::string& dtype, bool rows, bool streamed) {
  const int64_t width = WidthOf(dtype), tile = rows ? 2 : 19, count = kRows * kColumns;
  Program program;
  program.extents = {kRows};
  Int64s strides{kColumns};
  if (!rows) {
    program.extents.push_back(kColumns);
    strides.push_back(1);
  }
  for (const int64_t bytes : {int64_t{1}, width, width}) {
    program.operands.push_back({strides, bytes, rows ? 1 : 0});
  }
  program.columns = rows ? kColumns : 0;
  program.results = {{width, streamed ? fused::kStreamed : fused::kColumns}};
  program.chunk = static_cast<int64_t>(fused::kRegisterBytes) / width;
  const std::vector<fused::Instruction> choice{
      Call("select_" + dtype, program.result(), 0, 1, 2)};
  program.sections = rows ? std::vector<std::vector<fused::Instruction>>{{}, {}, choice}
                          : std::vector<std::vector<fused::Instruction>>{choice};
  return {program.descriptor(tile), TileCount(rows ? kRows : count, tile),
          {{count, 1}, {count, width}, {count, width}}, count * width, program.scratch_bytes()};
}

// Rows whose exponentials wait in the scratch of each call.
Step SoftmaxStep(const std::string& dtype) {
  const int64_t width = WidthOf(dtype), count = kRows * kColumns;
  const Program program = Softmax(dtype, width, {kRows}, {kColumns}, kColumns, 1, true);
  return {program.descriptor(2), TileCount(kRows, 2), {{count, width}}, count * width,
          program.scratch_bytes()};
}

std::vector<Step> FusedSteps(const std::string& name) {
  const std::string dtype = name.substr(name.rfind('_') + 1);
  const bool rows = name.find("rows") != std::string::npos;
  std::vector<Step> steps{FusedStep(dtype, rows, false), FusedStep(dtype, rows, true)};
  if (rows && dtype[0] == 'f') steps.push_back(SoftmaxStep(dtype));
  return steps;
}

// Empty for a family that this test does not know.
std::vector<Step> StepsOf(const tl_kernel& kernel) {
  const std::string name = kernel.name, family = kernel.family;
  if (family == "fused") return FusedSteps(name);
  const Signature signature = SignatureOf(kernel);
  if (name.rfind("contract_pack", 0) == 0) return {PackStep(kernel, signature.result)};
  if (family == "contract") return {ContractStep(kernel, signature.result)};
  if (family == "reduce") return {ReduceStep(signature, true), ReduceStep(signature, false)};
  if (name.find("gather") != std::string::npos) return {GatherStep(signature)};
  if (family == "movement") return CopySteps(signature);
  if (family == "pointwise" || family == "convert") return {ElementwiseStep(signature)};
  return {};
}

struct Scratch {
  explicit Scratch(int64_t bytes) : memory((bytes + 63) / 64 * 64, Guard::kAfter) {}
  Memory<uint8_t> memory;
};

// Neighbouring tiles go to different threads, which begin together.
void RunOnThreads(tl_kernel_function kernel, const Step& step, void* const* buffers) {
  std::latch begin(kThreads);
  std::vector<std::thread> threads;
  for (int64_t thread = 0; thread < kThreads; ++thread) {
    threads.emplace_back([&begin, &step, kernel, buffers, thread] {
      Scratch scratch(step.scratch_bytes);
      begin.arrive_and_wait();
      for (int64_t tile = thread; tile < step.tiles; tile += kThreads) {
        kernel(step.descriptor.data(), buffers, tile, tile + 1, scratch.memory.data());
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
}

void Check(const tl_kernel& kernel, const Step& step) {
  Random random(11);
  const bool gathers = std::string(kernel.name).find("gather") != std::string::npos;
  std::vector<std::unique_ptr<Memory<uint8_t>>> operands;
  std::vector<void*> buffers;
  for (const auto [count, width] : step.operands) {
    operands.push_back(std::make_unique<Memory<uint8_t>>(count * width, Guard::kAfter));
    buffers.push_back(operands.back()->data());
    Randomise(*operands.back(), width, random);
  }
  if (gathers) {
    auto* indices = reinterpret_cast<int64_t*>(operands[1]->data());
    for (int64_t i = 0; i < kRows; ++i) indices[i] = static_cast<int64_t>(random() % kRows);
  }
  Memory<uint8_t> result(step.result_bytes, Guard::kAfter);
  Scratch scratch(step.scratch_bytes);
  buffers.push_back(result.data());
  kernel.function(step.descriptor.data(), buffers.data(), 0, step.tiles, scratch.memory.data());
  const std::vector<uint8_t> expected = result.copy();
  result.poison();
  RunOnThreads(kernel.function, step, buffers.data());
  ASSERT_EQ(expected, result.copy()) << kernel.name;
}

using Parameter = std::tuple<tl_kernel, int64_t>;

class ThreadsTest : public ::testing::TestWithParam<Parameter> {
 protected:
  static void SetUpTestSuite() { openblas_set_num_threads(1); }

  ForcedTarget forced_{std::get<1>(GetParam())};
};

TEST_P(ThreadsTest, RunDistinctTilesOfOneStepAtOnce) {
  const tl_kernel& kernel = std::get<0>(GetParam());
  const std::vector<Step> steps = StepsOf(kernel);
  ASSERT_FALSE(steps.empty()) << "no step for the family " << kernel.family;
  for (const Step& step : steps) Check(kernel, step);
}

std::vector<tl_kernel> AllKernels() {
  const tl_library* table = tl_this_library();
  return {table->kernels, table->kernels + table->kernel_count};
}

INSTANTIATE_TEST_SUITE_P(All, ThreadsTest,
                         ::testing::Combine(::testing::ValuesIn(AllKernels()),
                                            ::testing::ValuesIn(Targets())),
                         KernelAndTarget());

}  // namespace
}  // namespace tl::testing
