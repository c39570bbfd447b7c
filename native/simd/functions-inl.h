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
#include "simd/exp-inl.h"
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
// The same for a function around an exponential; f.four(...) takes four vectors of float at a time.
#define TL_LANES1_AROUND(function, Around, expression)             \
  struct function##_lanes {                                        \
    template <class D, class V>                                    \
    HWY_INLINE auto operator()(D d, V x) const {                   \
      return expression;                                           \
    }                                                              \
    template <class D, class V, HWY_IF_F32_D(D)>                   \
    HWY_INLINE void four(D d, V& a, V& b, V& c, V& e) const {      \
      AroundExp<Around>(*this, d, a, b, c, e);                     \
    }                                                              \
  };
// The functor of a function of two operands: f(d, a, b).
#define TL_LANES2(function, expression)              \
  struct function##_lanes {                          \
    template <class D, class V>                      \
    HWY_INLINE auto operator()(D d, V a, V b) const {\
      static_cast<void>(d);                          \
      return expression;                             \
    }                                                \
  };

// Whether vectors have lanes of floats; those of i64 know no NaN, no -0 and no copied sign.
template <class V>
inline constexpr bool kOfFloats = hwy::IsFloat<hn::TFromV<V>>();

// The operand where it is NaN, else the result.
template <class V>
HWY_INLINE V KeepNaN(V x, V result) {
  if constexpr (kOfFloats<V>) {
    return hn::IfThenElse(hn::IsNaN(x), x, result);
  } else {
    return result;
  }
}

// Beyond the bounds exp is 0 or infinity.
template <class D, class V>
HWY_INLINE V ExpOfFloat(D d, V x) {
  if (ExpIsNormal(d, x)) return ExpOfReduced<true, Power::kOfOne>(d, x);
  const V bounded = hn::Max(hn::Min(x, Number(d, 90)), Number(d, -105));
  return KeepNaN(x, ExpOfReduced<false, Power::kOfOne>(d, bounded));
}

template <class D, class V>
HWY_INLINE V ExpOf(D d, V x) {
  if constexpr (sizeof(hn::TFromD<D>) == 4) {
    return ExpOfFloat(d, x);
  } else {
    return Guarded(d, x, ExpValid(d, x), [d](V v) HWY_ATTR { return hn::Exp(d, v); },
                   scalars::exp);
  }
}

// exp(-|x|), which never overflows; for double the operand must be ExpValid.
template <class D, class V>
HWY_INLINE V ExpOfMinusSize(D d, V x) {
  const V operand = hn::Neg(hn::Abs(x));
  if constexpr (sizeof(hn::TFromD<D>) == 4) {
    return ExpOfParts<Power::kOfOne>(d, hn::Max(operand, Number(d, -105)));
  } else {
    return hn::Exp(d, operand);
  }
}

// Functions that are arithmetic around one power: result(d, x, exp(argument(d, x))), or what else
// is wanted. Where the argument has two parts, rest(d, x) is the small one.
struct Exponential {
  static constexpr Power kWanted = Power::kOfOne;
  template <class D, class V>
  static HWY_INLINE V argument(D, V x) {
    return x;
  }
  template <class D, class V>
  static HWY_INLINE V result(D, V, V exp) {
    return exp;
  }
};

struct Sigmoid {
  static constexpr Power kWanted = Power::kOfOne;
  template <class D, class V>
  static HWY_INLINE V argument(D, V x) {
    return hn::Neg(hn::Abs(x));
  }
  template <class D, class V>
  static HWY_INLINE V result(D d, V x, V tail) {
    const V above = hn::IfThenElse(hn::IsNegative(x), tail, Number(d, 1));
    return hn::Div(above, hn::Add(Number(d, 1), tail));
  }
};

struct Silu : Sigmoid {
  template <class D, class V>
  static HWY_INLINE V result(D d, V x, V tail) {
    return hn::Mul(x, Sigmoid::result(d, x, tail));
  }
};

