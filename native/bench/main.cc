// Times every kernel of the lists on this machine's best target, one thread.
// Usage: kernels_bench [part of a kernel's name]
#include <cblas.h>

#include <cstdio>
#include <string>

#include "abi/tensorlogic.h"
#include "bench/timing.h"

int main(int argc, char** argv) {
  const std::string filter = argc > 1 ? argv[1] : "";
  openblas_set_num_threads(1);
  std::printf("target %s; %s core %s\n", tl_this_library()->target, openblas_get_config(),
              openblas_get_corename());
  tl::bench::Pointwise(filter);
  tl::bench::Contract(filter);
  tl::bench::Epilogues(filter);
  tl::bench::Reduce(filter);
  tl::bench::Movement(filter);
  tl::bench::Convert(filter);
  tl::bench::Fused(filter);
  return 0;
}
