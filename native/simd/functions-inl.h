// The pointwise functions on lanes, one functor each: standalone kernels and fused regions share
// them. Compiled once per target.
#if defined(TENSORLOGIC_SIMD_FUNCTIONS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef TENSORLOGIC_SIMD_FUNCTIONS_INL_H_
#undef TENSORLOGIC_SIMD_FUNCTIONS_INL_H_
#else
#define TENSORLOGIC_SIMD_FUNCTIONS_INL_H_
#endif

#include "hwy/contrib/math/math-inl.h"
#include "hwy/highway.h"
#include "simd/scalars.h"
#include "simd/simd-inl.h"

HWY_BEFORE_NAMESPACE();
namespace tl {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// `fast` where the operand is in its range of validity, the scalar function elsewhere: NaN,
// infinities, subnormal and huge values. Each lane's bits depend on that lane only.
template <class D, class V, class M, class Fast>
HWY_INLINE V Guarded(D d, V x, M valid, Fast fast, double (*scalar)(double)) {
  const V result = fast(hn::IfThenElse(valid, x, hn::Set(d, hn::TFromD<D>(1))));
  if (HWY_LIKELY(hn::AllTrue(d, valid))) return result;
  return ScalarLanes(d, scalar, hn::Not(valid), x, result);
}

// Where exp neither overflows nor leaves the normal numbers.
template <class D, class V>
HWY_INLINE hn::Mask<D> ExpValid(D d, V x) {
  using T = hn::TFromD<D>;
  return hn::Le(hn::Abs(x), hn::Set(d, static_cast<T>(sizeof(T) == 4 ? 87.0 : 708.0)));
}

// The positive normal numbers.
template <class D, class V>
HWY_INLINE hn::Mask<D> LogValid(D d, V x) {
  using T = hn::TFromD<D>;
  const T least = static_cast<T>(sizeof(T) == 4 ? 0x1p-126 : 0x1p-1022);
  return hn::And(hn::Ge(x, hn::Set(d, least)), hn::Le(x, hn::Set(d, hwy::HighestValue<T>())));
}

// Where the range reduction of sin and cos is exact enough.
template <class D, class V>
HWY_INLINE hn::Mask<D> AngleValid(D d, V x) {
  return hn::Le(hn::Abs(x), hn::Set(d, static_cast<hn::TFromD<D>>(1024)));
}

// Defines the functor of a function of one operand, named as in kernels.inc: f(d, x) on lanes.
#define TL_LANES1(function, expression)              \
  struct function##_lanes {                          \
    template <class D, class V>                      \
    HWY_INLINE auto operator()(D d, V x) const {     \
      static_cast<void>(d);                          \
      return expression;                             \
    }                                                \
  };
// The same for two operands: f(d, a, b).
#define TL_LANES2(function, expression)              \
  struct function##_lanes {                          \
    template <class D, class V>                      \
    HWY_INLINE auto operator()(D d, V a, V b) const {\
      static_cast<void>(d);                          \
      return expression;                             \
    }                                                \
  };

template <class D>
HWY_INLINE hn::Vec<D> Number(D d, double value) {
  return hn::Set(d, static_cast<hn::TFromD<D>>(value));
}

template <class D, class V>
HWY_INLINE V Sigmoid(D d, V x) {
  const V tail = hn::Exp(d, hn::Neg(hn::Abs(x)));
  const V above = hn::IfThenElse(hn::IsNegative(x), tail, Number(d, 1));
  return hn::Div(above, hn::Add(Number(d, 1), tail));
}

template <class D, class V>
HWY_INLINE V TanhOf(D d, V x) {
  // Below this the cubic term is less than half a unit in the last place.
  const double tiny = sizeof(hn::TFromD<D>) == 4 ? 0x1p-13 : 0x1p-28;
  const auto linear = hn::Or(hn::Le(hn::Abs(x), Number(d, tiny)), hn::IsNaN(x));
  return hn::IfThenElse(linear, x, hn::Tanh(d, x));
}

template <class D, class V>
HWY_INLINE V Softplus(D d, V x) {
  const V tail = hn::Exp(d, hn::Neg(hn::Abs(x)));
  return hn::Add(hn::ZeroIfNegative(x), hn::Log1p(d, tail));
}

// f on lanes of float, in two halves of double: as accurate as one rounding where f's error is far
// below a float's.
template <class D, class V, class F>
HWY_INLINE V InDouble(D d, V x, F f) {
#if HWY_TARGET == HWY_SCALAR
  const hn::Rebind<double, D> wide;
  return hn::DemoteTo(d, f(wide, hn::PromoteTo(wide, x)));
#else
  const hn::Repartition<double, D> wide;
  const hn::Half<D> half;
  const auto lower = hn::DemoteTo(half, f(wide, hn::PromoteLowerTo(wide, x)));
  const auto upper = hn::DemoteTo(half, f(wide, hn::PromoteUpperTo(wide, x)));
  return hn::Combine(d, upper, lower);
#endif
}

