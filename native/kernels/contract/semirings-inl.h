// The semirings on vectors. Compiled once per target.
#if defined(TENSORLOGIC_KERNELS_CONTRACT_SEMIRINGS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef TENSORLOGIC_KERNELS_CONTRACT_SEMIRINGS_INL_H_
#undef TENSORLOGIC_KERNELS_CONTRACT_SEMIRINGS_INL_H_
#else
#define TENSORLOGIC_KERNELS_CONTRACT_SEMIRINGS_INL_H_
#endif

#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace tl::contract {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// What the elements of an operand include, beside finite numbers.
struct Specials {
  bool nan;
  bool up;    // +infinity
  bool down;  // -infinity
};

// One semiring per line of kernels.inc. Zero is the sum of nothing. Where a NaN costs a test in
// every step, Ordered is the same semiring for products that are no NaN, which NoNans tells of two
// operands; the bits are the same.
struct sum_product {
  using Ordered = sum_product;
  template <class D>
  static HWY_INLINE hn::VFromD<D> Zero(D d) {
    return hn::Zero(d);
  }
  template <class V>
  static HWY_INLINE V Add(V x, V y) {
    return hn::Add(x, y);
  }
  template <class V>
  static HWY_INLINE V MulAdd(V x, V y, V sum) {
    return hn::MulAdd(x, y, sum);
  }
};

// The greater (or lesser) of two, the kept one if neither is. A NaN, once there, stays; one that
// comes is seen only if nans. The x86 instruction is this very comparison: it gives its second
// operand unless the first is greater.
template <bool nans, class V>
HWY_INLINE V Greater(V kept, V next) {
  if constexpr (nans) {
    return hn::IfThenElse(hn::Or(hn::Gt(next, kept), hn::IsNaN(next)), next, kept);
  }
#if HWY_ARCH_X86 && HWY_TARGET != HWY_SCALAR
  return hn::Max(next, kept);
#else
  return hn::IfThenElse(hn::Gt(next, kept), next, kept);
#endif
}
template <bool nans, class V>
HWY_INLINE V Lesser(V kept, V next) {
  if constexpr (nans) {
    return hn::IfThenElse(hn::Or(hn::Lt(next, kept), hn::IsNaN(next)), next, kept);
  }
#if HWY_ARCH_X86 && HWY_TARGET != HWY_SCALAR
  return hn::Min(next, kept);
#else
  return hn::IfThenElse(hn::Lt(next, kept), next, kept);
#endif
}

// The sum of the semirings that take the greatest.
template <bool nans>
struct Greatest {
  template <class D>
  static HWY_INLINE hn::VFromD<D> Zero(D d) {
    return hn::Neg(hn::Inf(d));
  }
  template <class V>
  static HWY_INLINE V Add(V x, V y) {
    return Greater<nans>(x, y);
  }
};

template <bool nans>
struct MaxPlus : Greatest<nans> {
  using Ordered = MaxPlus<false>;
  static bool NoNans(Specials a, Specials b) {
    return !(a.nan || b.nan || (a.up && b.down) || (a.down && b.up));
  }
  template <class V>
  static HWY_INLINE V MulAdd(V x, V y, V sum) {
    return Greater<nans>(sum, hn::Add(x, y));
  }
};
using max_plus = MaxPlus<true>;

template <bool nans>
struct MinPlus {
  using Ordered = MinPlus<false>;
  static bool NoNans(Specials a, Specials b) { return max_plus::NoNans(a, b); }
  template <class D>
  static HWY_INLINE hn::VFromD<D> Zero(D d) {
    return hn::Inf(d);
  }
  template <class V>
  static HWY_INLINE V Add(V x, V y) {
    return Lesser<nans>(x, y);
  }
  template <class V>
  static HWY_INLINE V MulAdd(V x, V y, V sum) {
    return Lesser<nans>(sum, hn::Add(x, y));
  }
};
using min_plus = MinPlus<true>;

template <bool nans>
struct MaxProduct : Greatest<nans> {
  using Ordered = MaxProduct<false>;
  static bool NoNans(Specials a, Specials b) {  // infinity times 0 is one
    return !(a.nan || a.up || a.down || b.nan || b.up || b.down);
  }
  template <class V>
  static HWY_INLINE V MulAdd(V x, V y, V sum) {
    return Greater<nans>(sum, hn::Mul(x, y));
  }
};
using max_product = MaxProduct<true>;

template <bool nans>
struct MaxMin : Greatest<nans> {
  using Ordered = MaxMin<false>;
  static bool NoNans(Specials a, Specials b) { return !a.nan && !b.nan; }
  template <class V>
  static HWY_INLINE V MulAdd(V x, V y, V sum) {
    return Greater<nans>(sum, Lesser<nans>(x, y));
  }
};
using max_min = MaxMin<true>;

struct or_and {
  using Ordered = or_and;
  template <class D>
  static HWY_INLINE hn::VFromD<D> Zero(D d) {
    return hn::Zero(d);
  }
  template <class V>
  static HWY_INLINE V Add(V x, V y) {
    return hn::Or(x, y);
  }
  template <class V>
  static HWY_INLINE V MulAdd(V x, V y, V sum) {
    return hn::Or(sum, hn::And(x, y));
  }
};

template <class Ring>
inline constexpr bool kTestsNans = !hwy::IsSame<Ring, typename Ring::Ordered>();

// Whether all of `count` contiguous elements are finite: times 0 they are 0, else NaN.
template <class T>
HWY_NOINLINE bool AllFinite(const T* from, size_t count) {
  const hn::ScalableTag<T> d;
  const size_t lanes = hn::Lanes(d);
  const auto zero = hn::Zero(d);
  auto x = zero;
  auto y = zero;
  size_t i = 0;
  for (; i + 2 * lanes <= count; i += 2 * lanes) {
    x = hn::MulAdd(hn::LoadU(d, from + i), zero, x);
    y = hn::MulAdd(hn::LoadU(d, from + i + lanes), zero, y);
  }
  for (; i < count; i += lanes) x = hn::MulAdd(hn::LoadN(d, from + i, count - i), zero, x);
  return hn::AllFalse(d, hn::IsNaN(hn::Add(x, y)));
}

template <class T>
HWY_NOINLINE void AddSpecials(const T* from, size_t count, Specials& specials) {
  if (AllFinite(from, count)) return;
  const hn::ScalableTag<T> d;
  const auto infinity = hn::Inf(d);
  for (size_t i = 0; i < count; i += hn::Lanes(d)) {
    const auto x = hn::LoadN(d, from + i, count - i);
    specials.nan |= !hn::AllFalse(d, hn::IsNaN(x));
    specials.up |= !hn::AllFalse(d, hn::Eq(x, infinity));
    specials.down |= !hn::AllFalse(d, hn::Eq(x, hn::Neg(infinity)));
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace tl::contract
HWY_AFTER_NAMESPACE();

#endif  // TENSORLOGIC_KERNELS_CONTRACT_SEMIRINGS_INL_H_
