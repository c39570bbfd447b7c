// Lets a vector loop see every operand and result as contiguous memory.
//
// A view with long contiguous runs is used where it lies. Any other view is gathered into (or
// scattered from) a small buffer in the first-level cache, as many elements at a time as the buffer
// holds, whatever the view's axes are. So a kernel has one loop, over contiguous elements, and its
// vectors are full even if the innermost axis has an extent of 3. Gathering and scattering stay out
// of line: they are the same for every function and target.
#ifndef TENSORLOGIC_SIMD_STAGE_H_
#define TENSORLOGIC_SIMD_STAGE_H_

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "base/odometer.h"

namespace tl {

// Elements of a stage's buffer: three operands and a result in f64 fill a quarter of 32 KiB.
inline constexpr int64_t kStageElements = 256;
// Runs shorter than this are staged: calling a vector loop for each would cost more than the copy.
inline constexpr int64_t kRunElementsMin = 64;

// Out of line, because GCC makes `rep movs` of a copy whose size it knows to be bounded, and that
// takes 20 ns to begin.
[[gnu::noinline]] inline void CopyBytes(void* to, const void* from, size_t bytes) {
  std::memcpy(to, from, bytes);
}

// What Source and Sink share: a position, and whether elements are used where they lie.
class Stage {
 public:
  Stage(Axes axes, const int64_t* strides, int64_t first)
      : position_(axes, strides, first),
        direct_(position_.step() == 1 &&
                (position_.single_run() || position_.whole_run() >= kRunElementsMin)) {}

  // The most elements that the next read or write may have.
  int64_t available() const { return direct_ ? position_.run() : kStageElements; }

 protected:
  Odometer position_;
  bool direct_;
};

// An operand, read in row-major order.
template <class T>
class Source : public Stage {
 public:
  Source(const void* base, Axes axes, const int64_t* strides, int64_t first)
      : Stage(axes, strides, first),
        base_(static_cast<const T*>(base)),
        uniform_(position_.single_run() && position_.step() == 0),
        period_(direct_ ? 0 : position_.period()) {
    if (uniform_) fill(buffer_, kStageElements, *base_);
    if (period_ > 0) repeat(first % period_);
  }

  // The most elements that the next read may have.
  int64_t available() const {
    return period_ > 0 ? kStageElements - phase_ : Stage::available();
  }

  // The next `count` elements, contiguous. They stay valid until the next call.
  const T* read(int64_t count) {
    if (uniform_) return buffer_;
    if (period_ > 0) {
      const T* run = buffer_ + phase_;
      phase_ = (phase_ + count) % period_;
      return run;
    }
    if (!direct_) return gather(count);
    const T* run = base_ + position_.offset();
    position_.advance(count);
    return run;
  }

 private:
  static void fill(T* to, int64_t count, T value) {
    for (int64_t i = 0; i < count; ++i) to[i] = value;
  }

  // Short rows that come again: once into the buffer, from where every read takes them. Each copy
  // doubles what is there: 16 rows of 16 take five calls.
  void repeat(int64_t phase) {
    phase_ = phase;
    const T* from = base_;
    int64_t count = period_;  // less than kRunElementsMin, or it would be read where it lies
    for (int64_t done = 0; done < kStageElements; done += count) {
      if (done > 0) {
        from = buffer_;
        count = done < kStageElements - done ? done : kStageElements - done;
      }
      CopyBytes(buffer_ + done, from, static_cast<size_t>(count) * sizeof(T));
    }
  }

  [[gnu::noinline]] const T* gather(int64_t count) {
    const int64_t step = position_.step();
    for (int64_t done = 0; done < count;) {
      const int64_t run = position_.run() < count - done ? position_.run() : count - done;
      const T* from = base_ + position_.offset();
      if (step == 0) {
        fill(buffer_ + done, run, *from);
      } else if (step == 1) {
        CopyBytes(buffer_ + done, from, static_cast<size_t>(run) * sizeof(T));
      } else {
        for (int64_t i = 0; i < run; ++i) buffer_[done + i] = from[i * step];
      }
      position_.advance(run);
      done += run;
    }
    return buffer_;
  }

  const T* base_;
  bool uniform_;
  int64_t period_;
  int64_t phase_ = 0;
  alignas(64) T buffer_[kStageElements];
};

// A result, written in row-major order.
template <class T>
class Sink : public Stage {
 public:
  Sink(void* base, Axes axes, const int64_t* strides, int64_t first)
      : Stage(axes, strides, first), base_(static_cast<T*>(base)) {}

  // Contiguous memory for the next `count` elements. They reach the view with close(count).
  T* open(int64_t count) {
    if (!direct_) return buffer_;
    T* run = base_ + position_.offset();
    position_.advance(count);
    return run;
  }

  void close(int64_t count) {
    if (!direct_) scatter(count);
  }

 private:
  [[gnu::noinline]] void scatter(int64_t count) {
    const int64_t step = position_.step();
    for (int64_t done = 0; done < count;) {
      const int64_t run = position_.run() < count - done ? position_.run() : count - done;
      T* to = base_ + position_.offset();
      for (int64_t i = 0; i < run; ++i) to[i * step] = buffer_[done + i];
      position_.advance(run);
      done += run;
    }
  }

  T* base_;
  alignas(64) T buffer_[kStageElements];
};

}  // namespace tl

#endif  // TENSORLOGIC_SIMD_STAGE_H_