// c[0] + c[1] x + c[2] x^2 + ...
template <class D, class V, size_t N>
HWY_INLINE V Polynomial(D d, V x, const double (&c)[N]) {
  V sum = hn::Set(d, c[N - 1]);
  for (size_t i = N - 1; i > 0; --i) sum = hn::MulAdd(sum, x, hn::Set(d, c[i - 1]));
  return sum;
}

// erfc(z) for z in [0, 11] on lanes of double, with float's accuracy: exp(-z^2) P(u) / (1 + 2z),
// u = (z - 2) / (z + 2), the form of Shepherd and Laframboise 1981. P is the weighted least squares
// fit at 600 Chebyshev nodes of u; its relative error is 3.4e-10.
template <class D, class V>
HWY_INLINE V ErfcToFloat(D d, V z) {
  static constexpr double kP[] = {
      1.2769783818661442, -0.092763829428032907, -0.16603043708742737, 0.16405137876976492,
      -0.054219160974764355, -0.0080347819947217246, 0.008715910453529133, 0.0012719500677084803,
      -0.0014320621331707513, -0.00044313488711616544, 0.00016581362278292482,
      0.00011373961592129066, 1.6876204519780816e-05};
  const V two = hn::Set(d, 2.0);
  const V u = hn::Div(hn::Sub(z, two), hn::Add(z, two));
  const V tail = hn::Exp(d, hn::Neg(hn::Mul(z, z)));
  return hn::Div(hn::Mul(tail, Polynomial(d, u, kP)), hn::MulAdd(two, z, hn::Set(d, 1.0)));
}

// erf with float's accuracy: 1 - erfc, or the Taylor series where that would cancel.
template <class D, class V>
HWY_INLINE V ErfToFloat(D d, V x) {
  static constexpr double kSeries[] = {  // 2 / sqrt(pi) (-1)^k / (k! (2k + 1)); 5e-13 at 1/2
      1.1283791670955126, -0.37612638903183754, 0.11283791670955126, -0.026866170645131252,
      0.0052239776254421879, -0.00085483270234508522, 0.00012055332981789664,
      -1.492565035840625e-05, 1.6462114365889246e-06};
  const V size = hn::Abs(x);
  const V z = hn::IfThenElse(hn::Gt(size, hn::Set(d, 11.0)), hn::Set(d, 11.0), size);
  const V far = hn::CopySign(hn::Sub(hn::Set(d, 1.0), ErfcToFloat(d, z)), x);
  const V near = hn::Mul(x, Polynomial(d, hn::Mul(x, x), kSeries));
  return hn::IfThenElse(hn::Ge(size, hn::Set(d, 0.5)), far, near);  // near keeps NaN
}

// gelu with float's accuracy. Below -15.5 it is -0 in float, and the clamp keeps -infinity from
// 0 times infinity. A NaN passes both comparisons and the last product.
template <class D, class V>
HWY_INLINE V GeluToFloat(D d, V x) {
  const V least = hn::Set(d, -15.5);
  const V top = hn::Set(d, 11.0);
  const V bounded = hn::IfThenElse(hn::Lt(x, least), least, x);
  const V size = hn::Mul(hn::Abs(bounded), hn::Set(d, 0.70710678118654752));
  const V z = hn::IfThenElse(hn::Gt(size, top), top, size);
  const V half = hn::Mul(hn::Set(d, 0.5), ErfcToFloat(d, z));
  const V share = hn::IfThenElse(hn::Lt(x, hn::Zero(d)), half, hn::Sub(hn::Set(d, 1.0), half));
  return hn::Mul(bounded, share);
}

template <class D, class V>
HWY_INLINE V Erf(D d, V x) {
  if constexpr (sizeof(hn::TFromD<D>) == 4) {
    return InDouble(d, x, [](auto wide, auto v) HWY_ATTR { return ErfToFloat(wide, v); });
  } else {
    return ScalarLanes(d, scalars::erf, hn::FirstN(d, hn::Lanes(d)), x, x);
  }
}

template <class D, class V>
HWY_INLINE V Gelu(D d, V x) {
  if constexpr (sizeof(hn::TFromD<D>) == 4) {
    return InDouble(d, x, [](auto wide, auto v) HWY_ATTR { return GeluToFloat(wide, v); });
  } else {
    return ScalarLanes(d, scalars::gelu, hn::FirstN(d, hn::Lanes(d)), x, x);
  }
}

TL_LANES1(neg, hn::Neg(x))
TL_LANES1(abs, hn::Abs(x))
TL_LANES1(sign, hn::IfThenElse(hn::Ne(hn::Abs(x), hn::Zero(d)),
                               hn::IfThenElse(hn::IsNaN(x), x, hn::CopySign(Number(d, 1), x)), x))
