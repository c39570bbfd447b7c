// The conversions on lanes, and one loop for all of them. Compiled once per target by convert.cc,
// its only includer.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "base/dtypes.h"
#include "base/tiles.h"
#include "base/views.h"
#include "hwy/highway.h"
#include "simd/stage.h"

HWY_BEFORE_NAMESPACE();
namespace tl::convert {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// One vector x of tag `from` as a vector of tag `to`, which has as many lanes: a function for each
// kind of pair, and ConvertLanes, which chooses.
template <class T>
inline constexpr bool kBool = std::is_same_v<T, type_bool>;
template <class T>
inline constexpr bool kFloat = std::is_floating_point_v<T>;

template <class D, class E, class V>
HWY_INLINE hn::Vec<D> BoolToOther(D to, E, V x) {
  using T = hn::TFromD<D>;
  if constexpr (std::is_same_v<T, type_i64>) {
    return hn::BitCast(to, hn::PromoteTo(hn::RebindToUnsigned<D>(), x));
  } else {
    const hn::Rebind<int32_t, E> wider;
    if constexpr (sizeof(T) == 4) {
      return hn::ConvertTo(to, hn::PromoteTo(wider, x));
    } else {
      return hn::PromoteTo(to, hn::PromoteTo(wider, x));
    }
  }
}

template <class D, class E, class V>
HWY_INLINE hn::Vec<D> OtherToBool(D to, E from, V x) {
  const hn::RebindToUnsigned<E> bits;
  const auto ones = hn::Set(bits, hwy::MakeUnsigned<hn::TFromD<E>>{1});
  const auto is_zero = hn::RebindMask(bits, hn::Eq(x, hn::Zero(from)));
  return hn::TruncateTo(to, hn::IfThenZeroElse(is_zero, ones));
}

template <class D, class E, class V>
HWY_INLINE hn::Vec<D> FloatToInteger(D to, E, V x) {
  const auto number = hn::IfThenZeroElse(hn::IsNaN(x), x);
  if constexpr (sizeof(hn::TFromD<E>) == 4) {
    return hn::PromoteTo(to, number);
  } else {
    return hn::ConvertTo(to, number);
  }
}

// The emulated targets of Highway saturate here instead of rounding to infinity.
template <class D, class E, class V>
HWY_INLINE hn::Vec<D> WideToNarrowFloat(D to, E from, V x) {
#if HWY_TARGET == HWY_SCALAR || HWY_TARGET == HWY_EMU128
  HWY_ALIGN hn::TFromD<E> wide[HWY_MAX_LANES_D(E)];
  HWY_ALIGN hn::TFromD<D> narrow[HWY_MAX_LANES_D(D)];
  hn::Store(x, from, wide);
  for (size_t i = 0; i < hn::Lanes(from); ++i) narrow[i] = static_cast<hn::TFromD<D>>(wide[i]);
  return hn::Load(to, narrow);
#else
  static_cast<void>(from);
  return hn::DemoteTo(to, x);
#endif
}

template <class D, class E, class V>
HWY_INLINE hn::Vec<D> ConvertLanes(D to, E from, V x) {
  using To = hn::TFromD<D>;
  using From = hn::TFromD<E>;
  if constexpr (kBool<From>) {
    return BoolToOther(to, from, x);
  } else if constexpr (kBool<To>) {
    return OtherToBool(to, from, x);
  } else if constexpr (!kFloat<To>) {
    return FloatToInteger(to, from, x);
  } else if constexpr (sizeof(To) > sizeof(From)) {
    return hn::PromoteTo(to, x);
  } else if constexpr (kFloat<From> && sizeof(To) < sizeof(From)) {
    return WideToNarrowFloat(to, from, x);
  } else if constexpr (sizeof(To) < sizeof(From)) {
    return hn::DemoteTo(to, x);
  } else {
    return hn::ConvertTo(to, x);
  }
}

template <class To, class From>
HWY_INLINE void ConvertRun(size_t count, To* result, const From* operand) {
  using Wide = std::conditional_t<(sizeof(To) > sizeof(From)), To, From>;
  const hn::ScalableTag<Wide> wide;
  const hn::Rebind<To, decltype(wide)> to;
  const hn::Rebind<From, decltype(wide)> from;
  const size_t lanes = hn::Lanes(wide);
  size_t i = 0;
  for (; i + lanes <= count; i += lanes) {
    hn::StoreU(ConvertLanes(to, from, hn::LoadU(from, operand + i)), to, result + i);
  }
  if (i < count) {
    const size_t rest = count - i;
    hn::StoreN(ConvertLanes(to, from, hn::LoadN(from, operand + i, rest)), to, result + i, rest);
  }
}

template <class To, class From>
HWY_INLINE void Convert(const int64_t* descriptor, void* const* buffers, int64_t tile_begin,
                        int64_t tile_end) {
  const PointwiseView view(descriptor);
  const Axes axes = view.axes();
  const TileRange range(axes.elements(), view.tile_elements(), tile_begin, tile_end);
  Source<From> operand(buffers[0], axes, view.strides(0), range.first);
  Sink<To> result(buffers[1], axes, view.result_strides(), range.first);
  for (int64_t left = range.count; left > 0;) {
    const int64_t run = std::min({left, result.available(), operand.available()});
    ConvertRun(static_cast<size_t>(run), result.open(run), operand.read(run));
    result.close(run);
    left -= run;
  }
}

#define TL_CONVERSION(from, to)                                                          \
  void from##_##to(const int64_t* descriptor, void* const* buffers, int64_t tile_begin,  \
                   int64_t tile_end, void*) {                                            \
    Convert<type_##to, type_##from>(descriptor, buffers, tile_begin, tile_end);          \
  }
#include "kernels/convert/kernels.inc"

}  // namespace HWY_NAMESPACE
}  // namespace tl::convert
HWY_AFTER_NAMESPACE();
