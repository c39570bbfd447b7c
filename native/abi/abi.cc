// The C surface: the table of all kernels, and what the library says about itself.
#include <openblas_config.h>

#include <cblas.h>

#include <cstdint>
#include <iterator>
#include <string>

#include "abi/tensorlogic.h"
#include "base/kernel.h"
#include "base/views.h"
#include "kernels/contract/contract.h"
#include "kernels/convert/convert.h"
#include "kernels/fused/fused.h"
#include "kernels/movement/movement.h"
#include "kernels/pointwise/pointwise.h"
#include "kernels/reduce/reduce.h"
#include "simd/targets.h"

#include "hwy/targets.h"

static_assert(TL_RANK_MAX == tl::kRankMax);

namespace {

#define TL_ROW(family, function, operand_count, scratch_of, dtype)              \
  {#family "_" #function "_" #dtype, #family, operand_count,                    \
   scratch_of<tl::type_##dtype>(), TL_SYMBOL(family, function, dtype)},

constexpr tl_kernel kKernels[] = {
#define TL_KERNEL TL_ROW
#include "kernels/pointwise/kernels.inc"
#define TL_KERNEL TL_ROW
#include "kernels/contract/kernels.inc"
#define TL_KERNEL TL_ROW
#include "kernels/reduce/kernels.inc"
#define TL_KERNEL TL_ROW
#include "kernels/movement/kernels.inc"
#define TL_KERNEL TL_ROW
#include "kernels/convert/kernels.inc"
#define TL_KERNEL TL_ROW
#include "kernels/fused/kernels.inc"
};

constexpr tl_kernel_table kTable = {TL_ABI_VERSION, std::size(kKernels), kKernels};

// Names of the targets in a set; in Highway's sets lower bits are better targets.
std::string Names(int64_t targets) {
  std::string names;
  for (; targets != 0; targets &= targets - 1) {
    if (!names.empty()) names += ' ';
    names += hwy::TargetName(targets & -targets);
  }
  return names;
}

}  // namespace

const tl_kernel_table* tl_kernels() { return &kTable; }

const char* tl_target() {
  const int64_t targets = hwy::SupportedTargets() & HWY_TARGETS;
  return hwy::TargetName(targets & -targets);
}

const char* tl_supported_targets() {
  static const std::string names = Names(hwy::SupportedTargets() & HWY_TARGETS);
  return names.c_str();
}

const char* tl_compiled_targets() {
  static const std::string names = Names(HWY_TARGETS);
  return names.c_str();
}

const char* tl_version() { return TL_VERSION; }

const char* tl_blas() {
  static const std::string text =
      std::string(openblas_get_config()) + " core " + openblas_get_corename();
  return text.c_str();
}

void tl_blas_single_thread() { openblas_set_num_threads(1); }
