// Fused regions: a program of pointwise functions and reductions over tiles that stay in the
// first-level cache. Nothing between the region's operands and its results goes to memory.
//
// fused_map_<dtype>: results[i]... = program(operands[i]...) over any index space.
// fused_rows_<dtype>: each row of an index space goes through phases. A phase runs over the columns
//   and may end in reductions of the whole row, whose results the next phases read; so a softmax
//   is three phases over a row in cache. A result has one element a column, or one a row.
//
// Descriptor (int64):
//   [0] operands n  [1] rank r of the walked axes (map: all, rows: those of the rows)
//   [2] tile elements (map) or tile rows (rows)  [3] columns (map: 0)
//   [4] results m, at least 1
//   [5] registers g  [6] elements of a register, the chunk  [7] kept values k  [8] row values s
//   [9] sections, then r extents, then for each operand: r strides,
//   then for each operand: width in bytes, stride along the columns (map: 0 and not read),
//   then for each result: width in bytes, kind: 0 one element a column (map: one each), 1 one a row
//   (rows only), 2 as 0, but written past the caches, which saves reading its lines first where it
//   does not fit them; then one instruction writes it, and none reads it,
//   then for each kept value: its width in bytes,
//   then for each section: instruction count and the instructions, 6 words each:
//   [kind, function, result slot, three operand slots] (slots that are not read are 0).
//   Slots are numbered: operands, results, registers, kept values, row values.
//   map has one section. rows has 1 + 2 p: instructions that run once for all rows, then for each
//   of p phases those that run once a row before it and those that run for each chunk of columns,
//   which may be none. A result of one element a row is written by the former, or by a reduction.
//   Results may be read again by instructions behind the one that writes them.
// Kinds: 0 function of pointwise/kernels.inc, by its place there among all functions and dtypes;
//   1 reduction of reduce/kernels.inc, likewise, complete after the phase; its second operand is
//   no slot but the number of the partial result, different within a phase and < kRowValuesMax;
//   2 spread: one element of `function` bytes to a whole register; 3 collect: a chunk of an
//   operand's elements of `function` bytes, which the column stride separates, to a register.
// A register holds kRegisterBytes; the chunk is at most that over the widest element. A kept value
//   is a row of columns in scratch: rows needs k rows of the widest element, rounded to 64 bytes.
//   Without kept values and with rows of at most one chunk it needs kRegisterBytes for each operand
//   and 8 kGroupedRowsMax bytes for each row value.
// Buffers: the operands, the results, which lie without gaps in the order of the walked axes.
// Aliasing: a result may be an operand of the same width that lies as it does, which no instruction
//   behind the first one that writes the result reads; else it overlaps none.
// Bits: a function gives those of its standalone kernel. A reduction takes chunks in order and
//   combines them in pairs; error bounds are those of reduce.h. Tiles do not enter, nor whether
//   rows of one chunk are taken in groups.
// Not handled: extents of 0 among the walked axes, more than kOperandsMax operands, kResultsMax
//   results, kRegistersMax registers or kRowValuesMax row values, dtypes not in kernels.inc.
#ifndef TENSORLOGIC_KERNELS_FUSED_FUSED_H_
#define TENSORLOGIC_KERNELS_FUSED_FUSED_H_

#include "base/kernel.h"
#include "kernels/fused/program.h"

#define TL_KERNEL TL_DECLARE_KERNEL
#include "kernels/fused/kernels.inc"

#endif  // TENSORLOGIC_KERNELS_FUSED_FUSED_H_
