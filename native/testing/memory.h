// Memory that makes stray accesses visible.
#ifndef TENSORLOGIC_TESTING_MEMORY_H_
#define TENSORLOGIC_TESTING_MEMORY_H_

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <bit>
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <limits>
#include <numeric>
#include <vector>

namespace tl::testing {

// Which side of the elements the forbidden page touches.
enum class Guard { kBefore, kAfter };

// As few pages as hold some bytes, between two that fault on any access. Mapping and touching them
// costs up to 70 us, more than most tests do on a few elements, so they are kept for whoever asks
// next for as many: state of the tests' process, which no kernel sees.
class GuardedPages {
 public:
  explicit GuardedPages(size_t bytes) : page_(static_cast<size_t>(sysconf(_SC_PAGESIZE))) {
    range_.bytes = (bytes + page_ - 1) / page_ * page_;
    std::vector<Range>& free = kept();
    const auto same = std::find_if(free.begin(), free.end(), [this](const Range& range) {
      return range.bytes == range_.bytes;
    });
    if (same != free.end()) {
      range_ = *same;
      *same = free.back();
      free.pop_back();
      return;
    }
    void* map = mmap(nullptr, range_.bytes + 2 * page_, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1,
                     0);
    if (map == MAP_FAILED) std::abort();
    range_.begin = static_cast<char*>(map) + page_;
    const int rights = PROT_READ | PROT_WRITE;
    if (range_.bytes > 0 && mprotect(begin(), range_.bytes, rights) != 0) std::abort();
  }
  ~GuardedPages() { kept().push_back(range_); }
  GuardedPages(const GuardedPages&) = delete;
  GuardedPages& operator=(const GuardedPages&) = delete;

  char* begin() const { return range_.begin; }
  char* end() const { return range_.begin + range_.bytes; }

 private:
  // What lies between the guards.
  struct Range {
    char* begin;
    size_t bytes;
  };

  // Those of about as many bytes.
  std::vector<Range>& kept() const {
    static thread_local std::vector<Range> kept[std::numeric_limits<size_t>::digits + 1];
    return kept[std::bit_width(range_.bytes)];
  }

  size_t page_;
  Range range_;
};

// `count` elements between two pages that fault on any access, flush against one of them; bases are
// therefore aligned to T only. Elements start as poison: NaN, or all bits set for integers.
template <class T>
class Memory {
 public:
  Memory(int64_t count, Guard guard)
      : count_(count), pages_(static_cast<size_t>(count) * sizeof(T)) {
    data_ = guard == Guard::kBefore ? reinterpret_cast<T*>(pages_.begin())
                                    : reinterpret_cast<T*>(pages_.end()) - count;
    poison();
  }
  Memory(const Memory&) = delete;
  Memory& operator=(const Memory&) = delete;

  T* data() { return data_; }
  int64_t count() const { return count_; }
  std::vector<T> copy() const { return std::vector<T>(data_, data_ + count_); }
  void set(const std::vector<T>& elements) {
    std::copy(elements.begin(), elements.end(), data_);
  }

  void poison() {
    const T value = std::numeric_limits<T>::has_quiet_NaN
                        ? std::numeric_limits<T>::quiet_NaN()
                        : static_cast<T>(-1);
    for (int64_t i = 0; i < count_; ++i) data_[i] = value;
  }

 private:
  int64_t count_;
  GuardedPages pages_;
  T* data_;
};

// The elements that views with these extents and strides span, and where element 0 lies in them.
struct Span {
  int64_t count = 1;
  int64_t origin = 0;

  void add(int64_t extent, int64_t stride) {
    const int64_t reach = (extent - 1) * stride;
    count += reach < 0 ? -reach : reach;
    if (reach < 0) origin -= reach;
  }
  void add(const std::vector<int64_t>& extents, const std::vector<int64_t>& strides) {
    for (size_t axis = 0; axis < extents.size(); ++axis) add(extents[axis], strides[axis]);
  }
};

// Row-major strides.
inline std::vector<int64_t> DenseStrides(const std::vector<int64_t>& extents) {
  std::vector<int64_t> strides(extents.size());
  int64_t stride = 1;
  for (size_t axis = extents.size(); axis-- > 0; stride *= extents[axis]) strides[axis] = stride;
  return strides;
}

inline int64_t Elements(const std::vector<int64_t>& extents) {
  return std::accumulate(extents.begin(), extents.end(), int64_t{1}, std::multiplies<>());
}

}  // namespace tl::testing

#endif  // TENSORLOGIC_TESTING_MEMORY_H_
