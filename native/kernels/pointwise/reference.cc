// Plain loops in double: the oracle of the pointwise kernels.
#include "base/dtypes.h"
#include "base/tiles.h"
#include "base/views.h"
#include "kernels/reference.h"

namespace tl::pointwise {
namespace {

// One scalar function per line of kernels.inc.
double neg(double x) { return -x; }

template <class T>
void Unary(double (*function)(double), const int64_t* descriptor, void* const* buffers,
           int64_t tile_begin, int64_t tile_end) {
  const PointwiseView view(descriptor);
  const Axes axes = view.axes();
  const TileRange range(axes.elements(), view.tile_elements(), tile_begin, tile_end);
  const T* operand = static_cast<const T*>(buffers[0]);
  T* result = static_cast<T*>(buffers[1]);
  for (int64_t i = range.first; i < range.first + range.count; ++i) {
    const double x = static_cast<double>(operand[OffsetOf(axes, view.strides(0), i)]);
    result[OffsetOf(axes, view.result_strides(), i)] = static_cast<T>(function(x));
  }
}

}  // namespace
}  // namespace tl::pointwise

#define TL_UNARY_REFERENCE(function, dtype)                                              \
  void TL_REFERENCE(pointwise, function, dtype)(TL_PARAMETERS) {                         \
    static_cast<void>(scratch);                                                          \
    tl::pointwise::Unary<tl::type_##dtype>(tl::pointwise::function, descriptor, buffers, \
                                           tile_begin, tile_end);                        \
  }
#define TL_UNARY(function, dtypes, ...) dtypes(TL_UNARY_REFERENCE, function)
#include "kernels/pointwise/kernels.inc"
