// One element after the other: the oracle of the reductions, in long double where it is wider, and
// in integers of 128 bits, wrapped each time, for i64.
#include <algorithm>
#include <limits>
#include <type_traits>
#include <vector>

#include "base/dtypes.h"
#include "base/tiles.h"
#include "base/views.h"
#include "kernels/reference.h"

namespace tl::reduce {
namespace {

template <class T>
using WideOf = Wide<T, long double>;

// One struct per function of kernels.inc.
struct sum {
  template <class T>
  static WideOf<T> nothing() {
    return 0;
  }
  template <class W>
  static W of(W x, W y) {
    return x + y;
  }
};
struct prod {
  template <class T>
  static WideOf<T> nothing() {
    return 1;
  }
  template <class W>
  static W of(W x, W y) {
    return x * y;
  }
};
struct max {
  template <class T>
  static WideOf<T> nothing() {
    using limits = std::numeric_limits<T>;
    return limits::has_infinity ? -limits::infinity() : limits::lowest();
  }
  template <class W>
  static W of(W x, W y) {
    return x > y ? x : x <= y ? y : x + y;
  }
};
struct min {
  template <class T>
  static WideOf<T> nothing() {
    using limits = std::numeric_limits<T>;
    return limits::has_infinity ? limits::infinity() : limits::max();
  }
  template <class W>
  static W of(W x, W y) {
    return x < y ? x : x >= y ? y : x + y;
  }
};
struct any : sum {
  template <class W>
  static W of(W x, W y) {
    return x != 0 || y != 0 ? 1 : 0;
  }
};
struct all : prod {
  template <class W>
  static W of(W x, W y) {
    return x != 0 && y != 0 ? 1 : 0;
  }
};

template <class F, class T>
void Reduce(const int64_t* descriptor, void* const* buffers, int64_t tile_begin,
            int64_t tile_end) {
  const ReduceView view(descriptor);
  const Axes kept = view.kept();
  const TileRange range(kept.elements(), view.tile_outputs(), tile_begin, tile_end);
  const T* operand = static_cast<const T*>(buffers[0]);
  T* result = static_cast<T*>(buffers[1]);
  for (int64_t output = range.first; output < range.first + range.count; ++output) {
    std::vector<int64_t> extents(view.reduced().extents,
                                 view.reduced().extents + view.reduced().rank);
    if (view.chunked()) {
      const int64_t chunk = output % kept.extents[kept.rank - 1];
      extents[0] = std::min(view.chunk(), view.full_extent() - chunk * view.chunk());
    }
    const Axes reduced{view.reduced().rank, extents.data()};
    const T* from = operand + OffsetOf(kept, view.kept_operand_strides(), output);
    WideOf<T> value = F::template nothing<T>();
    for (int64_t i = 0; i < reduced.elements(); ++i) {
      const WideOf<T> element = from[OffsetOf(reduced, view.reduced_strides(), i)];
      value = F::of(value, element);
      if constexpr (std::is_same_v<T, type_i64>) value = static_cast<T>(value);  // wraps
    }
    result[OffsetOf(kept, view.kept_result_strides(), output)] = static_cast<T>(value);
  }
}

}  // namespace
}  // namespace tl::reduce

#define TL_REDUCTION_REFERENCE(function, dtype)                                           \
  void TL_REFERENCE(reduce, function, dtype)(TL_PARAMETERS) {                             \
    static_cast<void>(scratch);                                                           \
    tl::reduce::Reduce<tl::reduce::function, tl::type_##dtype>(descriptor, buffers,       \
                                                               tile_begin, tile_end);     \
  }
#define TL_REDUCTION(function, dtypes, ...) dtypes(TL_REDUCTION_REFERENCE, function)
#include "kernels/reduce/kernels.inc"
