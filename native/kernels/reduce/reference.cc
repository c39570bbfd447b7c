// One element after the other: the oracle of the reductions, in long double where it is wider.
#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "base/dtypes.h"
#include "base/tiles.h"
#include "base/views.h"
#include "kernels/reference.h"

namespace tl::reduce {
namespace {

// One struct per function of kernels.inc.
struct sum {
  static constexpr long double kNothing = 0;
  static long double of(long double x, long double y) { return x + y; }
};
struct prod {
  static constexpr long double kNothing = 1;
  static long double of(long double x, long double y) { return x * y; }
};
struct max {
  static constexpr long double kNothing = -std::numeric_limits<long double>::infinity();
  static long double of(long double x, long double y) {
    return std::isnan(x) || std::isnan(y) ? x + y : std::fmax(x, y);
  }
};
struct min {
  static constexpr long double kNothing = std::numeric_limits<long double>::infinity();
  static long double of(long double x, long double y) {
    return std::isnan(x) || std::isnan(y) ? x + y : std::fmin(x, y);
  }
};
struct any {
  static constexpr long double kNothing = 0;
  static long double of(long double x, long double y) { return x != 0 || y != 0 ? 1 : 0; }
};
struct all {
  static constexpr long double kNothing = 1;
  static long double of(long double x, long double y) { return x != 0 && y != 0 ? 1 : 0; }
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
    long double value = F::kNothing;
    for (int64_t i = 0; i < reduced.elements(); ++i) {
      value = F::of(value, from[OffsetOf(reduced, view.reduced_strides(), i)]);
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
