// Compiles convert-inl.h for every target and gives each kernel of the list its C symbol.
#include "kernels/convert/convert.h"

#include "simd/targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/convert/convert-inl.h"
#include "hwy/foreach_target.h"
#include "kernels/convert/convert-inl.h"

namespace tl::convert {
#define TL_KERNEL TL_EXPORT_TARGETS
#include "kernels/convert/kernels.inc"
}  // namespace tl::convert

#define TL_KERNEL TL_DEFINE_KERNEL
#include "kernels/convert/kernels.inc"
