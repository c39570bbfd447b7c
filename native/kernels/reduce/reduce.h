// Reductions: result[o] = x[o, 0] + x[o, 1] + ... over the reduced axes, for + one of the functions
// below.
//
// Descriptor (int64): [0] kept rank p >= 0, [1] reduced rank q >= 1, [2] tile outputs, [3] 1 if
//   rows from beyond the first-level cache are asked for ahead, else 0, [4] chunk (0 = none),
//   [5] full extent (only if chunk > 0), then p extents, p operand strides, p result strides, q
//   extents, q operand strides; all outermost first. Tile t holds the row-major outputs
//   [t * tile outputs, min((t + 1) * tile outputs, outputs)) of the kept extents; one output if
//   p = 0. Kept extents are not 0; a reduced one may be.
//   With a chunk, a long reduction is cut into partial ones: the last kept axis is the chunk index
//   c, and for its outputs the first reduced axis has the extent min(chunk, full - c * chunk).
// Buffers: the operand, then the result. No scratch. The result does not overlap the operand; its
//   elements must be distinct in memory.
// Alignment: that of the dtype.
//
// | function | formula           | no element | dtypes      | worst error                       |
// | sum      | x0 + x1 + ...     | 0          | f32 f64 i64 | gamma(depth) * sum |x|            |
// | prod     | x0 * x1 * ...     | 1          | f32 f64 i64 | gamma(n) * |result|               |
// | max      | greatest          | -infinity  | f32 f64 i64 | exact; the sign of a zero is open |
// | min      | least             | +infinity  | f32 f64 i64 | exact; the sign of a zero is open |
// | any      | x0 or x1 or ...   | 0          | bool        | exact                             |
// | all      | x0 and x1 and ... | 1          | bool        | exact                             |
//
// Of i64 all are exact: sums and products wrap, and the ends of the range stand for infinities.
// gamma(n) = n u / (1 - n u), u = 2^-24 or 2^-53, for n elements; depth = min(n, 600 + n / 512),
// the most additions between an element and the result. The bound of prod holds if no partial
// product leaves the normal range.
// NaN: one NaN among the elements makes sum, prod, max and min NaN.
// Bits: the tree of each output depends on the descriptor without its words 2 and 3, and on the
// target; never on tiles.
// Not handled: kept extents of 0, bool bytes other than 0 and 1, dtypes not in kernels.inc.
#ifndef TENSORLOGIC_KERNELS_REDUCE_REDUCE_H_
#define TENSORLOGIC_KERNELS_REDUCE_REDUCE_H_

#include "base/kernel.h"

#define TL_KERNEL TL_DECLARE_KERNEL
#include "kernels/reduce/kernels.inc"

#endif  // TENSORLOGIC_KERNELS_REDUCE_REDUCE_H_
