// The oracles: for each kernel of the lists one plain implementation with the same parameters,
// written for reading. The tests hold every kernel of every target to them.
#ifndef TENSORLOGIC_KERNELS_REFERENCE_H_
#define TENSORLOGIC_KERNELS_REFERENCE_H_

#include <type_traits>

#include "base/dtypes.h"
#include "base/kernel.h"
#include "base/views.h"

#define TL_REFERENCE(family, function, dtype) tl_reference_##family##_##function##_##dtype
#define TL_DECLARE_REFERENCE(family, function, operand_count, scratch_of, dtype) \
  void TL_REFERENCE(family, function, dtype)(TL_PARAMETERS);

#define TL_KERNEL TL_DECLARE_REFERENCE
#include "kernels/pointwise/kernels.inc"
#define TL_KERNEL TL_DECLARE_REFERENCE
#include "kernels/contract/kernels.inc"
#define TL_KERNEL TL_DECLARE_REFERENCE
#include "kernels/reduce/kernels.inc"
#define TL_KERNEL TL_DECLARE_REFERENCE
#include "kernels/movement/kernels.inc"
#define TL_KERNEL TL_DECLARE_REFERENCE
#include "kernels/convert/kernels.inc"

namespace tl {

// What oracles compute elements of a dtype in. Integers of 128 bits hold any sum or product of two
// i64; stored as i64 they wrap.
template <class T, class Real>
using Wide = std::conditional_t<std::is_same_v<T, type_i64>, __int128, Real>;

// Where the element with row-major index `linear` lies, in elements from element 0 of the view.
inline int64_t OffsetOf(Axes axes, const int64_t* strides, int64_t linear) {
  int64_t offset = 0;
  for (int64_t axis = axes.rank - 1; axis >= 0; --axis) {
    offset += linear % axes.extents[axis] * strides[axis];
    linear /= axes.extents[axis];
  }
  return offset;
}

}  // namespace tl

#endif  // TENSORLOGIC_KERNELS_REFERENCE_H_
