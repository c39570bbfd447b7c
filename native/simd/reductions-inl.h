// The reductions on lanes: one functor each, a contiguous run into one element, and the pairwise
// combination of such parts. Standalone reductions and fused regions share them. Compiled once per
// target.
#if defined(TENSORLOGIC_SIMD_REDUCTIONS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef TENSORLOGIC_SIMD_REDUCTIONS_INL_H_
#undef TENSORLOGIC_SIMD_REDUCTIONS_INL_H_
#else
#define TENSORLOGIC_SIMD_REDUCTIONS_INL_H_
#endif

#include <cstddef>
#include <cstdint>
#include <limits>

#include "hwy/cache_control.h"
#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace tl::reductions {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// One functor per function, named as in kernels.inc: f(d, x, y) on vectors of tag d, associative
// and commutative but for rounding; identity() changes nothing. Sums and products of integers wrap.
struct sum {
  template <class T>
  static T identity() {
    return T{0};
  }
  template <class D, class V>
  HWY_INLINE V operator()(D, V x, V y) const {
    return hn::Add(x, y);
  }
};

struct prod {
  template <class T>
  static T identity() {
    return T{1};
  }
  template <class D, class V>
  HWY_INLINE V operator()(D, V x, V y) const {
    return hn::Mul(x, y);
  }
};

// Max and Min of the targets differ where an operand is NaN or both are zero; these comparisons do
// not. `ordered` is the same for operands without NaN. No integer is NaN.
struct max {
  template <class T>
  static T identity() {
    using limits = std::numeric_limits<T>;
    return limits::has_infinity ? -limits::infinity() : limits::lowest();
  }
  template <class D, class V>
  HWY_INLINE V operator()(D, V x, V y) const {
    if constexpr (hwy::IsFloat<hn::TFromD<D>>()) {
      return hn::IfThenElse(hn::Or(hn::IsNaN(y), hn::Gt(y, x)), y, x);
    } else {
      return hn::Max(x, y);
    }
  }
  struct ordered {
    template <class D, class V>
    HWY_INLINE V operator()(D, V x, V y) const {
#if HWY_ARCH_X86
      return hn::Max(y, x);
#else
      return hn::IfThenElse(hn::Gt(y, x), y, x);
#endif
    }
  };
};

struct min {
  template <class T>
  static T identity() {
    using limits = std::numeric_limits<T>;
    return limits::has_infinity ? limits::infinity() : limits::max();
  }
  template <class D, class V>
  HWY_INLINE V operator()(D, V x, V y) const {
    if constexpr (hwy::IsFloat<hn::TFromD<D>>()) {
      return hn::IfThenElse(hn::Or(hn::IsNaN(y), hn::Lt(y, x)), y, x);
    } else {
      return hn::Min(x, y);
    }
  }
  struct ordered {
    template <class D, class V>
    HWY_INLINE V operator()(D, V x, V y) const {
#if HWY_ARCH_X86
      return hn::Min(y, x);
#else
      return hn::IfThenElse(hn::Lt(y, x), y, x);
#endif
    }
  };
};

struct any {
  template <class T>
  static T identity() {
    return T{0};
  }
  template <class D, class V>
  HWY_INLINE V operator()(D, V x, V y) const {
    return hn::Or(x, y);
  }
};

struct all {
  template <class T>
  static T identity() {
    return T{1};
  }
  template <class D, class V>
  HWY_INLINE V operator()(D, V x, V y) const {
    return hn::And(x, y);
  }
};

template <class F, class T>
HWY_INLINE T Combine(F f, T x, T y) {
  const hn::CappedTag<T, 1> d;
  return hn::GetLane(f(d, hn::Set(d, x), hn::Set(d, y)));
}

// All lanes of x in one, halves first.
#if HWY_HAVE_SCALABLE || HWY_TARGET == HWY_SCALAR
template <class F, class D, class V>
HWY_INLINE hn::TFromD<D> FoldLanes(F f, D d, V x) {
  HWY_ALIGN hn::TFromD<D> lanes[HWY_MAX_LANES_D(D)];
  hn::Store(x, d, lanes);
  for (size_t half = hn::Lanes(d) / 2; half > 0; half /= 2) {
    for (size_t i = 0; i < half; ++i) lanes[i] = Combine(f, lanes[i], lanes[i + half]);
  }
  return lanes[0];
}
#else
template <class F, class D, class V>
HWY_INLINE hn::TFromD<D> FoldLanes(F f, D, V x) {
  if constexpr (HWY_MAX_LANES_D(D) == 1) {
    return hn::GetLane(x);
  } else {
    const hn::Half<D> half;
    return FoldLanes(f, half, f(half, hn::LowerHalf(half, x), hn::UpperHalf(half, x)));
  }
}
#endif

