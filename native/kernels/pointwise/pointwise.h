// Pointwise kernels: result[i] = f(operand0[i], operand1[i], ...) over a strided index space.
//
// Descriptor (int64): [0] operand count n, [1] rank r in 1..TL_RANK_MAX, [2] tile elements, then r
//   extents (outermost first, none 0), then n + 1 blocks of r strides, the result's last. Tile t
//   holds the row-major elements [t * tile elements, min((t + 1) * tile elements, total)).
// Buffers: n operands, then the result. No scratch.
// Aliasing: an operand may be the result if both have the same strides; otherwise operands may
//   overlap each other, but not the result. The result's elements must be distinct in memory.
// Alignment: that of the dtype.
// Bits: each result element depends on its operands' elements only, not on lanes, tiles or layout.
// Error: see the ulps column of kernels.inc, against the double oracle of reference.cc.
// NaN and infinities pass through as IEEE 754 says; the payload and sign of a NaN are unspecified.
//
// | function | formula | dtypes  | worst error |
// | neg      | -x      | f32 f64 | exact; flips the sign of zeros |
//
// Not handled: extents of 0, results that overlap operands in part, dtypes not in kernels.inc.
#ifndef TENSORLOGIC_KERNELS_POINTWISE_POINTWISE_H_
#define TENSORLOGIC_KERNELS_POINTWISE_POINTWISE_H_

#include "base/kernel.h"

#define TL_KERNEL TL_DECLARE_KERNEL
#include "kernels/pointwise/kernels.inc"

#endif  // TENSORLOGIC_KERNELS_POINTWISE_POINTWISE_H_