TL_LANES1(step, hn::IfThenElse(hn::IsNaN(x), x,
                               hn::IfThenElseZero(hn::Gt(x, hn::Zero(d)), Number(d, 1))))
TL_LANES1(relu, hn::IfThenElse(hn::IsNaN(x), x, hn::IfThenElseZero(hn::Gt(x, hn::Zero(d)), x)))
TL_LANES1(square, hn::Mul(x, x))
TL_LANES1(sqrt, hn::Sqrt(x))
TL_LANES1(rsqrt, hn::Div(Number(d, 1), hn::Sqrt(x)))
TL_LANES1(exp, Guarded(d, x, ExpValid(d, x), [d](V v) HWY_ATTR { return hn::Exp(d, v); },
                       scalars::exp))
TL_LANES1(log, Guarded(d, x, LogValid(d, x), [d](V v) HWY_ATTR { return hn::Log(d, v); },
                       scalars::log))
TL_LANES1(sin, Guarded(d, x, hn::And(AngleValid(d, x), hn::Not(hn::Eq(x, hn::Zero(d)))),
                       [d](V v) HWY_ATTR { return hn::Sin(d, v); }, scalars::sin))
TL_LANES1(cos, Guarded(d, x, AngleValid(d, x), [d](V v) HWY_ATTR { return hn::Cos(d, v); },
                       scalars::cos))
TL_LANES1(tan, ScalarLanes(d, scalars::tan, hn::FirstN(d, hn::Lanes(d)), x, x))
TL_LANES1(tanh, TanhOf(d, x))
TL_LANES1(sigmoid, Guarded(d, x, ExpValid(d, x), [d](V v) HWY_ATTR { return Sigmoid(d, v); },
                           scalars::sigmoid))
TL_LANES1(erf, Erf(d, x))
TL_LANES1(gelu, Gelu(d, x))
TL_LANES1(softplus, Guarded(d, x, ExpValid(d, x), [d](V v) HWY_ATTR { return Softplus(d, v); },
                            scalars::softplus))
TL_LANES1(silu, Guarded(d, x, ExpValid(d, x),
                        [d](V v) HWY_ATTR { return hn::Mul(v, Sigmoid(d, v)); }, scalars::silu))
// The sign of a result of 0 is the operand's; some targets lose it.
TL_LANES1(floor, hn::CopySign(hn::Floor(x), x))
TL_LANES1(ceil, hn::CopySign(hn::Ceil(x), x))
TL_LANES1(round, hn::CopySign(hn::Round(x), x))
TL_LANES1(not, hn::Xor(x, hn::Set(d, 1)))
TL_LANES2(add, hn::Add(a, b))
TL_LANES2(sub, hn::Sub(a, b))
TL_LANES2(mul, hn::Mul(a, b))
TL_LANES2(div, hn::Div(a, b))
TL_LANES2(pow, ScalarLanes(d, scalars::pow, a, b))
TL_LANES2(mod, ScalarLanes(d, scalars::mod, a, b))
// Equal operands may be zeros of both signs: min takes the negative one, max the positive one.
TL_LANES2(min, hn::IfThenElse(hn::Eq(a, b), hn::Or(a, b),
                              hn::IfThenElse(hn::Or(hn::IsNaN(a), hn::Lt(a, b)), a, b)))
TL_LANES2(max, hn::IfThenElse(hn::Eq(a, b), hn::And(a, b),
                              hn::IfThenElse(hn::Or(hn::IsNaN(a), hn::Gt(a, b)), a, b)))
TL_LANES2(and, hn::And(a, b))
TL_LANES2(or, hn::Or(a, b))
TL_LANES2(xor, hn::Xor(a, b))
TL_LANES2(eq, hn::Eq(a, b))
TL_LANES2(ne, hn::Not(hn::Eq(a, b)))  // true for NaN, unlike hn::Ne on some targets
TL_LANES2(lt, hn::Lt(a, b))
TL_LANES2(le, hn::Le(a, b))
TL_LANES2(gt, hn::Gt(a, b))
TL_LANES2(ge, hn::Ge(a, b))

struct select_lanes {
  template <class D, class M, class V>
  HWY_INLINE V operator()(D d, M condition, V a, V b) const {
    if constexpr (hwy::IsSame<M, V>()) {  // bool lanes: the condition is a vector like the others
      return hn::IfThenElse(hn::Ne(condition, hn::Zero(d)), a, b);
    } else {
      return hn::IfThenElse(condition, a, b);
    }
  }
};

#undef TL_LANES1
#undef TL_LANES2

}  // namespace HWY_NAMESPACE
}  // namespace tl
HWY_AFTER_NAMESPACE();

#endif  // TENSORLOGIC_SIMD_FUNCTIONS_INL_H_