// -e / (2 + e) with e = exp(-2|x|) - 1. One rational function for all arguments lost 5 ulps near 4.
struct Tanh {
  static constexpr Power kWanted = Power::kLessOne;
  template <class D, class V>
  static HWY_INLINE V argument(D, V x) {
    return hn::Neg(hn::Abs(hn::Add(x, x)));
  }
  template <class D, class V>
  static HWY_INLINE V result(D d, V x, V less_one) {
    return hn::CopySign(hn::Div(less_one, hn::Add(less_one, Number(d, 2))), x);
  }
};

// Such a function on some vectors of float in place. Mostly all their exponentials are normal, and
// then the steps run side by side; else each vector goes through f, whose bits are the same.
template <class Around, class F, class D, class... V>
HWY_INLINE void AroundExp(F f, D d, V&... x) {
  [&](auto... exp) TL_INLINED {
    auto normal = hn::FirstN(d, hn::Lanes(d));
    ((normal = hn::And(normal, hn::Le(hn::Abs(exp), Number(d, 86)))), ...);
    if (HWY_LIKELY(hn::AllTrue(d, normal))) {
      const auto add_rest = [&](auto&... r) TL_INLINED {
        if constexpr (Around::kWanted == Power::kOfSum) {
          ((r = hn::Add(r, Around::rest(d, x))), ...);
        }
      };
      ExpInPlace<true, Around::kWanted>(d, add_rest, exp...);
      ((x = Around::result(d, x, exp)), ...);
    } else {
      ((x = f(d, x)), ...);
    }
  }(Around::argument(d, x)...);
}

template <class D, class V>
HWY_INLINE V SigmoidOfValid(D d, V x) {
  return Sigmoid::result(d, x, ExpOfMinusSize(d, x));
}

template <class D, class V>
HWY_INLINE V SigmoidOf(D d, V x) {
  if constexpr (sizeof(hn::TFromD<D>) == 4) {
    return KeepNaN(x, SigmoidOfValid(d, x));
  } else {
    return Guarded(d, x, ExpValid(d, x),
                   [d](V v) HWY_ATTR { return SigmoidOfValid(d, v); }, scalars::sigmoid);
  }
}

template <class D, class V>
HWY_INLINE V TanhOf(D d, V x) {
  if constexpr (sizeof(hn::TFromD<D>) == 4) {
    const V argument = hn::Max(Tanh::argument(d, x), Number(d, -105));
    return KeepNaN(x, Tanh::result(d, x, ExpOfParts<Power::kLessOne>(d, argument)));
  } else {
    // Below this the cubic term is less than half a unit in the last place.
    const auto linear = hn::Or(hn::Le(hn::Abs(x), Number(d, 0x1p-28)), hn::IsNaN(x));
    return hn::IfThenElse(linear, x, hn::Tanh(d, x));
  }
}

template <class D, class V>
HWY_INLINE V Softplus(D d, V x) {
  return hn::Add(hn::ZeroIfNegative(x), hn::Log1p(d, ExpOfMinusSize(d, x)));
}

// exp(z^2) erfc(z) / 2 on lanes of float, for z in [0, 10.2]: a minimax fit of relative error
// 5.9e-9. All coefficients are positive, so that no digit is lost.
template <class D, class V>
HWY_INLINE V ScaledHalfErfc(D d, V z) {
  static constexpr double kP[] = {0.500000002910195, 0.6196325406594573, 0.3662491350041713,
                                  0.1148222761337838, 0.016442839845660145};
  static constexpr double kQ[] = {1.0, 2.3676448355886497, 2.4040898970404156,
                                  1.32703746347038, 0.40706035680116004, 0.05828766535488306};
  return hn::Div(Polynomial(d, z, kP), Polynomial(d, z, kQ));
}

// exp(-factor x^2) on lanes of float is accurate in the far tail too: x rounded to 12 bits has an
// exact square, and what that lacks goes into the exponent's second part.
template <class D, class V>
HWY_INLINE V LeadingBits(D d, V x) {
  const hn::RebindToUnsigned<D> bits;
  const auto raised = hn::Add(hn::BitCast(bits, x), hn::Set(bits, 0x800U));
  return hn::BitCast(d, hn::And(raised, hn::Set(bits, 0xFFFFF000U)));
}

