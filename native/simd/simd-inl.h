// The few verbs over Google Highway that all families share. Compiled once per target.
#if defined(TENSORLOGIC_SIMD_SIMD_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef TENSORLOGIC_SIMD_SIMD_INL_H_
#undef TENSORLOGIC_SIMD_SIMD_INL_H_
#else
#define TENSORLOGIC_SIMD_SIMD_INL_H_
#endif

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "hwy/highway.h"
#include "simd/stage.h"

HWY_BEFORE_NAMESPACE();
namespace tl {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// result[i] = f(d, operands[i]...) for count elements. The last, partial vector neither reads nor
// writes beyond them. The result may be an operand.
template <class F, class R, class... T>
HWY_INLINE void MapRun(F f, size_t count, R* result, const T*... operands) {
  const hn::ScalableTag<R> d;
  const size_t lanes = hn::Lanes(d);
  size_t i = 0;
  for (; i + lanes <= count; i += lanes) {
    hn::StoreU(f(d, hn::LoadU(d, operands + i)...), d, result + i);
  }
  if (i < count) {
    const size_t rest = count - i;
    hn::StoreN(f(d, hn::LoadN(d, operands + i, rest)...), d, result + i, rest);
  }
}

// MapRun over views: count elements from where the sources and the sink stand.
template <class F, class R, class... T>
HWY_INLINE void MapViews(F f, int64_t count, Sink<R>&& result, Source<T>&&... operands) {
  while (count > 0) {
    const int64_t run = std::min({count, result.available(), operands.available()...});
    MapRun(f, static_cast<size_t>(run), result.open(run), operands.read(run)...);
    result.close(run);
    count -= run;
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace tl
HWY_AFTER_NAMESPACE();

#endif  // TENSORLOGIC_SIMD_SIMD_INL_H_
