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
// Functions, their formulas, dtypes and worst errors: kernels.inc. Notes on how they are computed:
//   exp tanh sigmoid erf gelu in f32: vector code for all operands; far ones are clamped.
//   exp sigmoid in f64; log sin cos softplus silu in f32 and f64: vector code where the operand is
//     in range: |x| <= 87 in f32 and 708 in f64, positive and normal for log, |x| <= 1024 for sin
//     and cos. A lane out of range or NaN takes the C library, in double; sigmoid and silu in long
//     double. Many such lanes are slow; a lane's bits do not depend on the others.
//   tanh in f64: vector code for all operands.
//   tan pow mod in f32 and f64; erf gelu in f64: the C library lane by lane in double, gelu in long
//     double. Slow.
//   rsqrt: a square root and a division, each rounded.
//   gelu in f32: within 8 ulps, which negative operands come near.
//   round takes ties to even. In min and max, NaN in either gives NaN, and -0 is below +0. bool is
//     0 or 1.
// i64 wraps: the least one is its own negative and magnitude. Where the target has no product of 64
//   bits, such as AVX2, mul and square of i64 are made of three of 32.
// NaN and infinities pass through as IEEE 754 says, but pow of 1 or -1 to a NaN or an infinity is
//   NaN, as in Java; the payload and sign of a NaN are unspecified.
//
// Not handled: extents of 0, results that overlap operands in part, dtypes not in kernels.inc.
#ifndef TENSORLOGIC_KERNELS_POINTWISE_POINTWISE_H_
#define TENSORLOGIC_KERNELS_POINTWISE_POINTWISE_H_

#include "base/kernel.h"

#define TL_KERNEL TL_DECLARE_KERNEL
#include "kernels/pointwise/kernels.inc"

#endif  // TENSORLOGIC_KERNELS_POINTWISE_POINTWISE_H_
