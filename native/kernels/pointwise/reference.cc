// Plain loops in double or wide integers: the oracle of the pointwise kernels.
#include <cmath>
#include <cstdint>
#include <utility>

#include "base/dtypes.h"
#include "base/tiles.h"
#include "base/views.h"
#include "kernels/reference.h"

namespace tl::pointwise {
namespace {

// Wide enough that the functions' own errors do not show.
using real = long double;

template <class T>
using WideOf = Wide<T, double>;

bool negative(double x) { return std::signbit(x); }
bool negative(__int128 x) { return x < 0; }

// The formulas of the list as functions; the suffix keeps clear of C++'s own words. Comparisons and
// selection keep to the dtype, since a double does not hold every i64, and pairs round in between.
#define TL_UNARY(function, dtypes, values, ulps, ...) \
  template <class W>                                  \
  W function##_of(W x) {                              \
    return static_cast<W>(__VA_ARGS__);               \
  }
#define TL_BINARY(function, dtypes, values, ulps, ...) \
  template <class W>                                   \
  W function##_of(W a, W b) {                          \
    return static_cast<W>(__VA_ARGS__);                \
  }
#define TL_COMPARE(function, dtypes, values, ulps, ...) \
  template <class T>                                    \
  bool function##_of(T a, T b) {                        \
    return __VA_ARGS__;                                 \
  }
#define TL_SELECT(function, dtypes, values, ulps, ...)   \
  template <class T>                                     \
  T function##_of(std::uint8_t condition, T a, T b) {    \
    return __VA_ARGS__;                                  \
  }
#define TL_PAIR2(first, second, dtypes, values, ulps, ...) \
  template <class T>                                       \
  T first##_##second##_of(T a, T b) {                      \
    return __VA_ARGS__;                                    \
  }
#define TL_PAIR3(first, second, dtypes, values, ulps, ...) \
  template <class T>                                       \
  T first##_##second##_of(T a, T b, T c) {                 \
    return __VA_ARGS__;                                    \
  }
#include "kernels/pointwise/kernels.inc"

// result[i] = function(operands[i]...) with operands of types T read as types A.
template <class R, class... T, class S, class... A>
void Run(S (*function)(A...), const int64_t* descriptor, void* const* buffers, int64_t tile_begin,
         int64_t tile_end) {
  const PointwiseView view(descriptor);
  const Axes axes = view.axes();
  const TileRange range(axes.elements(), view.tile_elements(), tile_begin, tile_end);
  R* result = static_cast<R*>(buffers[sizeof...(T)]);
  for (int64_t i = range.first; i < range.first + range.count; ++i) {
    [&]<size_t... I>(std::index_sequence<I...>) {
      result[OffsetOf(axes, view.result_strides(), i)] = static_cast<R>(function(static_cast<A>(
          static_cast<const T*>(buffers[I])[OffsetOf(axes, view.strides(I), i)])...));
    }(std::index_sequence_for<T...>());
  }
}

}  // namespace
}  // namespace tl::pointwise

#define TL_DEFINE(name, function, dtype, ...)                                            \
  void TL_REFERENCE(pointwise, name, dtype)(TL_PARAMETERS) {                             \
    using W = tl::type_##dtype;                                                          \
    static_cast<void>(scratch);                                                          \
    tl::pointwise::Run<__VA_ARGS__>(tl::pointwise::function, descriptor, buffers,        \
                                    tile_begin, tile_end);                               \
  }
#define TL_UNARY_OF(function, dtype) \
  TL_DEFINE(function, function##_of<tl::pointwise::WideOf<W>>, dtype, W, W)
#define TL_BINARY_OF(function, dtype) \
  TL_DEFINE(function, function##_of<tl::pointwise::WideOf<W>>, dtype, W, W, W)
#define TL_COMPARE_OF(function, dtype) \
  TL_DEFINE(function, function##_of<W>, dtype, tl::type_bool, W, W)
#define TL_SELECT_OF(function, dtype) \
  TL_DEFINE(function, function##_of<W>, dtype, W, tl::type_bool, W, W)
#define TL_UNARY(function, dtypes, ...) dtypes(TL_UNARY_OF, function)
#define TL_BINARY(function, dtypes, ...) dtypes(TL_BINARY_OF, function)
#define TL_COMPARE(function, dtypes, ...) dtypes(TL_COMPARE_OF, function)
#define TL_SELECT(function, dtypes, ...) dtypes(TL_SELECT_OF, function)
#define TL_PAIR2_OF(function, dtype) TL_DEFINE(function, function##_of<W>, dtype, W, W, W)
#define TL_PAIR3_OF(function, dtype) TL_DEFINE(function, function##_of<W>, dtype, W, W, W, W)
#define TL_PAIR2(first, second, dtypes, ...) dtypes(TL_PAIR2_OF, first##_##second)
#define TL_PAIR3(first, second, dtypes, ...) dtypes(TL_PAIR3_OF, first##_##second)
#include "kernels/pointwise/kernels.inc"