template <class D, class V>
HWY_INLINE V GaussExponent(D d, V x, double factor) {
  const V lead = LeadingBits(d, x);
  return hn::Mul(hn::Mul(lead, lead), Number(d, -factor));
}

template <class D, class V>
HWY_INLINE V GaussRest(D d, V x, double factor) {
  const V lead = LeadingBits(d, x);
  return hn::Mul(hn::Mul(hn::Sub(x, lead), hn::Add(x, lead)), Number(d, -factor));
}

// What functions around exp(-F::kFactor x^2) have in common; that is 0 beyond F::kSizeMax.
template <class F>
struct AroundGauss {
  static constexpr Power kWanted = Power::kOfSum;
  template <class D, class V>
  static HWY_INLINE V size(D d, V x) {
    return hn::Min(hn::Abs(x), Number(d, F::kSizeMax));
  }
  template <class D, class V>
  static HWY_INLINE V argument(D d, V x) {
    return GaussExponent(d, size(d, x), F::kFactor);
  }
  template <class D, class V>
  static HWY_INLINE V rest(D d, V x) {
    return GaussRest(d, size(d, x), F::kFactor);
  }
};

// 1 - erfc, or a least squares fit of relative error 2e-9 where that would cancel.
struct Erf : AroundGauss<Erf> {
  static constexpr double kSizeMax = 10;
  static constexpr double kFactor = 1;
  template <class D, class V>
  static HWY_INLINE V result(D d, V x, V gauss) {
    static constexpr double kNear[] = {1.128379165553933, -0.37612608368179923,
                                       0.11282818446157973, -0.02675689070216806,
                                       0.004717376030010213};
    const V half = ScaledHalfErfc(d, Erf::size(d, x));
    const V far = hn::CopySign(hn::NegMulAdd(hn::Add(gauss, gauss), half, Number(d, 1)), x);
    const V near = hn::Mul(x, Polynomial(d, hn::Mul(x, x), kNear));
    return hn::IfThenElse(hn::Lt(Erf::size(d, x), Number(d, 0.5)), near, far);
  }
};

// x times the normal distribution's share below x. Beyond the bound that share is 0 or 1 in float.
struct Gelu : AroundGauss<Gelu> {
  static constexpr double kSizeMax = 14.4;
  static constexpr double kFactor = 0.5;
  template <class D, class V>
  static HWY_INLINE V result(D d, V x, V gauss) {
    const V bound = Gelu::size(d, x);
    const V half = ScaledHalfErfc(d, hn::Mul(bound, Number(d, 0.70710678118654752)));
    const V above = hn::Mul(x, hn::NegMulAdd(gauss, half, Number(d, 1)));
    const V below = hn::Neg(hn::Mul(hn::Mul(bound, half), gauss));
    return hn::IfThenElse(hn::IsNegative(x), below, above);
  }
};

template <class Around, class D, class V>
HWY_INLINE V AroundSum(D d, V x) {
  return Around::result(
      d, x, ExpOfParts<Power::kOfSum>(d, Around::argument(d, x), Around::rest(d, x)));
}

template <class D, class V>
HWY_INLINE V ErfOf(D d, V x) {
  if constexpr (sizeof(hn::TFromD<D>) == 4) {
    return KeepNaN(x, AroundSum<Erf>(d, x));
  } else {
    return ScalarLanes(d, scalars::erf, hn::FirstN(d, hn::Lanes(d)), x, x);
  }
}

template <class D, class V>
HWY_INLINE V GeluOf(D d, V x) {
  if constexpr (sizeof(hn::TFromD<D>) == 4) {
    return KeepNaN(x, AroundSum<Gelu>(d, x));
  } else {
    return ScalarLanes(d, scalars::gelu, hn::FirstN(d, hn::Lanes(d)), x, x);
  }
}

