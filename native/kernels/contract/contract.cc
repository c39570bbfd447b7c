// Compiles contract-inl.h for every target and gives each kernel of the list its C symbol.
#include "kernels/contract/contract.h"

#include "kernels/contract/blas.h"
#include "simd/targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/contract/contract-inl.h"
#include "hwy/foreach_target.h"
#include "kernels/contract/contract-inl.h"

#define TL_ON_TARGETS(X, function, operands, dtypes) \
  dtypes(X, contract, function, operands, PackingScratch)

namespace tl::contract {
#define TL_SEMIRING(function, dtypes) TL_ON_TARGETS(TL_EXPORT_TARGETS, function, 2, dtypes)
#define TL_PACK(function, dtypes) TL_ON_TARGETS(TL_EXPORT_TARGETS, function, 1, dtypes)
#define TL_BLAS(function, dtypes)
#include "kernels/contract/kernels.inc"
}  // namespace tl::contract

#define TL_SEMIRING(function, dtypes) TL_ON_TARGETS(TL_DEFINE_KERNEL, function, 2, dtypes)
#define TL_PACK(function, dtypes) TL_ON_TARGETS(TL_DEFINE_KERNEL, function, 1, dtypes)
#define TL_DEFINE_BLAS(function, dtype)                                                    \
  extern "C" void TL_SYMBOL(contract, function, dtype)(TL_PARAMETERS) {                    \
    static_cast<void>(scratch);                                                            \
    tl::contract::Blas<tl::type_##dtype>(descriptor, buffers, tile_begin, tile_end);       \
  }
#define TL_BLAS(function, dtypes) dtypes(TL_DEFINE_BLAS, function)
#include "kernels/contract/kernels.inc"
