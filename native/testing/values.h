// Operand values for tests, and how far a kernel's element may be from its oracle.
#ifndef TENSORLOGIC_TESTING_VALUES_H_
#define TENSORLOGIC_TESTING_VALUES_H_

#include <cmath>
#include <cstdint>
#include <cstring>
#include <iterator>
#include <limits>
#include <random>

namespace tl::testing {

using Random = std::mt19937_64;

// The values column of the kernel lists: each is a function T(Random&).
template <class T>
T AnyFloat(Random& random) {
  using limits = std::numeric_limits<T>;
  const T specials[] = {T(0),           -T(0),          T(1),
                        limits::max(),  limits::min(),  limits::denorm_min(),
                        limits::infinity(), -limits::infinity(), limits::quiet_NaN()};
  if (random() % 8 == 0) return specials[random() % std::size(specials)];
  const double magnitude = std::uniform_real_distribution<double>(-20, 20)(random);
  return static_cast<T>((random() % 2 == 0 ? 1 : -1) * std::exp2(magnitude));
}

namespace values {

// Any value: of floats one in eight is special, the others spread over the exponents near 1; of
// i64 half are small, so that equal ones meet, and one in 16 at an end of the range; a bool is 0
// or 1.
template <class T>
T any(Random& random) {
  if constexpr (sizeof(T) == 1) {
    return static_cast<T>(random() % 2);
  } else if constexpr (std::numeric_limits<T>::is_integer) {
    const uint64_t dice = random() % 32;
    if (dice < 16) return static_cast<T>(random() % 4);
    if (dice > 17) return static_cast<T>(random());
    return dice == 16 ? std::numeric_limits<T>::min() : std::numeric_limits<T>::max();
  } else {
    return AnyFloat<T>(random);
  }
}

// The same without special and large floats, which many kernels take by a way of their own.
template <class T>
T calm(Random& random) {
  if constexpr (std::numeric_limits<T>::is_integer) {
    return any<T>(random);
  } else {
    const double magnitude = std::uniform_real_distribution<double>(-20, 5)(random);
    return static_cast<T>((random() % 2 == 0 ? 1 : -1) * std::exp2(magnitude));
  }
}

}  // namespace values

template <class T>
bool SameBits(T a, T b) {
  return std::memcmp(&a, &b, sizeof(T)) == 0;
}

template <class T>
double UlpDistanceOfFloats(T a, T b) {
  if (std::isnan(a) || std::isnan(b)) {
    return std::isnan(a) && std::isnan(b) ? 0 : std::numeric_limits<double>::infinity();
  }
  if (a == 0 && b == 0) {
    return std::signbit(a) == std::signbit(b) ? 0 : std::numeric_limits<double>::infinity();
  }
  if (a == b) return 0;
  const T scale = std::fmax(std::fabs(a), std::fabs(b));
  const T ulp = scale - std::nextafter(scale, T(0));
  return std::fabs(static_cast<double>(a) - static_cast<double>(b)) / static_cast<double>(ulp);
}

// Distance in units in the last place; 0 for two NaNs, infinite if only one is NaN, if the signs of
// two zeros differ, or if two integers do.
template <class T>
double UlpDistance(T a, T b) {
  if constexpr (std::numeric_limits<T>::is_integer) {
    return a == b ? 0 : std::numeric_limits<double>::infinity();
  } else {
    return UlpDistanceOfFloats(a, b);
  }
}

}  // namespace tl::testing

#endif  // TENSORLOGIC_TESTING_VALUES_H_
