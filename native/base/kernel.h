// What every family's list of kernels expands to: declarations in C, and rows of the kernel table.
#ifndef TENSORLOGIC_BASE_KERNEL_H_
#define TENSORLOGIC_BASE_KERNEL_H_

#include <cstdint>

#include "base/dtypes.h"

namespace tl {

// Scratch bytes of a kernel on elements of type T; families that need scratch have their own.
template <class T>
constexpr std::int64_t NoScratch() {
  return 0;
}

}  // namespace tl

// The C symbol of a kernel, and its parameters.
#define TL_SYMBOL(family, function, dtype) tl_##family##_##function##_##dtype
#define TL_PARAMETERS                                                                           \
  const int64_t *descriptor, void *const *buffers, int64_t tile_begin, int64_t tile_end, \
      void *scratch

// Readers for the lists: what TL_KERNEL is defined as.
#define TL_DECLARE_KERNEL(family, function, operand_count, scratch_of, dtype) \
  extern "C" void TL_SYMBOL(family, function, dtype)(TL_PARAMETERS);
#define TL_EXPORT_TARGETS(family, function, operand_count, scratch_of, dtype) \
  HWY_EXPORT(function##_##dtype);
#define TL_DEFINE_KERNEL(family, function, operand_count, scratch_of, dtype)                \
  extern "C" void TL_SYMBOL(family, function, dtype)(TL_PARAMETERS) {                       \
    HWY_DYNAMIC_DISPATCH(tl::family::function##_##dtype)                                    \
    (descriptor, buffers, tile_begin, tile_end, scratch);                                   \
  }

#endif  // TENSORLOGIC_BASE_KERNEL_H_
