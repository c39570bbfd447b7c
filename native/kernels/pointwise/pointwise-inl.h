// The pointwise functions on lanes, and one loop for all of them. Compiled once per target by
// pointwise.cc, its only includer.
#include "base/dtypes.h"
#include "base/tiles.h"
#include "base/views.h"
#include "hwy/highway.h"
#include "simd/simd-inl.h"

HWY_BEFORE_NAMESPACE();
namespace tl::pointwise {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;
using tl::HWY_NAMESPACE::MapViews;

// One functor per function, named as in kernels.inc: f(d, x) on one vector of tag d.
struct neg {
  template <class D, class V>
  HWY_INLINE V operator()(D, V x) const {
    return hn::Neg(x);
  }
};

template <class F, class R>
HWY_INLINE void Unary(const int64_t* descriptor, void* const* buffers, int64_t tile_begin,
                      int64_t tile_end) {
  const PointwiseView view(descriptor);
  const Axes axes = view.axes();
  const TileRange range(axes.elements(), view.tile_elements(), tile_begin, tile_end);
  MapViews(F(), range.count, Sink<R>(buffers[1], axes, view.result_strides(), range.first),
           Source<R>(buffers[0], axes, view.strides(0), range.first));
}

#define TL_UNARY_ON(function, dtype)                                                     \
  void function##_##dtype(const int64_t* descriptor, void* const* buffers,               \
                          int64_t tile_begin, int64_t tile_end, void*) {                 \
    Unary<function, type_##dtype>(descriptor, buffers, tile_begin, tile_end);            \
  }
#define TL_UNARY(function, dtypes, ...) dtypes(TL_UNARY_ON, function)
#include "kernels/pointwise/kernels.inc"
#undef TL_UNARY_ON

}  // namespace HWY_NAMESPACE
}  // namespace tl::pointwise
HWY_AFTER_NAMESPACE();
