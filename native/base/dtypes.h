// The dtypes of dtypes.inc as C++ types, and the groups of dtypes that kernel lists name.
#ifndef TENSORLOGIC_BASE_DTYPES_H_
#define TENSORLOGIC_BASE_DTYPES_H_

#include <cstdint>

namespace tl {

// type_f32 is float, type_bool is std::uint8_t, and so on.
#define TL_DTYPE(name, type) using type_##name = type;
#include "base/dtypes.inc"

// Elements of which only the width in bytes matters, for kernels that move them.
using type_b1 = std::uint8_t;
using type_b4 = std::uint32_t;
using type_b8 = std::uint64_t;

}  // namespace tl

// A group calls X(..., dtype) once for each of its dtypes. The lists name groups so that one line
// stands for a function on all its dtypes.
#define TL_FLOATS(X, ...) X(__VA_ARGS__, f32) X(__VA_ARGS__, f64)
#define TL_I64(X, ...) X(__VA_ARGS__, i64)
#define TL_BOOL(X, ...) X(__VA_ARGS__, bool)
#define TL_NUMBERS(X, ...) X(__VA_ARGS__, f32) X(__VA_ARGS__, f64) X(__VA_ARGS__, i64)
#define TL_ALL(X, ...) \
  X(__VA_ARGS__, f32) X(__VA_ARGS__, f64) X(__VA_ARGS__, i64) X(__VA_ARGS__, bool)
#define TL_WIDTHS(X, ...) X(__VA_ARGS__, b1) X(__VA_ARGS__, b4) X(__VA_ARGS__, b8)

#endif  // TENSORLOGIC_BASE_DTYPES_H_
