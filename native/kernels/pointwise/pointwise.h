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
// Error: see the ulps column of kernels.inc, against the formula beside it.
// Outside a polynomial's range (NaN, infinities, subnormal or huge values) a lane is computed by
//   the C library in double.
// NaN and infinities pass through as IEEE 754 says; the payload and sign of a NaN are unspecified.
//
// | function | formula                                   | dtypes           | notes |
// | neg abs sign step relu square sqrt floor ceil         | f32 f64          | exact |
// | round    | to the nearest integer, ties to even       | f32 f64          | exact |
// | rsqrt exp log sin cos tanh sigmoid softplus silu      | f32 f64          | vector polynomials |
// | erf gelu | vector polynomials; gelu within 4 ulps but for x < -5 | f32       | |
// | erf gelu | lane by lane in double                    | f64              | slow |
// | tan pow mod | lane by lane in double                 | f32 f64          | slow |
// | step     | 1 where x > 0, else 0; NaN stays           | f32 f64          | |
// | gelu     | x (1 + erf(x / sqrt 2)) / 2                | f32 f64          | |
// | not      | 1 - x                                      | bool             | |
// | add sub mul div | IEEE 754                            | f32 f64          | exact |
// | min max  | NaN in either gives NaN; -0 is below +0    | f32 f64          | exact |
// | mod      | the remainder with the divisor's sign      | f32 f64          | |
// | and or xor | on 0 and 1                               | bool             | |
// | eq ne lt le gt ge | bool result; NaN is unordered     | f32 f64 i64      | |
// | select   | operand 0 ? operand 1 : operand 2          | f32 f64 i64 bool | operand 0 is bool |
//
// Not handled: extents of 0, results that overlap operands in part, dtypes not in kernels.inc.
#ifndef TENSORLOGIC_KERNELS_POINTWISE_POINTWISE_H_
#define TENSORLOGIC_KERNELS_POINTWISE_POINTWISE_H_

#include "base/kernel.h"

#define TL_KERNEL TL_DECLARE_KERNEL
#include "kernels/pointwise/kernels.inc"

#endif  // TENSORLOGIC_KERNELS_POINTWISE_POINTWISE_H_
