// Compiles reduce-inl.h for every target and gives each kernel of the list its C symbol.
#include "kernels/reduce/reduce.h"

#include "simd/targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/reduce/reduce-inl.h"
#include "hwy/foreach_target.h"
#include "kernels/reduce/reduce-inl.h"

namespace tl::reduce {
#define TL_KERNEL TL_EXPORT_TARGETS
#include "kernels/reduce/kernels.inc"
}  // namespace tl::reduce

#define TL_KERNEL TL_DEFINE_KERNEL
#include "kernels/reduce/kernels.inc"
