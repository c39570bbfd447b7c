// Memory that makes stray accesses visible.
#ifndef TENSORLOGIC_TESTING_MEMORY_H_
#define TENSORLOGIC_TESTING_MEMORY_H_

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <limits>
#include <numeric>
#include <vector>

namespace tl::testing {

// Which side of the elements the forbidden page touches.
enum class Guard { kBefore, kAfter };

// At least so many bytes of pages between two that fault on any access. Mapping and touching them
// costs up to 70 us, more than most tests do on a few elements, so they are kept, in powers of two,
// for whoever asks next.
class GuardedPages {
 public:
  explicit GuardedPages(size_t bytes) : page_(static_cast<size_t>(sysconf(_SC_PAGESIZE))) {
    const size_t needed = (bytes + page_ - 1) / page_;
    while (needed > count()) ++doublings_;
    if (!kept().empty()) {
      map_ = kept().back();
      kept().pop_back();
      return;
    }
    const size_t inner = count() * page_;
    void* map = mmap(nullptr, inner + 2 * page_, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (map == MAP_FAILED) std::abort();
    map_ = static_cast<char*>(map);
    if (mprotect(begin(), inner, PROT_READ | PROT_WRITE) != 0) std::abort();
  }
  ~GuardedPages() { kept().push_back(map_); }
  GuardedPages(const GuardedPages&) = delete;
  GuardedPages& operator=(const GuardedPages&) = delete;

  char* begin() const { return map_ + page_; }
  char* end() const { return begin() + count() * page_; }

 private:
  size_t count() const { return size_t{1} << doublings_; }
  std::vector<char*>& kept() const {
    static thread_local std::vector<char*> kept[std::numeric_limits<size_t>::digits];
    return kept[doublings_];
  }

  size_t page_;
  int doublings_ = 0;
  char* map_;
};

// `count` elements between two pages that fault on any access, flush against one of them; bases are
// therefore aligned to T only. Elements start as poison: NaN, or all bits set for integers.
template <class T>
class Memory {
 public:
  Memory(int64_t count, Guard guard)
      : count_(count), pages_(static_cast<size_t>(count) * sizeof(T)) {
    data_ = reinterpret_cast<T*>(pages_.begin());
    if (guard == Guard::kAfter || count == 0) data_ = reinterpret_cast<T*>(pages_.end()) - count;
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
