// The exponential of floats on lanes, by a table and a short polynomial. Compiled once per target.
#if defined(TENSORLOGIC_SIMD_EXP_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef TENSORLOGIC_SIMD_EXP_INL_H_
#undef TENSORLOGIC_SIMD_EXP_INL_H_
#else
#define TENSORLOGIC_SIMD_EXP_INL_H_
#endif

#include <cstddef>
#include <iterator>

#include "hwy/highway.h"
#include "simd/simd-inl.h"

HWY_BEFORE_NAMESPACE();
namespace tl {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

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

// exp is 2^n T[i] e^r, where n + i / N is the multiple of 1 / N next to x / ln 2: the more entries
// N a table has, the shorter the polynomial of e^r. A table is one vector, so that a permutation
// looks all lanes up; short vectors have no table but T[0] = 1.
#if HWY_HAVE_SCALABLE
constexpr size_t kPowers = 1;
#else
constexpr size_t kPowers =
    hn::MaxLanes(hn::ScalableTag<float>()) >= 8 ? hn::MaxLanes(hn::ScalableTag<float>()) : 1;
#endif

// One number for each lane of a table.
struct alignas(64) PowerTable {
  float lanes[kPowers];
};

// Every one of 16 numbers, every second, or the first.
constexpr PowerTable TableOf(const float (&sixteen)[16]) {
  PowerTable table{};
  for (size_t i = 0; i < kPowers; ++i) table.lanes[i] = sixteen[16 / kPowers * i];
  return table;
}

// 2^(i / N), and by what part the true power is larger.
inline constexpr PowerTable kPowersOfTwo = TableOf(
    {0x1p+0F,        0x1.0b5586p+0F, 0x1.172b84p+0F, 0x1.2387a6p+0F, 0x1.306fep+0F,  0x1.3dea64p+0F,
     0x1.4bfdaep+0F, 0x1.5ab07ep+0F, 0x1.6a09e6p+0F, 0x1.7a1148p+0F, 0x1.8ace54p+0F, 0x1.9c4918p+0F,
     0x1.ae89fap+0F, 0x1.c199bep+0F, 0x1.d5818ep+0F, 0x1.ea4afap+0F});
inline constexpr PowerTable kPowersRest = TableOf(
    {0x0p+0F, 0x1.8d96d4p-25F, -0x1.9c0c22p-27F, 0x1.964904p-25F, 0x1.125002p-25F, 0x1.370be4p-25F,
     -0x1.0a355p-25F, -0x1.00d8acp-27F, 0x1.26055cp-26F, -0x1.05cb44p-25F, 0x1.67a1cap-28F,
     0x1.a3b5e4p-28F, -0x1.f9c304p-27F, -0x1.6961b4p-28F, -0x1.a5217cp-28F, 0x1.61428ep-28F});

// What is wanted: exp(x), exp(x + rest) of an argument in two parts, or exp(x) - 1.
enum class Power { kOfOne, kOfSum, kLessOne };

// e^r - 1 = r + r^2 (k[0] + k[1] r + ...), minimax fits for |r| <= ln 2 / 2 N. Errors are below
// 2^-25 of 1; with `longer` of e^r - 1, and below 2^-24 of 1 if r is by up to 0.051 larger.
template <size_t powers, bool longer>
struct ExpFit;
template <>
struct ExpFit<16, false> {
  static constexpr double k[] = {0.5000162511238808, 0.16667059228761702};
};
template <>
struct ExpFit<16, true> {
  static constexpr double k[] = {0.4999999998726563, 0.16666991875739143, 0.041667591264894985};
};
template <bool longer>
struct ExpFit<8, longer> {
  static constexpr double k[] = {0.4999999979591314, 0.1666796754096712, 0.04167036691045337};
};
template <bool longer>
struct ExpFit<1, longer> {
  static constexpr double k[] = {0.5000000062645596, 0.1666654204867392, 0.04166627909645405,
                                 0.008366710587680896, 0.001394666900825589};
};

// Adding it rounds a small number to a multiple of 1 / kPowers, which is then in the lowest bits of
// the sum.
template <class D>
HWY_INLINE hn::Vec<D> Rounder(D d) {
  return Number(d, 0x1.8p23 / kPowers);
}

// table[i], where multiples n + i / N come with the rounder added.
template <class D, class V>
HWY_INLINE V PowerOf(D d, const PowerTable& table, V rounded) {
  static_assert(kPowers == hn::MaxLanes(D()));
  const hn::RebindToSigned<D> whole;
  const auto i = hn::And(hn::BitCast(whole, rounded), hn::Set(whole, kPowers - 1));
  return hn::TableLookupLanes(hn::Load(d, table.lanes), hn::IndicesFromVec(d, i));
}

// x 2^n for the whole numbers n below multiples of 1 / kPowers in [-250, 250] that come with the
// rounder added; rounded once where the result is subnormal. With `normal` for x in (1/2, 2) and n
// in [-125, 125] only: the exponents add up.
template <bool normal, class D, class V>
HWY_INLINE V TimesPowerOfTwo(D d, V x, V rounded) {
#if HWY_ARCH_X86 && HWY_TARGET <= HWY_AVX3
  return V{_mm512_scalef_ps(x.raw, hn::Sub(rounded, Rounder(d)).raw)};
#else
  const hn::RebindToSigned<D> whole;
  constexpr int shift = hwy::FloorLog2(kPowers);
  const auto bits = hn::BitCast(whole, rounded);
  if constexpr (normal) {
    const auto floor = hn::And(bits, hn::Set(whole, -static_cast<int>(kPowers)));
    return hn::BitCast(d, hn::Add(hn::BitCast(whole, x), hn::ShiftLeft<23 - shift>(floor)));
  } else {
    const auto exponent =
        hn::ShiftRight<shift>(hn::Sub(bits, hn::BitCast(whole, Rounder(d))));
    const auto part = hn::ShiftRight<1>(exponent);
    const auto bias = hn::Set(whole, 127);
    const auto first = hn::ShiftLeft<23>(hn::Add(part, bias));
    const auto second = hn::ShiftLeft<23>(hn::Add(hn::Sub(exponent, part), bias));
    return hn::Mul(hn::Mul(x, hn::BitCast(d, first)), hn::BitCast(d, second));
  }
#endif
}

// 2^n T[i] (1 + part), or less 1.
template <bool normal, Power wanted, class D, class V>
HWY_INLINE V Assemble(D d, V part, V rounded) {
  V power = Number(d, 1);
  if constexpr (kPowers > 1) power = PowerOf(d, kPowersOfTwo, rounded);
  if constexpr (wanted == Power::kLessOne) {
    if constexpr (kPowers > 1) part = hn::Add(part, PowerOf(d, kPowersRest, rounded));
    power = TimesPowerOfTwo<normal>(d, power, rounded);
    return hn::MulAdd(power, part, hn::Sub(power, Number(d, 1)));
  } else {
    const V whole = kPowers > 1 ? hn::MulAdd(power, part, power) : hn::Add(part, power);
    return TimesPowerOfTwo<normal>(d, whole, rounded);
  }
}

// Replaces x, one vector or several, by the power: step by step, so that the chains of several run
// side by side. add_rest adds the argument's other part once x is small. ln 2 comes in two parts of
// which the first times n + i / N is exact (Cody and Waite, Software Manual for the Elementary
// Functions, 1980; tables: Tang, ACM TOMS 15, 1989).
template <bool normal, Power wanted, class D, class Rest, class... V>
HWY_INLINE void ExpInPlace(D d, Rest add_rest, V&... x) {
  constexpr auto& fit = ExpFit<kPowers, wanted != Power::kOfOne>::k;
  constexpr size_t terms = std::size(fit);
  [&](auto... rounded) TL_INLINED {
    [&](auto... n) TL_INLINED {
      ((x = hn::NegMulAdd(n, Number(d, 0.693359375), x)), ...);
      ((x = hn::NegMulAdd(n, Number(d, -2.12194440e-4), x)), ...);
    }(hn::Sub(rounded, Rounder(d))...);
    add_rest(x...);
    [&](auto... p) TL_INLINED {
      for (size_t i = terms - 1; i > 0; --i) {
        ((p = hn::MulAdd(p, x, Number(d, fit[i - 1]))), ...);
      }
      ((p = hn::MulAdd(p, hn::Mul(x, x), x)), ...);
      ((x = Assemble<normal, wanted>(d, p, rounded)), ...);
    }((static_cast<void>(x), Number(d, fit[terms - 1]))...);
  }(hn::MulAdd(x, Number(d, 1.44269504088896341), Rounder(d))...);
}

template <bool normal, Power wanted, class D, class V, class... Rest>
HWY_INLINE V ExpOfReduced(D d, V x, Rest... rest) {
  ExpInPlace<normal, wanted>(
      d, [&](V& r) TL_INLINED { ((r = hn::Add(r, rest)), ...); }, x);
  return x;
}

// The power on lanes of float, for x in [-105, 90] and, if there is one, a rest below 0.051:
// the argument in two parts where one float would lose digits. Mostly all lanes have normal
// results, which are cheaper to scale where there is no instruction for it; the bits are the same.
template <Power wanted, class D, class V, class... Rest>
HWY_INLINE V ExpOfParts(D d, V x, Rest... rest) {
  return ExpIsNormal(d, x) ? ExpOfReduced<true, wanted>(d, x, rest...)
                           : ExpOfReduced<false, wanted>(d, x, rest...);
}

}  // namespace HWY_NAMESPACE
}  // namespace tl
HWY_AFTER_NAMESPACE();

#endif  // TENSORLOGIC_SIMD_EXP_INL_H_
