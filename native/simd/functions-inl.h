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

template <class D>
HWY_INLINE hn::Vec<D> Number(D d, double value) {
  return hn::Set(d, static_cast<hn::TFromD<D>>(value));
}

// c[0] + c[1] x + c[2] x^2 + ...
template <class D, class V, size_t N>
HWY_INLINE V Polynomial(D d, V x, const double (&c)[N]) {
  V sum = Number(d, c[N - 1]);
  for (size_t i = N - 1; i > 0; --i) sum = hn::MulAdd(sum, x, Number(d, c[i - 1]));
  return sum;
}

// Whether one instruction multiplies by a power of two, subnormal results included.
#if HWY_ARCH_X86 && HWY_TARGET <= HWY_AVX3
constexpr bool kScales = true;
#else
constexpr bool kScales = false;
#endif

// Whether all lanes are known to have a normal exp, which is worth knowing without kScales.
template <class D, class V>
HWY_INLINE bool ExpIsNormal(D d, V x) {
  return !kScales && HWY_LIKELY(hn::AllTrue(d, hn::Le(hn::Abs(x), Number(d, 86))));
}

// Adding it rounds a small number to a whole one, which is then in the lowest bits of the sum.
template <class D>
HWY_INLINE hn::Vec<D> Rounder(D d) {
  return Number(d, 0x1.8p23);
}

// x 2^n for whole numbers n in [-250, 250], rounded once where the result is subnormal; n comes
// with the rounder added. With `normal` for x in (1/2, 2) and n in [-125, 125] only: the exponents
// add up.
template <bool normal, class D, class V>
HWY_INLINE V TimesPowerOfTwo(D d, V x, V rounded) {
#if HWY_ARCH_X86 && HWY_TARGET <= HWY_AVX3
  return V{_mm512_scalef_ps(x.raw, hn::Sub(rounded, Rounder(d)).raw)};
#else
  const hn::RebindToSigned<D> whole;
  const auto bits = hn::BitCast(whole, rounded);
  if constexpr (normal) {
    return hn::BitCast(d, hn::Add(hn::BitCast(whole, x), hn::ShiftLeft<23>(bits)));
  } else {
    const auto exponent = hn::Sub(bits, hn::BitCast(whole, Rounder(d)));
    const auto part = hn::ShiftRight<1>(exponent);
    const auto bias = hn::Set(whole, 127);
    const auto first = hn::ShiftLeft<23>(hn::Add(part, bias));
    const auto second = hn::ShiftLeft<23>(hn::Add(hn::Sub(exponent, part), bias));
    return hn::Mul(hn::Mul(x, hn::BitCast(d, first)), hn::BitCast(d, second));
  }
#endif
}

// x = exp(x + what add_rest adds once x is small), for one vector or several: step by step, so that
// the chains of several run side by side. Range reduction and polynomial are those of expf in
// Moshier's Cephes library; ln 2 comes in two parts of which the first times n is exact.
template <bool normal, class D, class Rest, class... V>
HWY_INLINE void ExpInPlace(D d, Rest add_rest, V&... x) {
  static constexpr double kP[] = {5.0000001201e-1, 1.6666665459e-1, 4.1665795894e-2,
                                  8.3334519073e-3, 1.3981999507e-3, 1.9875691500e-4};
  [&](auto... rounded) TL_INLINED {
    [&](auto... n) TL_INLINED {
      ((x = hn::NegMulAdd(n, Number(d, 0.693359375), x)), ...);
      ((x = hn::NegMulAdd(n, Number(d, -2.12194440e-4), x)), ...);
    }(hn::Sub(rounded, Rounder(d))...);
    add_rest(x...);
    [&](auto... p) TL_INLINED {
      for (size_t i = 5; i > 0; --i) ((p = hn::MulAdd(p, x, Number(d, kP[i - 1]))), ...);
      ((p = hn::MulAdd(p, hn::Mul(x, x), x)), ...);
      ((p = hn::Add(p, Number(d, 1))), ...);
      ((x = TimesPowerOfTwo<normal>(d, p, rounded)), ...);
    }((static_cast<void>(x), Number(d, kP[5]))...);
  }(hn::MulAdd(x, Number(d, 1.44269504088896341), Rounder(d))...);
}

template <bool normal, class D, class V, class... Rest>
HWY_INLINE V ExpOfReduced(D d, V x, Rest... rest) {
  ExpInPlace<normal>(d, [&](V& r) TL_INLINED { ((r = hn::Add(r, rest)), ...); }, x);
  return x;
}

// exp(x + rest) on lanes of float, for x in [-105, 90] and, if there is one, a rest below 1/8: the
// argument in two parts where one float would lose digits. Mostly all lanes have normal results,
// which are cheaper to scale where there is no instruction for it; the bits are the same.
template <class D, class V, class... Rest>
HWY_INLINE V ExpOfSum(D d, V x, Rest... rest) {
  return ExpIsNormal(d, x) ? ExpOfReduced<true>(d, x, rest...)
                           : ExpOfReduced<false>(d, x, rest...);
}

