// The C surface: the table of all kernels, and what the library says about itself.
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

const tl_library* tl_this_library() {
  static const int64_t supported = hwy::SupportedTargets() & HWY_TARGETS;
  static const std::string supported_names = Names(supported);
  static const std::string compiled_names = Names(HWY_TARGETS);
  static const tl_library library = {TL_ABI_VERSION, std::size(kKernels), kKernels, TL_VERSION,
                                     hwy::TargetName(supported & -supported),
                                     supported_names.c_str(), compiled_names.c_str()};
  return &library;
}

void tl_describe(const int64_t*, void* const* buffers, int64_t, int64_t, void*) {
  *static_cast<const tl_library**>(buffers[0]) = tl_this_library();
}
