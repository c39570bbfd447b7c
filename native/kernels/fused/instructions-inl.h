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
#include "hwy/highway.h"
#include "simd/functions-inl.h"
#include "simd/reductions-inl.h"
#include "simd/simd-inl.h"

HWY_BEFORE_NAMESPACE();
namespace tl::fused {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;
namespace lanes = tl::HWY_NAMESPACE;
namespace folds = tl::reductions::HWY_NAMESPACE;

using Function = void (*)(size_t count, void* result, const void* const* operands);

// result[i] = F(operands[i]...) on lanes of type W.
template <class F, class W, class R, class... T>
void Apply(size_t count, void* result, const void* const* operands) {
  [&]<size_t... I>(std::index_sequence<I...>) HWY_ATTR {
    lanes::MapRun<W>(F(), count, static_cast<R*>(result), static_cast<const T*>(operands[I])...);
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
#define TL_UNARY(function, dtypes, ...) dtypes(TL_UNARY_ON, function)
#define TL_BINARY(function, dtypes, ...) dtypes(TL_BINARY_ON, function)
#define TL_COMPARE(function, dtypes, ...) dtypes(TL_COMPARE_ON, function)
#define TL_SELECT(function, dtypes, ...) dtypes(TL_SELECT_ON, function)
#include "kernels/pointwise/kernels.inc"
#undef TL_UNARY_ON
#undef TL_BINARY_ON
#undef TL_COMPARE_ON
#undef TL_SELECT_ON
#undef TL_APPLY
};

// Chunks of a row in one: as a cascade, whatever the dtype.
struct Partial {
  uint64_t count = 0;
  uint64_t levels[40];
};

// `add` takes a chunk into a partial result, `result` writes what has been added.
struct Reduction {
  void (*add)(size_t count, const void* from, Partial& partial);
  void (*result)(const Partial& partial, void* to);
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

inline constexpr Reduction kReductions[] = {
#define TL_REDUCTION_ON(function, dtype) \
  {&AddChunk<folds::function, type_##dtype>, &WriteResult<folds::function, type_##dtype>},
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

template <class T>
HWY_INLINE void Collect(const void* from, int64_t stride, size_t count, void* to) {
  const T* element = static_cast<const T*>(from);
  for (size_t i = 0; i < count; ++i, element += stride) static_cast<T*>(to)[i] = *element;
}

// Copies past the caches where `to` is aligned as results are.
HWY_INLINE void Stream(const char* from, size_t bytes, char* to) {
  const hn::ScalableTag<uint8_t> d;
  size_t done = 0;
  if (reinterpret_cast<uintptr_t>(to) % hn::Lanes(d) == 0) {
    for (; done + hn::Lanes(d) <= bytes; done += hn::Lanes(d)) {
      hn::Stream(hn::LoadU(d, reinterpret_cast<const uint8_t*>(from) + done), d,
                 reinterpret_cast<uint8_t*>(to) + done);
    }
  }
  std::memcpy(to + done, from + done, bytes - done);
}

}  // namespace HWY_NAMESPACE
}  // namespace tl::fused
HWY_AFTER_NAMESPACE();

#endif  // TENSORLOGIC_KERNELS_FUSED_INSTRUCTIONS_INL_H_
