// Contractions: C[b, m, n] = sum over k of A[b, m, k] (x) B[b, k, n] in a semiring, where b, m, n
// and k each stand for a group of axes with any strides.
//
// Descriptor (int64): [0..3] axis counts of the groups b, m, n, k (each 0..TL_RANK_MAX),
//   [4] tile rows, [5] tile columns, [6] for contract_blas the address of cblas_sgemm or
//   cblas_dgemm; else which operand comes packed: 1 B, 2 A, 0 none, [7] 1 with an epilogue, else
//   0. Then for each group its extents and strides, outermost first:
//   b: extents, strides in A, B, C;  m: extents, strides in A, C;  n: extents, strides in B, C;
//   k: extents, strides in A, B. Extents of b, m, n are not 0; one of k may be: then C is the
//   semiring's zero. Tile (b * row tiles + i) * column tiles + j holds the linear rows
//   [i * tile rows, ...) and columns [j * tile columns, ...) of batch b.
// Buffers: A, B, the other operands of the epilogue, C or, with an epilogue, its results. C is
//   overwritten; what it held does not matter. Scratch: one Packing<T> of packing.h; none for
//   contract_blas.
// Epilogue, behind the strides of k: the address of a kernel without scratch whose tiles are single
//   elements, such as pointwise or fused_map; the number of its operands; which of them is C; the
//   number of its results; which of them takes C's place; its descriptor. Its elements are those of
//   C in the order in which C lies in memory, without gaps. It is called for elements of a tile
//   once they are complete, mostly for rows of a block that the second-level cache holds. None with
//   contract_blas or contract_pack. Its operands other than C overlap no result.
// Aliasing: C overlaps neither A nor B; A may be B. C's elements must be distinct in memory.
// Alignment: that of the dtype.
//
// contract_<semiring>_<dtype>: packed product, whose packing reads through the strides; in place
//   where that is faster.
//   | semiring    | sum | product | zero | dtypes  |
//   | sum_product | +   | *       | 0    | f32 f64 |
//   | max_plus    | max | +       | -inf | f32 f64 |
//   | min_plus    | min | +       | inf  | f32 f64 |
//   | max_product | max | *       | -inf | f32 f64 |
//   | max_min     | max | min     | -inf | f32 f64 |
//   | or_and      | or  | and     | 0    | bool    |
//   | log_sum_exp | log(exp + exp) | + | -inf | f32 f64 |
//   Bits: an element is the sum over k, in row-major order of the k axes, in the fewest equal parts
//   of at most 288: each part is one chain of multiply-adds, and parts are added in order. Where m
//   and n have at most one axis each, m or n has at most 4 elements, and k is one axis of 128 or
//   more that has stride 1 in A and in B, the sum is a fixed tree instead, but for log_sum_exp:
//   element k joins a partial result, one after the other in order of k, and at the end halves of
//   them are added. They are 256 bytes where m and n both have at most 4 elements, else 64.
//   Tile extents and lanes do not enter; only whether the target fuses multiply-add does (AVX2 and
//   later, NEON, SVE).
//   NaNs: max and min test for them only in blocks where they can arise; bits do not show it.
//   Error of log_sum_exp, absolute: (gamma(k + 1) + 8 u) + 2 u (|r| + |c| + |s|), where r and c are
//   the maxima of A's row and B's column and s = C - r - c. Where exp(s) is under 4 k least normal
//   numbers / u, the element is computed from its definition in double: no term is lost. Such
//   elements cost k exponentials each. Bits of log_sum_exp may differ between targets.
//   Error of max and min: that of the one product chosen, u |a + b| or u |a b|; none of or_and.
//   Error of sum_product: at most gamma(k + 1) * sum |a * b|, where gamma(n) = n u / (1 - n u)
//   and u = 2^-24 or 2^-53.
//
// contract_pack_<dtype>: puts the operand whose lines become columns, best A where C has stride 1
//   along m and not along n, else B, into the order in which the packed product reads it: once for
//   all its tiles, instead of once in each, and only once if the operand never changes. The order
//   is this target's and this library's own affair.
//   Buffers: the operand, the result of RoundUp(its columns, 256 / element bytes) times the depth
//   elements. Descriptor: that of the product, without a batch, its depth 1 or more. Tiles:
//   4 for each part of the depth of each block of 1024 columns. Scratch: one Packing<T>.
//   Then the product takes the result in the operand's place, which word 6 names, and tiles begin
//   at multiples of 1024 columns. Bits are the same but for inner products (above), which become
//   chains like all others. Not for log_sum_exp.
//
// contract_blas_<dtype>: the same sum by OpenBLAS, one call per tile. The groups m, n, k have at
//   most one axis each; A has stride 1 along m or k, B along k or n, C along m or n, and the other
//   stride of each is at least the extent of that axis (strides of axes with extent 1 do not
//   matter). Extents and strides fit int32. Bits also depend on OpenBLAS's choice of core, and on
//   the tile extents. It must run on the calling thread only (openblas_set_num_threads(1)): with
//   threads of its own it aborts the process at some hundreds of calling threads.
//   Error: as above.
//
// NaN and infinities: as IEEE 754 says for these sums; a product of 0 and infinity is NaN.
// Not handled: extents of 0 outside k, results that overlap an operand, dtypes not in kernels.inc.
#ifndef TENSORLOGIC_KERNELS_CONTRACT_CONTRACT_H_
#define TENSORLOGIC_KERNELS_CONTRACT_CONTRACT_H_

#include "base/kernel.h"
#include "kernels/contract/packing.h"

#define TL_KERNEL TL_DECLARE_KERNEL
#include "kernels/contract/kernels.inc"

#endif  // TENSORLOGIC_KERNELS_CONTRACT_CONTRACT_H_
