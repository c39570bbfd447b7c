// Functions of one lane in double, for lanes where the vector form does not hold or does not exist.
#ifndef TENSORLOGIC_SIMD_SCALARS_H_
#define TENSORLOGIC_SIMD_SCALARS_H_

#include <cmath>

namespace tl::scalars {

inline double exp(double x) { return std::exp(x); }
inline double log(double x) { return std::log(x); }
inline double sin(double x) { return std::sin(x); }
inline double cos(double x) { return std::cos(x); }
inline double tan(double x) { return std::tan(x); }
inline double erf(double x) { return std::erf(x); }
// In long double because the tails of these are below the normal numbers of double, or lose a digit
// for each digit of the square of the operand.
inline double sigmoid(double x) {
  return static_cast<double>(1 / (1 + std::exp(-static_cast<long double>(x))));
}
inline double silu(double x) {
  return static_cast<double>(x / (1 + std::exp(-static_cast<long double>(x))));
}
inline double gelu(double x) {
  if (x == -INFINITY) return -0.0;
  const long double z = -x * std::sqrt(0.5L);
  return static_cast<double>(x * std::erfc(z) / 2);
}
inline double softplus(double x) {
  if (std::isnan(x)) return x;  // of two NaN, a sum keeps either
  return (x > 0 ? x : 0) + std::log1p(std::exp(-std::fabs(x)));
}
// As IEEE 754 but for the powers of 1 and -1 to NaN and infinities, which are NaN as in Java.
inline double pow(double a, double b) {
  return std::fabs(a) == 1 && !std::isfinite(b) ? NAN : std::pow(a, b);
}
// The remainder with the divisor's sign; NaN where the divisor is 0.
inline double mod(double a, double b) {
  const double rest = std::fmod(a, b);
  return rest != 0 && (rest < 0) != (b < 0) ? rest + b : rest;
}

}  // namespace tl::scalars

#endif  // TENSORLOGIC_SIMD_SCALARS_H_