template <class D, class V>
HWY_INLINE V SignOf(D d, V x) {
  if constexpr (kOfFloats<V>) {
    const auto is_zero = hn::Eq(x, hn::Zero(d));
    return hn::IfThenElse(is_zero, x, KeepNaN(x, hn::CopySign(Number(d, 1), x)));
  } else {
    const V above = hn::IfThenElseZero(hn::Gt(x, hn::Zero(d)), Number(d, 1));
    return hn::Or(hn::BroadcastSignBit(x), above);
  }
}

// Equal floats may be zeros of both signs: the negative one is the least, the positive one the
// greatest.
template <class V>
HWY_INLINE V LeastOf(V a, V b) {
  if constexpr (kOfFloats<V>) {
    return hn::IfThenElse(hn::Eq(a, b), hn::Or(a, b),
                          hn::IfThenElse(hn::Or(hn::IsNaN(a), hn::Lt(a, b)), a, b));
  } else {
    return hn::Min(a, b);
  }
}

template <class V>
HWY_INLINE V GreatestOf(V a, V b) {
  if constexpr (kOfFloats<V>) {
    return hn::IfThenElse(hn::Eq(a, b), hn::And(a, b),
                          hn::IfThenElse(hn::Or(hn::IsNaN(a), hn::Gt(a, b)), a, b));
  } else {
    return hn::Max(a, b);
  }
}

TL_LANES1(neg, hn::Neg(x))
TL_LANES1(abs, hn::Abs(x))
TL_LANES1(sign, SignOf(d, x))
TL_LANES1(step, KeepNaN(x, hn::IfThenElseZero(hn::Gt(x, hn::Zero(d)), Number(d, 1))))
TL_LANES1(relu, KeepNaN(x, hn::IfThenElseZero(hn::Gt(x, hn::Zero(d)), x)))
TL_LANES1(square, hn::Mul(x, x))
TL_LANES1(sqrt, hn::Sqrt(x))
TL_LANES1(rsqrt, hn::Div(Number(d, 1), hn::Sqrt(x)))
TL_LANES1_AROUND(exp, Exponential, ExpOf(d, x))
TL_LANES1(log, Guarded(d, x, LogValid(d, x), [d](V v) HWY_ATTR { return hn::Log(d, v); },
                       scalars::log))
TL_LANES1(sin, Guarded(d, x, hn::And(AngleValid(d, x), hn::Not(hn::Eq(x, hn::Zero(d)))),
                       [d](V v) HWY_ATTR { return hn::Sin(d, v); }, scalars::sin))
TL_LANES1(cos, Guarded(d, x, AngleValid(d, x), [d](V v) HWY_ATTR { return hn::Cos(d, v); },
                       scalars::cos))
TL_LANES1(tan, ScalarLanes(d, scalars::tan, hn::FirstN(d, hn::Lanes(d)), x, x))
TL_LANES1_AROUND(tanh, Tanh, TanhOf(d, x))
TL_LANES1_AROUND(sigmoid, Sigmoid, SigmoidOf(d, x))
TL_LANES1_AROUND(erf, Erf, ErfOf(d, x))
TL_LANES1_AROUND(gelu, Gelu, GeluOf(d, x))
TL_LANES1(softplus, Guarded(d, x, ExpValid(d, x), [d](V v) HWY_ATTR { return Softplus(d, v); },
                            scalars::softplus))
TL_LANES1_AROUND(silu, Silu, Guarded(d, x, ExpValid(d, x), [d](V v) HWY_ATTR {
                   return Silu::result(d, v, ExpOfMinusSize(d, v));
                 }, scalars::silu))
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
TL_LANES2(min, LeastOf(a, b))
TL_LANES2(max, GreatestOf(a, b))
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
#undef TL_LANES1_AROUND
#undef TL_LANES2

}  // namespace HWY_NAMESPACE
}  // namespace tl
HWY_AFTER_NAMESPACE();

#endif  // TENSORLOGIC_SIMD_FUNCTIONS_INL_H_
