// The dtypes of dtypes.inc as C++ types, and the groups of dtypes that kernel lists name.
#ifndef TENSORLOGIC_BASE_DTYPES_H_
#define TENSORLOGIC_BASE_DTYPES_H_

#include <cstdint>

namespace tl {

// type_f32 is float, type_bool is std::uint8_t, and so on.
#define TL_DTYPE(name, type) using type_##name = type;
#include "base/dtypes.inc"

}  // namespace tl

// A group calls X(..., dtype) once for each of its dtypes. The lists name groups so that one line
// stands for a function on all its dtypes.
#define TL_FLOATS(X, ...) X(__VA_ARGS__, f32) X(__VA_ARGS__, f64)

#endif  // TENSORLOGIC_BASE_DTYPES_H_
