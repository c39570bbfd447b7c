// Walks a strided index space in row-major order.
#ifndef TENSORLOGIC_BASE_ODOMETER_H_
#define TENSORLOGIC_BASE_ODOMETER_H_

#include <cstdint>

#include "base/views.h"

namespace tl {

// A position in a strided view, in elements from the view's element 0. Axes of extent 1 are dropped
// and neighbours that step alike are merged, so that run() is as long as the strides allow: a dense
// view of any rank is one run of step 1.
class Odometer {
 public:
  // Starts at the `first`th element. No extent may be 0.
  [[gnu::noinline]] Odometer(Axes axes, const int64_t* strides, int64_t first) {
    extents_[0] = 1;
    strides_[0] = 1;
    for (int64_t axis = axes.rank - 1; axis >= 0; --axis) {
      append(axes.extents[axis], strides[axis]);
    }
    for (int64_t level = 0; level < rank_; ++level) {
      index_[level] = first % extents_[level];
      first /= extents_[level];
      offset_ += index_[level] * strides_[level];
    }
  }

  int64_t offset() const { return offset_; }
  // Distance between neighbours of a run; 1 where the view has only one element.
  int64_t step() const { return strides_[0]; }
  // Elements from here to the end of the run; and of a whole run.
  int64_t run() const { return extents_[0] - index_[0]; }
  int64_t whole_run() const { return extents_[0]; }
  // The elements of a dense run that the view repeats again and again; 0 where it is another view.
  int64_t period() const {
    return rank_ == 2 && strides_[0] == 1 && strides_[1] == 0 ? extents_[0] : 0;
  }
  // Whether one run is the whole view.
  bool single_run() const { return rank_ == 1; }

  // Moves on by `count` elements, at most run(). Past the last element it stands nowhere.
  void advance(int64_t count) {
    index_[0] += count;
    offset_ += count * strides_[0];
    for (int64_t level = 0; level + 1 < rank_ && index_[level] == extents_[level]; ++level) {
      offset_ += strides_[level + 1] - extents_[level] * strides_[level];
      index_[level] = 0;
      ++index_[level + 1];
    }
  }

 private:
  void append(int64_t extent, int64_t stride) {
    if (extent == 1) return;
    const int64_t last = rank_ - 1;
    if (extents_[last] == 1) {
      extents_[last] = extent;
      strides_[last] = stride;
    } else if (stride == extents_[last] * strides_[last]) {
      extents_[last] *= extent;
    } else {
      extents_[rank_] = extent;
      strides_[rank_] = stride;
      ++rank_;
    }
  }

  // Innermost first. There is always one level; that of a single element has extent 1.
  int64_t rank_ = 1;
  int64_t offset_ = 0;
  int64_t extents_[kRankMax];
  int64_t strides_[kRankMax];
  int64_t index_[kRankMax];
};

}  // namespace tl

#endif  // TENSORLOGIC_BASE_ODOMETER_H_
