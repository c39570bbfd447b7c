// Runs tests on each target that is compiled in and that this machine supports.
#ifndef TENSORLOGIC_TESTING_TARGETS_H_
#define TENSORLOGIC_TESTING_TARGETS_H_

#include <cstdint>
#include <string>
#include <tuple>
#include <vector>

#include "simd/targets.h"

#include "hwy/targets.h"

namespace tl::testing {

inline std::vector<int64_t> Targets() { return hwy::SupportedAndGeneratedTargets(); }

inline std::string TargetName(int64_t target) { return hwy::TargetName(target); }

// Names a test by its parameter: a kernel, or what has a kernel's name, and a target.
struct KernelAndTarget {
  template <class Row>
  std::string operator()(const Row& row) const {
    return std::string(std::get<0>(row.param).name) + "_" + TargetName(std::get<1>(row.param));
  }
};

// Makes every kernel run on one target while it lives. Not for use on several threads at once.
class ForcedTarget {
 public:
  explicit ForcedTarget(int64_t target) { choose(target); }
  ~ForcedTarget() { choose(0); }
  ForcedTarget(const ForcedTarget&) = delete;
  ForcedTarget& operator=(const ForcedTarget&) = delete;

 private:
  static void choose(int64_t target) {
    hwy::SetSupportedTargetsForTest(target);
    hwy::GetChosenTarget().Update(hwy::SupportedTargets());
  }
};

}  // namespace tl::testing

#endif  // TENSORLOGIC_TESTING_TARGETS_H_
