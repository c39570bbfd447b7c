// Plain loops in double: the oracle of the contractions.
#include <algorithm>
#include <cmath>

#include "base/dtypes.h"
#include "base/views.h"
#include "kernels/reference.h"

namespace tl::contract {
namespace {

// One semiring per function of kernels.inc.
struct sum_product {
  static double zero() { return 0; }
  static double add(double x, double y) { return x + y; }
  static double multiply(double x, double y) { return x * y; }
};
using blas = sum_product;

// NaN if either is, unlike the library's.
double Greater(double x, double y) { return std::isnan(x) || std::isnan(y) ? NAN : std::max(x, y); }
double Lesser(double x, double y) { return std::isnan(x) || std::isnan(y) ? NAN : std::min(x, y); }

struct max_plus {
  static double zero() { return -INFINITY; }
  static double add(double x, double y) { return Greater(x, y); }
  static double multiply(double x, double y) { return x + y; }
};
struct min_plus {
  static double zero() { return INFINITY; }
  static double add(double x, double y) { return Lesser(x, y); }
  static double multiply(double x, double y) { return x + y; }
};
struct max_product {
  static double zero() { return -INFINITY; }
  static double add(double x, double y) { return Greater(x, y); }
  static double multiply(double x, double y) { return x * y; }
};
struct max_min {
  static double zero() { return -INFINITY; }
  static double add(double x, double y) { return Greater(x, y); }
  static double multiply(double x, double y) { return Lesser(x, y); }
};
struct log_sum_exp {
  static double zero() { return -INFINITY; }
  static double add(double x, double y) {
    const double greater = Greater(x, y);
    return std::isinf(greater) ? greater : greater + std::log1p(std::exp(Lesser(x, y) - greater));
  }
  static double multiply(double x, double y) { return x + y; }
};
struct or_and {
  static double zero() { return 0; }
  static double add(double x, double y) { return x != 0 || y != 0; }
  static double multiply(double x, double y) { return x != 0 && y != 0; }
};

template <class Ring, class T>
class Product {
 public:
  Product(const int64_t* descriptor, void* const* buffers)
      : view_(descriptor),
        a_(static_cast<const T*>(buffers[0])),
        b_(static_cast<const T*>(buffers[1])),
        c_(static_cast<T*>(buffers[2])) {}

  void tile(int64_t index) {
    const int64_t rows = view_.rows().elements();
    const int64_t columns = view_.columns().elements();
    const int64_t row_tiles = (rows + view_.tile_rows() - 1) / view_.tile_rows();
    const int64_t column_tiles = (columns + view_.tile_columns() - 1) / view_.tile_columns();
    const int64_t batch = index / column_tiles / row_tiles;
    const int64_t row = index / column_tiles % row_tiles * view_.tile_rows();
    const int64_t column = index % column_tiles * view_.tile_columns();
    for (int64_t m = row; m < std::min(row + view_.tile_rows(), rows); ++m) {
      for (int64_t n = column; n < std::min(column + view_.tile_columns(), columns); ++n) {
        element(batch, m, n);
      }
    }
  }

 private:
  void element(int64_t batch, int64_t m, int64_t n) {
    const Axes axes = view_.batch();
    const T* a = a_ + OffsetOf(axes, view_.batch_strides_a(), batch) +
                 OffsetOf(view_.rows(), view_.row_strides_a(), m);
    const T* b = b_ + OffsetOf(axes, view_.batch_strides_b(), batch) +
                 OffsetOf(view_.columns(), view_.column_strides_b(), n);
    double sum = Ring::zero();
    for (int64_t k = 0; k < view_.depth().elements(); ++k) {
      const double x = static_cast<double>(a[OffsetOf(view_.depth(), view_.depth_strides_a(), k)]);
      const double y = static_cast<double>(b[OffsetOf(view_.depth(), view_.depth_strides_b(), k)]);
      sum = Ring::add(sum, Ring::multiply(x, y));
    }
    c_[OffsetOf(axes, view_.batch_strides_c(), batch) +
       OffsetOf(view_.rows(), view_.row_strides_c(), m) +
       OffsetOf(view_.columns(), view_.column_strides_c(), n)] = static_cast<T>(sum);
  }

  ContractView view_;
  const T* a_;
  const T* b_;
  T* c_;
};

}  // namespace
}  // namespace tl::contract

#define TL_CONTRACT_REFERENCE(function, dtype)                                           \
  void TL_REFERENCE(contract, function, dtype)(TL_PARAMETERS) {                          \
    static_cast<void>(scratch);                                                          \
    tl::contract::Product<tl::contract::function, tl::type_##dtype> product(descriptor,  \
                                                                            buffers);    \
    for (int64_t tile = tile_begin; tile < tile_end; ++tile) product.tile(tile);         \
  }
#define TL_SEMIRING(function, dtypes) dtypes(TL_CONTRACT_REFERENCE, function)
#define TL_PACK(function, dtypes)  // told by the products of what it packs
#define TL_BLAS(function, dtypes) dtypes(TL_CONTRACT_REFERENCE, function)
#include "kernels/contract/kernels.inc"
