// One element at a time, as the language converts: the oracle of the conversions.
#include <cmath>
#include <limits>

#include "base/dtypes.h"
#include "base/tiles.h"
#include "base/views.h"
#include "kernels/reference.h"

namespace tl::convert {
namespace {

template <class To, class From>
struct Rule {
  static To of(From x) { return static_cast<To>(x); }
};

template <class From>
struct Rule<type_bool, From> {
  static type_bool of(From x) { return x != 0 ? 1 : 0; }
};

template <class From>
type_i64 Saturate(From x) {
  const From end = std::ldexp(From{1}, 63);
  if (std::isnan(x)) return 0;
  if (x >= end) return std::numeric_limits<type_i64>::max();
  if (x < -end) return std::numeric_limits<type_i64>::min();
  return static_cast<type_i64>(x);
}

template <>
struct Rule<type_i64, type_f32> {
  static type_i64 of(type_f32 x) { return Saturate(x); }
};

template <>
struct Rule<type_i64, type_f64> {
  static type_i64 of(type_f64 x) { return Saturate(x); }
};

template <class To, class From>
void Convert(const int64_t* descriptor, void* const* buffers, int64_t tile_begin,
             int64_t tile_end) {
  const PointwiseView view(descriptor);
  const Axes axes = view.axes();
  const TileRange range(axes.elements(), view.tile_elements(), tile_begin, tile_end);
  const From* operand = static_cast<const From*>(buffers[0]);
  To* result = static_cast<To*>(buffers[1]);
  for (int64_t i = range.first; i < range.first + range.count; ++i) {
    result[OffsetOf(axes, view.result_strides(), i)] =
        Rule<To, From>::of(operand[OffsetOf(axes, view.strides(0), i)]);
  }
}

}  // namespace
}  // namespace tl::convert

#define TL_CONVERSION(from, to)                                                       \
  void TL_REFERENCE(convert, from, to)(TL_PARAMETERS) {                               \
    static_cast<void>(scratch);                                                       \
    tl::convert::Convert<tl::type_##to, tl::type_##from>(descriptor, buffers,         \
                                                         tile_begin, tile_end);       \
  }
#include "kernels/convert/kernels.inc"
