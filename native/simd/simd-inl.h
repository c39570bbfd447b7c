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
#include <utility>

#include "hwy/highway.h"
#include "simd/stage.h"

HWY_BEFORE_NAMESPACE();
namespace tl {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// For lambdas that must become part of the loop around them; compilers decide by size else.
#undef TL_INLINED
#define TL_INLINED HWY_ATTR __attribute__((always_inline))

// Vectors of lanes of type W. Operands and results of type W are vectors; a bool (one byte) among
// wider lanes is a mask.
template <class W>
struct Lanes {
  using D = hn::ScalableTag<W>;
  using V = hn::Vec<D>;
  using M = hn::Mask<D>;
  using Unsigned = hn::RebindToUnsigned<D>;
  using Bytes = hn::Rebind<uint8_t, D>;

  // The first `count` lanes from memory; the others are 0.
  static HWY_INLINE V Load(const W* from, size_t count) {
    const D d;
    return count >= hn::Lanes(d) ? hn::LoadU(d, from) : hn::LoadN(d, from, count);
  }

  template <class B, hwy::EnableIf<!hwy::IsSame<B, W>()>* = nullptr>
  static HWY_INLINE M Load(const B* from, size_t count) {
    const D d;
    const Bytes bytes;
    const Unsigned wide;
    const auto loaded =
        count >= hn::Lanes(d) ? hn::LoadU(bytes, from) : hn::LoadN(bytes, from, count);
    return hn::RebindMask(d, hn::Ne(hn::PromoteTo(wide, loaded), hn::Zero(wide)));
  }

  // Stores the first `count` lanes.
  static HWY_INLINE void Store(V lanes, W* to, size_t count) {
    const D d;
    if (count >= hn::Lanes(d)) {
      hn::StoreU(lanes, d, to);
    } else {
      hn::StoreN(lanes, d, to, count);
    }
  }

