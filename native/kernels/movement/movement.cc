// Compiles movement-inl.h for every target and gives each kernel of the list its C symbol.
#include "kernels/movement/movement.h"

#include "simd/targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/movement/movement-inl.h"
#include "hwy/foreach_target.h"
#include "kernels/movement/movement-inl.h"

namespace tl::movement {
#define TL_KERNEL TL_EXPORT_TARGETS
#include "kernels/movement/kernels.inc"
}  // namespace tl::movement

#define TL_KERNEL TL_DEFINE_KERNEL
#include "kernels/movement/kernels.inc"
