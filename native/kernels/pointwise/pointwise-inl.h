// One loop for all pointwise functions. Compiled once per target by pointwise.cc, its only
// includer.
#include "base/dtypes.h"
#include "base/tiles.h"
#include "base/views.h"
#include "hwy/highway.h"
#include "simd/functions-inl.h"
#include "simd/simd-inl.h"

HWY_BEFORE_NAMESPACE();
namespace tl::pointwise {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;
namespace lanes = tl::HWY_NAMESPACE;
using lanes::MapViews;

// One loop for every function: W are the lanes, R the result's elements, T the operands'.
template <class F, class W, class R, class... T>
HWY_INLINE void Run(const int64_t* descriptor, void* const* buffers, int64_t tile_begin,
                    int64_t tile_end) {
  const PointwiseView view(descriptor);
  const Axes axes = view.axes();
  const TileRange range(axes.elements(), view.tile_elements(), tile_begin, tile_end);
  [&]<size_t... I>(std::index_sequence<I...>) HWY_ATTR {
    MapViews<W>(F(), range.count,
                Sink<R>(buffers[sizeof...(T)], axes, view.result_strides(), range.first),
                Source<T>(buffers[I], axes, view.strides(I), range.first)...);
  }(std::index_sequence_for<T...>());
}

#define TL_DEFINE_ON(function, dtype, ...)                                      \
  void function##_##dtype(const int64_t* descriptor, void* const* buffers,      \
                          int64_t tile_begin, int64_t tile_end, void*) {        \
    using W = type_##dtype;                                                     \
    Run<lanes::function##_lanes, W, __VA_ARGS__>(descriptor, buffers, tile_begin,  \
                                                 tile_end);                        \
  }
#define TL_PAIR_ON(first, second, dtype, ...)                                            \
  void first##_##second##_##dtype(const int64_t* descriptor, void* const* buffers,       \
                                  int64_t tile_begin, int64_t tile_end, void*) {         \
    using W = type_##dtype;                                                              \
    using Pair = lanes::Then<lanes::first##_lanes, lanes::second##_lanes>;               \
    Run<Pair, W, __VA_ARGS__>(descriptor, buffers, tile_begin, tile_end);                \
  }
#define TL_PAIR2_ON(first, second, dtype) TL_PAIR_ON(first, second, dtype, W, W, W)
#define TL_PAIR3_ON(first, second, dtype) TL_PAIR_ON(first, second, dtype, W, W, W, W)
#define TL_UNARY_ON(function, dtype) TL_DEFINE_ON(function, dtype, W, W)
#define TL_BINARY_ON(function, dtype) TL_DEFINE_ON(function, dtype, W, W, W)
#define TL_COMPARE_ON(function, dtype) TL_DEFINE_ON(function, dtype, type_bool, W, W)
#define TL_SELECT_ON(function, dtype) TL_DEFINE_ON(function, dtype, W, type_bool, W, W)
#define TL_UNARY(function, dtypes, ...) dtypes(TL_UNARY_ON, function)
#define TL_BINARY(function, dtypes, ...) dtypes(TL_BINARY_ON, function)
#define TL_COMPARE(function, dtypes, ...) dtypes(TL_COMPARE_ON, function)
#define TL_SELECT(function, dtypes, ...) dtypes(TL_SELECT_ON, function)
#define TL_PAIR2(first, second, dtypes, ...) dtypes(TL_PAIR2_ON, first, second)
#define TL_PAIR3(first, second, dtypes, ...) dtypes(TL_PAIR3_ON, first, second)
#include "kernels/pointwise/kernels.inc"
#undef TL_PAIR_ON
#undef TL_PAIR2_ON
#undef TL_PAIR3_ON
#undef TL_UNARY_ON
#undef TL_BINARY_ON
#undef TL_COMPARE_ON
#undef TL_SELECT_ON
#undef TL_DEFINE_ON

}  // namespace HWY_NAMESPACE
}  // namespace tl::pointwise
HWY_AFTER_NAMESPACE();