// The operand where it is NaN, else the result.
template <class V>
HWY_INLINE V KeepNaN(V x, V result) {
  return hn::IfThenElse(hn::IsNaN(x), x, result);
}

// Beyond the bounds exp is 0 or infinity.
template <class D, class V>
HWY_INLINE V ExpOfFloat(D d, V x) {
  if (ExpIsNormal(d, x)) return ExpOfReduced<true>(d, x);
  const V bounded = hn::Max(hn::Min(x, Number(d, 90)), Number(d, -105));
  return KeepNaN(x, ExpOfReduced<false>(d, bounded));
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
    return ExpOfSum(d, hn::Max(operand, Number(d, -105)));
  } else {
    return hn::Exp(d, operand);
  }
}

// Functions that are arithmetic around one exponential: result(d, x, exp(argument(d, x))). Some
// give the exponent in two parts, and then rest(d, x) is the small one.
struct Exponential {
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

// (1 - t) / (1 + t) with t = exp(-2|x|), or a least squares fit of relative error 2e-9 where that
// would cancel. One rational function for all arguments was a fifth faster and lost 5 ulps near 4.
struct Tanh {
  template <class D, class V>
  static HWY_INLINE V argument(D, V x) {
    return hn::Neg(hn::Abs(hn::Add(x, x)));
  }
  template <class D, class V>
  static HWY_INLINE V result(D d, V x, V tail) {
    static constexpr double kNear[] = {-0.33333297606377055, 0.13331174096279014,
                                       -0.053557576839376404, 0.018729393791958444};
    const V one = Number(d, 1);
    const V size = hn::Abs(x);
    const V far = hn::Div(hn::Sub(one, tail), hn::Add(one, tail));
    const V square = hn::Mul(size, size);
    const V near = hn::MulAdd(hn::Mul(size, square), Polynomial(d, square, kNear), size);
    return hn::CopySign(hn::IfThenElse(hn::Lt(size, Number(d, 0.4)), near, far), x);
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
        if constexpr (requires { (Around::rest(d, x), ...); }) {
          ((r = hn::Add(r, Around::rest(d, x))), ...);
        }
      };
      ExpInPlace<true>(d, add_rest, exp...);
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
    return KeepNaN(x, Tanh::result(d, x, ExpOfMinusSize(d, hn::Add(x, x))));
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

// exp(z^2) erfc(z) on lanes of float, for z in [0, 10.2]: a minimax fit of relative error 5.9e-9.
// All coefficients are positive, so that no digit is lost.
template <class D, class V>
HWY_INLINE V ScaledErfc(D d, V z) {
  static constexpr double kP[] = {1.00000000582039, 1.2392650813189146, 0.7324982700083426,
                                  0.2296445522675676, 0.03288567969132029};
  static constexpr double kQ[] = {1.0, 2.3676448355886497, 2.4040898970404156,
                                  1.32703746347038, 0.40706035680116004, 0.05828766535488306};
  return hn::Div(Polynomial(d, z, kP), Polynomial(d, z, kQ));
}

// exp(-factor x^2) on lanes of float is accurate in the far tail too: the leading 12 bits of x have
// an exact square, and what they lack goes into the exponent's second part.
template <class D, class V>
HWY_INLINE V LeadingBits(D d, V x) {
  const hn::RebindToUnsigned<D> bits;
  return hn::BitCast(d, hn::And(hn::BitCast(bits, x), hn::Set(bits, 0xFFFFF000U)));
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
    const V erfc = hn::Mul(gauss, ScaledErfc(d, Erf::size(d, x)));
    const V far = hn::CopySign(hn::Sub(Number(d, 1), erfc), x);
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
    const V half_erfc = hn::Mul(hn::Mul(Number(d, 0.5), gauss),
                                ScaledErfc(d, hn::Mul(bound, Number(d, 0.70710678118654752))));
    const V above = hn::Mul(x, hn::Sub(Number(d, 1), half_erfc));
    const V below = hn::Neg(hn::Mul(bound, half_erfc));
    return hn::IfThenElse(hn::IsNegative(x), below, above);
  }
};

template <class Around, class D, class V>
HWY_INLINE V AroundSum(D d, V x) {
  return Around::result(d, x, ExpOfSum(d, Around::argument(d, x), Around::rest(d, x)));
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
#undef TL_LANES1_AROUND
#undef TL_LANES2

}  // namespace HWY_NAMESPACE
}  // namespace tl
HWY_AFTER_NAMESPACE();

#endif  // TENSORLOGIC_SIMD_FUNCTIONS_INL_H_
