// Compiles fused-inl.h for every target and gives each kernel of the list its C symbol.
#include "kernels/fused/fused.h"

#include "simd/targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/fused/fused-inl.h"
#include "hwy/foreach_target.h"
#include "kernels/fused/fused-inl.h"

namespace tl::fused {
#define TL_KERNEL TL_EXPORT_TARGETS
#include "kernels/fused/kernels.inc"
}  // namespace tl::fused

#define TL_KERNEL TL_DEFINE_KERNEL
#include "kernels/fused/kernels.inc"