  template <class B, hwy::EnableIf<!hwy::IsSame<B, W>()>* = nullptr>
  static HWY_INLINE void Store(M lanes, B* to, size_t count) {
    const Bytes bytes;
    const Unsigned wide;
    const auto ones = hn::IfThenElseZero(hn::RebindMask(wide, lanes), hn::Set(wide, 1));
    const auto stored = hn::TruncateTo(bytes, ones);
    if (count >= hn::Lanes(D())) {
      hn::StoreU(stored, bytes, to);
    } else {
      hn::StoreN(stored, bytes, to, count);
    }
  }
};

// Two functions in one, with the bits of both: g(f(a, b), ...).
template <class F, class G>
struct Then {
  template <class D, class V, class... Rest>
  HWY_INLINE V operator()(D d, V a, V b, Rest... rest) const {
    return G()(d, F()(d, a, b), rest...);
  }
  template <class D, class V>
  HWY_INLINE V first(D d, V a, V b) const {
    return F()(d, a, b);
  }
  template <class D, class V>
  HWY_INLINE void four(D d, V& a, V& b, V& c, V& e) const
    requires requires { G().four(d, a, b, c, e); }
  {
    G().four(d, a, b, c, e);
  }
};

// Whether f.four(d, x...) takes four vectors at a time, in place, with the bits of f(d, x); where f
// has two operands, x is f.first(d, a, b).
template <class F, class D, class R, class... T>
inline constexpr bool kTakesFour =
    (hwy::IsSame<T, hn::TFromD<D>>() && ...) && hwy::IsSame<R, hn::TFromD<D>>() &&
    requires(F f, D d, hn::Vec<D>& x) { f.four(d, x, x, x, x); };

// result[i] = f(d, operands[i]...) for four vectors; store(vector, to) keeps them.
template <class W, class F, class Store, class R, class... T>
HWY_INLINE void MapFour(F f, Store store, R* result, const T*... operands) {
  const hn::ScalableTag<W> d;
  const size_t lanes = hn::Lanes(d);
  if constexpr (kTakesFour<F, decltype(d), R, T...>) {
    const auto load = [=](size_t i) HWY_ATTR {
      if constexpr (sizeof...(T) == 1) {
        return hn::LoadU(d, (operands + ...) + i * lanes);
      } else {
        return f.first(d, hn::LoadU(d, operands + i * lanes)...);
      }
    };
    auto a = load(0), b = load(1), c = load(2), e = load(3);
    f.four(d, a, b, c, e);
    store(a, result);
    store(b, result + lanes);
    store(c, result + 2 * lanes);
    store(e, result + 3 * lanes);
  } else {
    for (size_t i = 0; i < 4 * lanes; i += lanes) {
      store(f(d, Lanes<W>::Load(operands + i, lanes)...), result + i);
    }
  }
}

// result[i] = f(d, operands[i]...) for count elements on lanes of type W. The last, partial vector
// neither reads nor writes beyond them. The result may be an operand.
template <class W, class F, class R, class... T>
HWY_INLINE void MapRun(F f, size_t count, R* result, const T*... operands) {
  const hn::ScalableTag<W> d;
  const size_t lanes = hn::Lanes(d);
  size_t i = 0;
  if constexpr (kTakesFour<F, decltype(d), R, T...>) {
    for (; i + 4 * lanes <= count; i += 4 * lanes) {
      MapFour<W>(f, [d](auto value, W* to) HWY_ATTR { hn::StoreU(value, d, to); }, result + i,
                 operands + i...);
    }
  }
  for (; i + lanes <= count; i += lanes) {  // lanes as the count: no test is left in this loop
    Lanes<W>::Store(f(d, Lanes<W>::Load(operands + i, lanes)...), result + i, lanes);
  }
  if (i < count) {
    const size_t rest = count - i;
    Lanes<W>::Store(f(d, Lanes<W>::Load(operands + i, rest)...), result + i, rest);
  }
}

// The same as part of a flow of chunks: with each block of four vectors it asks for memory that
// later chunks need, and results may go past the caches.
template <class W, class F, class Flow, class R, class... T>
HWY_NOINLINE void MapRunIn(Flow& flow, F f, size_t count, R* result, const T*... operands) {
  const hn::ScalableTag<W> d;
  const size_t lanes = hn::Lanes(d);
  const bool streams = flow.streams();
  const auto store = [=](auto value, R* to) HWY_ATTR {
    if constexpr (hwy::IsSame<R, W>()) {
      if (streams) {
        hn::Stream(value, d, to);
        return;
      }
    }
    Lanes<W>::Store(value, to, lanes);
  };
  auto ahead = flow.lines();  // a copy: stores might change what is behind a reference
  size_t i = 0;
  for (; i + 4 * lanes <= count; i += 4 * lanes) {
    ahead.ask();
    MapFour<W>(f, store, result + i, operands + i...);
  }
  flow.asked(ahead);
  for (; i < count; i += lanes) {
    const size_t rest = count - i;
    Lanes<W>::Store(f(d, Lanes<W>::Load(operands + i, rest)...), result + i, rest);
  }
}

// MapRun over views: count elements from where the sources and the sink stand.
template <class W, class F, class R, class... T>
HWY_INLINE void MapViews(F f, int64_t count, Sink<R>&& result, Source<T>&&... operands) {
  while (count > 0) {
    const int64_t run = std::min({count, result.available(), operands.available()...});
    MapRun<W>(f, static_cast<size_t>(run), result.open(run), operands.read(run)...);
    result.close(run);
    count -= run;
  }
}

// The scalar function on each lane that `wanted` selects, the given lanes elsewhere.
template <class D, class V = hn::Vec<D>>
HWY_NOINLINE V ScalarLanes(D d, double (*function)(double), hn::Mask<D> wanted, V x,
                           V otherwise) {
  using T = hn::TFromD<D>;
  HWY_ALIGN T operand[hn::MaxLanes(D())];
  HWY_ALIGN T result[hn::MaxLanes(D())];
  HWY_ALIGN T select[hn::MaxLanes(D())];
  hn::Store(x, d, operand);
  hn::Store(otherwise, d, result);
  hn::Store(hn::IfThenElseZero(wanted, hn::Set(d, T(1))), d, select);
  for (size_t i = 0; i < hn::Lanes(d); ++i) {
    if (select[i] != 0) result[i] = static_cast<T>(function(static_cast<double>(operand[i])));
  }
  return hn::Load(d, result);
}

// A scalar function of two doubles on each lane.
template <class D, class V = hn::Vec<D>>
HWY_NOINLINE V ScalarLanes(D d, double (*function)(double, double), V a, V b) {
  using T = hn::TFromD<D>;
  HWY_ALIGN T left[hn::MaxLanes(D())];
  HWY_ALIGN T right[hn::MaxLanes(D())];
  hn::Store(a, d, left);
  hn::Store(b, d, right);
  for (size_t i = 0; i < hn::Lanes(d); ++i) {
    left[i] =
        static_cast<T>(function(static_cast<double>(left[i]), static_cast<double>(right[i])));
  }
  return hn::Load(d, left);
}

}  // namespace HWY_NAMESPACE
}  // namespace tl
HWY_AFTER_NAMESPACE();

#endif  // TENSORLOGIC_SIMD_SIMD_INL_H_
