// What the instructions of a fused program do to a chunk. Compiled once per target.
#if defined(TENSORLOGIC_KERNELS_FUSED_INSTRUCTIONS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef TENSORLOGIC_KERNELS_FUSED_INSTRUCTIONS_INL_H_
#undef TENSORLOGIC_KERNELS_FUSED_INSTRUCTIONS_INL_H_
#else
#define TENSORLOGIC_KERNELS_FUSED_INSTRUCTIONS_INL_H_
#endif

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <utility>

#include "base/dtypes.h"
#include "hwy/cache_control.h"
#include "hwy/highway.h"
#include "kernels/fused/program.h"
#include "simd/functions-inl.h"
#include "simd/reductions-inl.h"
#include "simd/simd-inl.h"

HWY_BEFORE_NAMESPACE();
namespace tl::fused {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;
namespace lanes = tl::HWY_NAMESPACE;
namespace folds = tl::reductions::HWY_NAMESPACE;

// What functions do beside computing a chunk. Each block asks for lines that the next chunk reads:
// the machine's own prefetchers stop at the end of a page, and a chunk of each operand is read in
// one burst, so that without this the memory idles while functions compute. And the last function
// may write past the caches.
class Flow {
 public:
  // Lines to ask for, of each of some places.
  struct Lines {
    static constexpr int64_t kBytes = 64;

    HWY_INLINE void ask() {
      if (done >= end) return;
      for (int64_t i = 0; i < count; ++i) {
        for (int64_t n = 0; n < step; ++n) {
          const char* line = from[i] + (done + n) * kBytes;
          if (second_level) {
            __builtin_prefetch(line, 0, 2);
          } else {
            hwy::Prefetch(line);
          }
        }
      }
      done += step;
    }

    const char* const* from;
    bool second_level = false;
    int64_t count = 0;
    int64_t step = 0;  // with a block
    int64_t done = 0;
    int64_t end = 0;
  };

  Flow() { lines_.from = from_; }

  // Lines go to the second level of cache: the first has no room for them until they are read.
  void toSecondLevel() { lines_.second_level = true; }
  // Lets so many functions share the lines of each chunk.
  void share(int64_t functions) {
    functions_ = functions;
    if (functions > 0) lines_.step = hwy::DivCeil(BlockBytes() / Lines::kBytes, functions);
  }
  // Begins a chunk, of so many bytes.
  HWY_INLINE void begin(int64_t bytes) {
    lines_.count = lines_.done = lines_.end = 0;
    share_ = functions_ == 0 ? 0 : hwy::DivCeil(bytes / Lines::kBytes, functions_);
  }
  // The elements from `from` on will be read.
  HWY_INLINE void add(const char* from) { from_[lines_.count++] = from; }
  // The next function comes, which writes to `result`: past the caches, if that is wanted and
  // `result` is aligned as it must.
  HWY_INLINE void next(bool streams, const void* result) {
    lines_.end += share_;
    streams_ = streams && reinterpret_cast<uintptr_t>(result) % (BlockBytes() / 4) == 0;
  }

  // Whether the function has nothing else to do.
  HWY_INLINE bool idle() const { return lines_.count == 0 && !streams_; }
  HWY_INLINE bool streams() const { return streams_; }
  HWY_INLINE Lines lines() const { return lines_; }
  HWY_INLINE void asked(const Lines& lines) { lines_.done = lines.done; }

 private:
  static int64_t BlockBytes() {
    return 4 * static_cast<int64_t>(hn::Lanes(hn::ScalableTag<uint8_t>()));
  }

