// Plain loops in double: the oracle of the pointwise kernels.
#include <cmath>

#include "base/dtypes.h"
#include "base/tiles.h"
#include "base/views.h"
#include "kernels/pointwise/scalars.h"
#include "kernels/reference.h"

namespace tl::pointwise {
namespace {

// One scalar function per line of kernels.inc; the suffix keeps clear of C++'s own words.
double neg_of(double x) { return -x; }
double abs_of(double x) { return std::fabs(x); }
double sign_of(double x) { return x == 0 || std::isnan(x) ? x : std::copysign(1, x); }
double step_of(double x) { return std::isnan(x) ? x : x > 0; }
double relu_of(double x) { return std::isnan(x) ? x : x > 0 ? x : 0; }
double square_of(double x) { return x * x; }
double sqrt_of(double x) { return std::sqrt(x); }
double rsqrt_of(double x) { return 1 / std::sqrt(x); }
double exp_of(double x) { return std::exp(x); }
double log_of(double x) { return std::log(x); }
double sin_of(double x) { return std::sin(x); }
double cos_of(double x) { return std::cos(x); }
double tan_of(double x) { return std::tan(x); }
double tanh_of(double x) { return std::tanh(x); }
double sigmoid_of(double x) { return scalars::sigmoid(x); }
double erf_of(double x) { return std::erf(x); }
double gelu_of(double x) { return scalars::gelu(x); }
double softplus_of(double x) { return scalars::softplus(x); }
double silu_of(double x) { return scalars::silu(x); }
double floor_of(double x) { return std::floor(x); }
double ceil_of(double x) { return std::ceil(x); }
double round_of(double x) { return std::nearbyint(x); }
double not_of(double x) { return 1 - x; }

double add_of(double a, double b) { return a + b; }
double sub_of(double a, double b) { return a - b; }
double mul_of(double a, double b) { return a * b; }
double div_of(double a, double b) { return a / b; }
double pow_of(double a, double b) { return scalars::pow(a, b); }
double mod_of(double a, double b) { return scalars::mod(a, b); }
double min_of(double a, double b) {
  if (std::isnan(a) || std::isnan(b)) return NAN;
  return a < b || (a == b && std::signbit(a)) ? a : b;
}
double max_of(double a, double b) {
  if (std::isnan(a) || std::isnan(b)) return NAN;
  return a > b || (a == b && std::signbit(b)) ? a : b;
}
double and_of(double a, double b) { return a != 0 && b != 0; }
double or_of(double a, double b) { return a != 0 || b != 0; }
double xor_of(double a, double b) { return (a != 0) != (b != 0); }

// Comparisons and selection keep to the dtype: a double does not hold every i64.
template <class T> bool eq_of(T a, T b) { return a == b; }
template <class T> bool ne_of(T a, T b) { return a != b; }
template <class T> bool lt_of(T a, T b) { return a < b; }
template <class T> bool le_of(T a, T b) { return a <= b; }
template <class T> bool gt_of(T a, T b) { return a > b; }
template <class T> bool ge_of(T a, T b) { return a >= b; }
template <class T> T select_of(std::uint8_t condition, T a, T b) { return condition ? a : b; }

// result[i] = function(operands[i]...) with operands of types T read as types A.
template <class R, class... T, class S, class... A>
void Run(S (*function)(A...), const int64_t* descriptor, void* const* buffers, int64_t tile_begin,
         int64_t tile_end) {
  const PointwiseView view(descriptor);
  const Axes axes = view.axes();
  const TileRange range(axes.elements(), view.tile_elements(), tile_begin, tile_end);
  R* result = static_cast<R*>(buffers[sizeof...(T)]);
  for (int64_t i = range.first; i < range.first + range.count; ++i) {
    [&]<size_t... I>(std::index_sequence<I...>) {
      result[OffsetOf(axes, view.result_strides(), i)] = static_cast<R>(function(static_cast<A>(
          static_cast<const T*>(buffers[I])[OffsetOf(axes, view.strides(I), i)])...));
    }(std::index_sequence_for<T...>());
  }
}

}  // namespace
}  // namespace tl::pointwise

#define TL_DEFINE(name, function, dtype, ...)                                            \
  void TL_REFERENCE(pointwise, name, dtype)(TL_PARAMETERS) {                             \
    using W = tl::type_##dtype;                                                          \
    static_cast<void>(scratch);                                                          \
    tl::pointwise::Run<__VA_ARGS__>(tl::pointwise::function, descriptor, buffers,        \
                                    tile_begin, tile_end);                               \
  }
#define TL_UNARY_OF(function, dtype) TL_DEFINE(function, function##_of, dtype, W, W)
#define TL_BINARY_OF(function, dtype) TL_DEFINE(function, function##_of, dtype, W, W, W)
#define TL_COMPARE_OF(function, dtype) \
  TL_DEFINE(function, function##_of<W>, dtype, tl::type_bool, W, W)
#define TL_SELECT_OF(function, dtype) \
  TL_DEFINE(function, function##_of<W>, dtype, W, tl::type_bool, W, W)
#define TL_UNARY(function, dtypes, ...) dtypes(TL_UNARY_OF, function)
#define TL_BINARY(function, dtypes, ...) dtypes(TL_BINARY_OF, function)
#define TL_COMPARE(function, dtypes, ...) dtypes(TL_COMPARE_OF, function)
#define TL_SELECT(function, dtypes, ...) dtypes(TL_SELECT_OF, function)
#include "kernels/pointwise/kernels.inc"
