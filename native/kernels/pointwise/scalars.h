// The meaning of functions on one double that the C++ library lacks, shared by the lanes that have
// no vector form and by the oracle's functions that are built from library calls alike.
#ifndef TENSORLOGIC_KERNELS_POINTWISE_SCALARS_H_
#define TENSORLOGIC_KERNELS_POINTWISE_SCALARS_H_

#include <cmath>

namespace tl::pointwise::scalars {

inline double exp(double x) { return std::exp(x); }
inline double log(double x) { return std::log(x); }
inline double sin(double x) { return std::sin(x); }
inline double cos(double x) { return std::cos(x); }
inline double tan(double x) { return std::tan(x); }
inline double erf(double x) { return std::erf(x); }
inline double sigmoid(double x) {
  const double tail = std::exp(-std::fabs(x));
  return x >= 0 ? 1 / (1 + tail) : tail / (1 + tail);
}
inline double silu(double x) { return x * sigmoid(x); }
inline double softplus(double x) {
  return (x > 0 || std::isnan(x) ? x : 0) + std::log1p(std::exp(-std::fabs(x)));
}
inline double gelu(double x) {
  return x == -INFINITY ? -0.0 : x * 0.5 * std::erfc(-x * std::sqrt(0.5));
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

}  // namespace tl::pointwise::scalars

#endif  // TENSORLOGIC_KERNELS_POINTWISE_SCALARS_H_
