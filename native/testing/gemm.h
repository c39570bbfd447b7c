// Where OpenBLAS's products are, for the descriptors of contract_blas.
#ifndef TENSORLOGIC_TESTING_GEMM_H_
#define TENSORLOGIC_TESTING_GEMM_H_

#include <cblas.h>

#include <cstdint>

namespace tl::testing {

// The address of the product of matrices whose elements have so many bytes.
inline int64_t GemmOf(int64_t width) {
  return width == 4 ? reinterpret_cast<int64_t>(&cblas_sgemm)
                    : reinterpret_cast<int64_t>(&cblas_dgemm);
}

}  // namespace tl::testing

#endif  // TENSORLOGIC_TESTING_GEMM_H_