  int64_t functions_ = 0;
  int64_t share_ = 0;
  bool streams_ = false;
  Lines lines_;
  const char* from_[kViewsMax];
};

using Function = void (*)(Flow& flow, size_t count, void* result,
                          const void* const* operands);

// result[i] = F(operands[i]...) on lanes of type W.
template <class F, class W, class R, class... T>
void Apply(Flow& flow, size_t count, void* result, const void* const* operands) {
  [&]<size_t... I>(std::index_sequence<I...>) HWY_ATTR {
    R* to = static_cast<R*>(result);
    if (flow.idle()) {
      lanes::MapRun<W>(F(), count, to, static_cast<const T*>(operands[I])...);
    } else {
      lanes::MapRunIn<W>(flow, F(), count, to, static_cast<const T*>(operands[I])...);
    }
  }(std::index_sequence_for<T...>());
}

// In the order of the list, which is the order of the kernel table.
inline constexpr Function kFunctions[] = {
#define TL_APPLY(function, dtype, ...) &Apply<lanes::function##_lanes, type_##dtype, __VA_ARGS__>,
#define TL_UNARY_ON(function, dtype) TL_APPLY(function, dtype, type_##dtype, type_##dtype)
#define TL_BINARY_ON(function, dtype) \
  TL_APPLY(function, dtype, type_##dtype, type_##dtype, type_##dtype)
#define TL_COMPARE_ON(function, dtype) \
  TL_APPLY(function, dtype, type_bool, type_##dtype, type_##dtype)
#define TL_SELECT_ON(function, dtype) \
  TL_APPLY(function, dtype, type_##dtype, type_bool, type_##dtype, type_##dtype)
#define TL_PAIR_ON(first, second, dtype, ...)                                       \
  &Apply<lanes::Then<lanes::first##_lanes, lanes::second##_lanes>, type_##dtype,    \
         type_##dtype, __VA_ARGS__>,
#define TL_PAIR2_ON(first, second, dtype) \
  TL_PAIR_ON(first, second, dtype, type_##dtype, type_##dtype)
#define TL_PAIR3_ON(first, second, dtype) \
  TL_PAIR_ON(first, second, dtype, type_##dtype, type_##dtype, type_##dtype)
#define TL_UNARY(function, dtypes, ...) dtypes(TL_UNARY_ON, function)
#define TL_BINARY(function, dtypes, ...) dtypes(TL_BINARY_ON, function)
#define TL_COMPARE(function, dtypes, ...) dtypes(TL_COMPARE_ON, function)
#define TL_SELECT(function, dtypes, ...) dtypes(TL_SELECT_ON, function)
#define TL_PAIR2(first, second, dtypes, ...) dtypes(TL_PAIR2_ON, first, second)
#define TL_PAIR3(first, second, dtypes, ...) dtypes(TL_PAIR3_ON, first, second)
#include "kernels/pointwise/kernels.inc"
#undef TL_UNARY_ON
#undef TL_BINARY_ON
#undef TL_COMPARE_ON
#undef TL_SELECT_ON
#undef TL_PAIR_ON
#undef TL_PAIR2_ON
#undef TL_PAIR3_ON
#undef TL_APPLY
};

// Chunks of a row in one: as a cascade, whatever the dtype.
struct Partial {
  uint64_t count = 0;
  uint64_t levels[40];
};

// `add` takes a chunk into a partial result, `result` writes what has been added; `rows` reduces
// rows that lie one after the other, each of them one chunk, to an element each.
struct Reduction {
  void (*add)(size_t count, const void* from, Partial& partial);
  void (*result)(const Partial& partial, void* to);
  void (*rows)(size_t rows, size_t columns, const void* from, void* to);
};

template <class T>
HWY_INLINE T LevelOf(const Partial& partial, int level) {
  T value;
  std::memcpy(&value, &partial.levels[level], sizeof(T));
  return value;
}

template <class F, class T>
void AddChunk(size_t count, const void* from, Partial& partial) {
  T value = folds::ReduceRun(F(), count, static_cast<const T*>(from));
  int level = 0;
  for (; (partial.count >> level & 1) != 0; ++level) {
    value = folds::Combine(F(), LevelOf<T>(partial, level), value);
  }
  std::memcpy(&partial.levels[level], &value, sizeof(T));
  ++partial.count;
}

template <class F, class T>
void WriteResult(const Partial& partial, void* to) {
  T value = F::template identity<T>();
  bool first = true;
  for (int level = 0; partial.count >> level != 0; ++level) {
    if ((partial.count >> level & 1) == 0) continue;
    const T part = LevelOf<T>(partial, level);
    value = first ? part : folds::Combine(F(), part, value);
    first = false;
  }
  std::memcpy(to, &value, sizeof(T));
}

template <class F, class T>
void ReduceRows(size_t rows, size_t columns, const void* from, void* to) {
  for (size_t row = 0; row < rows; ++row) {
    static_cast<T*>(to)[row] =
        folds::ReduceRun(F(), columns, static_cast<const T*>(from) + row * columns);
  }
}

inline constexpr Reduction kReductions[] = {
#define TL_REDUCTION_ON(function, dtype) \
  {&AddChunk<folds::function, type_##dtype>, &WriteResult<folds::function, type_##dtype>, \
   &ReduceRows<folds::function, type_##dtype>},
#define TL_REDUCTION(function, dtypes, ...) dtypes(TL_REDUCTION_ON, function)
#include "kernels/reduce/kernels.inc"
#undef TL_REDUCTION_ON
};

template <class T>
HWY_INLINE void Spread(const void* from, size_t count, void* to) {
  const hn::ScalableTag<T> d;
  T element;
  std::memcpy(&element, from, sizeof(T));
  const auto value = hn::Set(d, element);
  const size_t step = hn::Lanes(d);
  size_t i = 0;
  for (; i + step <= count; i += step) hn::StoreU(value, d, static_cast<T*>(to) + i);
  for (; i < count; ++i) static_cast<T*>(to)[i] = element;
}

// The same for elements of `width` bytes.
HWY_INLINE void Spread(int64_t width, const void* from, size_t count, void* to) {
  if (width == 4) {
    Spread<uint32_t>(from, count, to);
  } else if (width == 8) {
    Spread<uint64_t>(from, count, to);
  } else {
    Spread<uint8_t>(from, count, to);
  }
}

template <class T>
HWY_INLINE void Collect(const void* from, int64_t stride, size_t count, void* to) {
  const T* element = static_cast<const T*>(from);
  for (size_t i = 0; i < count; ++i, element += stride) static_cast<T*>(to)[i] = *element;
}

}  // namespace HWY_NAMESPACE
}  // namespace tl::fused
HWY_AFTER_NAMESPACE();

#endif  // TENSORLOGIC_KERNELS_FUSED_INSTRUCTIONS_INL_H_
