// Conversions: result[i] = the operand's element i in another dtype, over a strided index space.
//
// Descriptor, tiles and alignment: as for pointwise kernels with one operand (pointwise.h).
// Buffers: the operand, then the result. No scratch. The result does not overlap the operand.
// Kernel names: convert_<from>_<to>.
//
// | from    | to      | result                                                                   |
// | f32     | f64     | exact                                                                    |
// | f64     | f32     | nearest, ties to even; infinite beyond the range; subnormals are kept    |
// | i64     | f32 f64 | nearest, ties to even, rounded once                                      |
// | bool    | any     | 0 or 1                                                                   |
// | f32 f64 | i64     | towards zero; beyond the range the nearest of its ends; NaN gives 0      |
// | any     | bool    | 1 unless the element is 0 or -0; so NaN gives 1                          |
//
// Bits: an element depends on its operand's element only, and is the same on every target; the
// payload and sign of a NaN are unspecified.
// Not handled: extents of 0, bool bytes other than 0 and 1, pairs not in kernels.inc.
#ifndef TENSORLOGIC_KERNELS_CONVERT_CONVERT_H_
#define TENSORLOGIC_KERNELS_CONVERT_CONVERT_H_

#include "base/kernel.h"

#define TL_KERNEL TL_DECLARE_KERNEL
#include "kernels/convert/kernels.inc"

#endif  // TENSORLOGIC_KERNELS_CONVERT_CONVERT_H_
