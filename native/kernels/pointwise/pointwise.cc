// Compiles pointwise-inl.h for every target and gives each kernel of the list its C symbol.
#include "kernels/pointwise/pointwise.h"

#include "simd/targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/pointwise/pointwise-inl.h"
#include "hwy/foreach_target.h"
#include "kernels/pointwise/pointwise-inl.h"

namespace tl::pointwise {
#define TL_KERNEL TL_EXPORT_TARGETS
#include "kernels/pointwise/kernels.inc"
}  // namespace tl::pointwise

#define TL_KERNEL TL_DEFINE_KERNEL
#include "kernels/pointwise/kernels.inc"
