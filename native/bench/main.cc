// Times every kernel of the lists on this machine's best target, one thread.
// Usage: kernels_bench [part of a kernel's name]
#include <cstdio>
#include <string>

#include "abi/tensorlogic.h"
#include "bench/timing.h"

int main(int argc, char** argv) {
  const std::string filter = argc > 1 ? argv[1] : "";
  tl_blas_single_thread();
  std::printf("target %s; OpenBLAS %s\n", tl_target(), tl_blas());
  tl::bench::Pointwise(filter);
  tl::bench::Contract(filter);
  tl::bench::Reduce(filter);
  tl::bench::Movement(filter);
  tl::bench::Convert(filter);
  tl::bench::Fused(filter);
  return 0;
}
