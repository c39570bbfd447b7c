// Timing of kernels: repeats until a time has passed, keeps each repetition's time.
#ifndef TENSORLOGIC_BENCH_TIMING_H_
#define TENSORLOGIC_BENCH_TIMING_H_

#include <sys/mman.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

namespace tl::bench {

struct Timing {
  double nanos_min;
  double nanos_median;
};

// Times body() for about 0.3 s. A repetition is as many calls as take 20 us or more, so that the
// clock's own 20 to 50 ns do not matter; figures are per call.
template <class Body>
Timing Measure(Body body) {
  using Clock = std::chrono::steady_clock;
  const auto nanos = [](Clock::duration duration) {
    return std::chrono::duration<double, std::nano>(duration).count();
  };
  const auto repeat = [&](int64_t calls) {
    const Clock::time_point start = Clock::now();
    for (int64_t i = 0; i < calls; ++i) body();
    return nanos(Clock::now() - start);
  };
  repeat(1);
  int64_t calls = 1;
  while (repeat(calls) < 20e3) calls *= 2;
  std::vector<double> times;
  for (double spent = 0; spent < 0.3e9 || times.size() < 5;) {
    times.push_back(repeat(calls));
    spent += times.back();
  }
  std::sort(times.begin(), times.end());
  const double per_call = 1.0 / static_cast<double>(calls);
  return {times.front() * per_call, times[times.size() / 2] * per_call};
}

// `count` elements, all `value`, in memory as the runtime's: 64-byte aligned, in large pages where
// the system gives them.
template <class T>
class Elements {
 public:
  Elements(int64_t count, T value) {
    const size_t needed = static_cast<size_t>(count) * sizeof(T);
    const size_t unit = needed < kLargePage ? 64 : kLargePage;
    const size_t bytes = (needed + unit - 1) / unit * unit;
    data_.reset(static_cast<T*>(std::aligned_alloc(unit, bytes)));
    if (!data_) std::abort();
#if defined(MADV_HUGEPAGE)
    if (unit == kLargePage) madvise(data_.get(), bytes, MADV_HUGEPAGE);
#endif
    std::fill(data_.get(), data_.get() + count, value);
  }
  T* data() { return data_.get(); }

 private:
  static constexpr size_t kLargePage = size_t{2} << 20;

  struct Free {
    void operator()(T* memory) const { std::free(memory); }
  };
  std::unique_ptr<T, Free> data_;
};

// One line: kernel, shape, times, and amount / time (amount in bytes or operations).
inline void Print(const std::string& kernel, const std::string& shape, Timing timing,
                  double amount, const char* unit) {
  std::printf("%-28s %-22s %12.0f ns min %12.0f ns median %8.2f %s\n", kernel.c_str(),
              shape.c_str(), timing.nanos_min, timing.nanos_median, amount / timing.nanos_min,
              unit);
  std::fflush(stdout);
}

// One per family, each in its bench.cc, and epilogues in bench/. Benches the kernels whose name
// contains `filter`.
void Pointwise(const std::string& filter);
void Contract(const std::string& filter);
void Epilogues(const std::string& filter);
void Reduce(const std::string& filter);
void Movement(const std::string& filter);
void Convert(const std::string& filter);
void Fused(const std::string& filter);

}  // namespace tl::bench

#endif  // TENSORLOGIC_BENCH_TIMING_H_