// Where the elements of a run come from: the first-level cache, or further away, there to be asked
// for ahead or not.
enum class From { kNear, kFar, kFarAsked };
// How far ahead they are asked for, in bytes.
inline constexpr size_t kAheadDistance = 8192;

// Contiguous elements into one; four vectors hide the latency of an addition. With `watches` the
// return value tells that there was no NaN, else it is true. Elements from afar are read by one
// instruction, line after line, which the machine's prefetchers follow better than four that each
// skip lines: the rows of 4096 x 4096 f32 took 2.2 ms on a Zen 4 and now take 1.7 ms. From the
// first-level cache that would take twice as long. A Zen 5's follow either, but not across the end
// of a run: asked for ahead, the rows take 1.15 ms there instead of 1.65 ms, but on a Zen 4 1.9 ms
// instead of 1.6 ms. The bits are the same.
template <bool watches, From place, class F, class T>
HWY_INLINE bool FoldRun(F f, T identity, size_t count, const T* from, T* result) {
  const hn::ScalableTag<T> d;
  const size_t lanes = hn::Lanes(d);
  const auto nothing = hn::Set(d, identity);
  auto nan = hn::MaskFalse(d);
  const auto watched = [&nan](auto x, auto y) HWY_ATTR {
    if constexpr (watches) nan = hn::Or(nan, hn::IsEitherNaN(x, y));
  };
  auto a = nothing;
  size_t i = 0;
  if (count >= 4 * lanes) {
    a = hn::LoadU(d, from);
    auto b = hn::LoadU(d, from + lanes);
    auto c = hn::LoadU(d, from + 2 * lanes);
    auto e = hn::LoadU(d, from + 3 * lanes);
    watched(a, b);
    watched(c, e);
    i = 4 * lanes;
    if constexpr (place != From::kNear) {
      const size_t end = count - count % (4 * lanes);
      HWY_UNROLL(1)
      for (; i < end; i += lanes) {
        if constexpr (place == From::kFarAsked) {
          hwy::Prefetch(from + i + kAheadDistance / sizeof(T));
        }
        const auto p = hn::LoadU(d, from + i);
        watched(p, p);
        const auto joined = f(d, a, p);
        a = b;
        b = c;
        c = e;
        e = joined;
      }
    }
    for (; i + 4 * lanes <= count; i += 4 * lanes) {
      const auto p = hn::LoadU(d, from + i);
      const auto q = hn::LoadU(d, from + i + lanes);
      const auto r = hn::LoadU(d, from + i + 2 * lanes);
      const auto s = hn::LoadU(d, from + i + 3 * lanes);
      watched(p, q);
      watched(r, s);
      a = f(d, a, p);
      b = f(d, b, q);
      c = f(d, c, r);
      e = f(d, e, s);
    }
    a = f(d, f(d, a, b), f(d, c, e));
  }
  for (; i + lanes <= count; i += lanes) {
    const auto p = hn::LoadU(d, from + i);
    watched(p, p);
    a = f(d, a, p);
  }
  if (i < count) {
    const auto p = hn::LoadNOr(nothing, d, from + i, count - i);
    watched(p, p);
    a = f(d, a, p);
  }
  *result = FoldLanes(f, d, a);
  return hn::AllFalse(d, nan);
}

template <From place = From::kNear, class F, class T>
HWY_NOINLINE T ReduceRun(F f, size_t count, const T* from) {
  const T identity = F::template identity<T>();
  T result;
  if constexpr (hwy::IsFloat<T>() && requires { typename F::ordered; }) {
    const typename F::ordered ordered;
    const bool calm = FoldRun<true, place>(ordered, identity, count, from, &result);
    if (HWY_LIKELY(calm)) return result;
  }
  FoldRun<false, place>(f, identity, count, from, &result);
  return result;
}

// Combines values in pairs, then pairs of pairs and so on, as a binary counter counts.
template <class F, class T>
class Cascade {
 public:
  HWY_INLINE void add(T value) {
    int level = 0;
    for (; (count_ >> level & 1) != 0; ++level) value = Combine(F(), levels_[level], value);
    levels_[level] = value;
    ++count_;
  }

  HWY_INLINE T result() const {
    T value = F::template identity<T>();
    for (int level = 0; count_ >> level != 0; ++level) {
      if ((count_ >> level & 1) != 0) value = Combine(F(), levels_[level], value);
    }
    return value;
  }

 private:
  uint64_t count_ = 0;
  T levels_[64];
};

}  // namespace HWY_NAMESPACE
}  // namespace tl::reductions
HWY_AFTER_NAMESPACE();

#endif  // TENSORLOGIC_SIMD_REDUCTIONS_INL_H_
