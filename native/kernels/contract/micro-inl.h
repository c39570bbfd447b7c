// The micro-kernel: a small piece of C in registers while it runs along k. Compiled once per
// target.
#if defined(TENSORLOGIC_KERNELS_CONTRACT_MICRO_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef TENSORLOGIC_KERNELS_CONTRACT_MICRO_INL_H_
#undef TENSORLOGIC_KERNELS_CONTRACT_MICRO_INL_H_
#else
#define TENSORLOGIC_KERNELS_CONTRACT_MICRO_INL_H_
#endif

#include <cstddef>
#include <cstdint>
#include <utility>

#include "hwy/cache_control.h"
#include "hwy/highway.h"
#include "kernels/contract/packing.h"
#include "simd/simd-inl.h"

HWY_BEFORE_NAMESPACE();
namespace tl::contract {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// Largest piece of C in registers: groups of four rows times vectors of columns. With 32 registers
// 24 accumulators, with 16 registers 12, or 8 where multiply-add needs a register in between.
#if HWY_TARGET == HWY_SCALAR
inline constexpr size_t kGroups = 1;
inline constexpr size_t kVectors = 1;
#elif HWY_ARCH_X86 && HWY_TARGET <= HWY_AVX3
inline constexpr size_t kGroups = 3;
inline constexpr size_t kVectors = 2;
#elif HWY_ARCH_X86 && HWY_TARGET == HWY_AVX2
inline constexpr size_t kGroups = 1;
inline constexpr size_t kVectors = 3;
#elif HWY_ARCH_X86
inline constexpr size_t kGroups = 1;
inline constexpr size_t kVectors = 2;
#else
inline constexpr size_t kGroups = 2;
inline constexpr size_t kVectors = 3;
#endif

// Pieces of fewer vectors are higher, up to three groups, so that they have enough sums too.
constexpr size_t GroupsOf(size_t vectors) {
  return HWY_MIN(size_t{3}, kGroups * kVectors / vectors);
}
inline constexpr size_t kRowsMax = GroupsOf(1) * kGroupRows;

inline constexpr size_t kLineBytes = 64;

// Where a micro-kernel puts its piece of C: row r starts at base + rows[r].
template <class T>
struct Piece {
  T* base;
  const int64_t* rows;
  size_t row_count;  // rows beyond are padding
  bool accumulate;   // whether C holds the sum of earlier depth blocks
  bool far = false;  // whether C is further away than the last-level cache
};

// What it reads, packed or in place: row 4 g + r of A at a + g * group + r * row, one element each
// depth_a further along k; vectors of contiguous columns of B at b, each depth_b further. From
// `ahead` on, unless it is null, one cache line is asked for with every k.
template <class T>
struct Strip {
  const T* a;
  int64_t group;
  int64_t row;
  int64_t depth_a;
  const T* b;
  int64_t depth_b;
  size_t depth;
  const char* ahead = nullptr;
};

template <class Ring, class D, class V, class T>
HWY_INLINE void StorePiece(D d, V sum, const Piece<T>& piece, size_t row, size_t column) {
  if (row >= piece.row_count) return;
  T* to = piece.base + piece.rows[row] + column;
  hn::StoreU(piece.accumulate ? Ring::Add(hn::LoadU(d, to), sum) : sum, d, to);
}

// I counts the accumulators row by row. They are parameters, not an array, because vectors of
// unknown length (SVE) cannot be elements; the compiler merges the loads that they share. The piece
// comes by value: a store to C might change what lies in memory.
template <class Ring, size_t groups, size_t vectors, class D, class T, size_t... I, class... V>
HWY_INLINE void MicroLoop(D d, std::index_sequence<I...>, const Strip<T>& strip, Piece<T> piece,
                          V... sums) {
  const size_t lanes = hn::Lanes(d);
  const T* HWY_RESTRICT a0 = strip.a;
  const T* HWY_RESTRICT a1 = a0 + (groups > 1 ? strip.group : 0);
  const T* HWY_RESTRICT a2 = a1 + (groups > 2 ? strip.group : 0);
  const T* HWY_RESTRICT b = strip.b;
  const int64_t row = strip.row;
  // What is read of C comes from the second-level cache at best: ask for it before the loop, not
  // after. What is only written waits in the store buffer unless it comes from memory; asking would
  // take 4 % of 1000 x 20 x 1000 f32 on a Zen 4, and not asking adds a fifth to 512 x 40 x 40000.
  for (size_t r = 0; (piece.accumulate || piece.far) && r < piece.row_count; ++r) {
    for (size_t v = 0; v < vectors; ++v) hwy::Prefetch(piece.base + piece.rows[r] + v * lanes);
  }
  const auto multiply = [&]() TL_INLINED {
    ((sums = Ring::MulAdd(
          hn::Set(d, (I / vectors / kGroupRows == 0   ? a0
                      : I / vectors / kGroupRows == 1 ? a1
                                                      : a2)[I / vectors % kGroupRows * row]),
          hn::LoadU(d, b + I % vectors * lanes), sums)),
     ...);
    a0 += strip.depth_a;
    a1 += strip.depth_a;
    a2 += strip.depth_a;
    b += strip.depth_b;
  };
  size_t k = 0;
  if (strip.ahead != nullptr) {
    HWY_UNROLL(4)
    for (; k < strip.depth; ++k) {
      hwy::Prefetch(strip.ahead + k * kLineBytes);
      multiply();
    }
  }
  // Where two threads share a core, what counts is how many instructions and loads stand beside the
  // multiply-adds: one at a time, and a line asked for with each, 1024 x 1024 x 1024 f32 takes 1.2
  // times as long on a Zen 3 with a busy neighbour.
  HWY_UNROLL(4)
  for (; k < strip.depth; ++k) multiply();
  (StorePiece<Ring>(d, sums, piece, I / vectors, I % vectors * lanes), ...);
}

template <class Ring, size_t groups, size_t vectors, class D, class T, size_t... I>
HWY_INLINE void MicroZero(D d, std::index_sequence<I...> sequence, const Strip<T>& strip,
                          const Piece<T>& piece) {
  MicroLoop<Ring, groups, vectors>(d, sequence, strip, piece, ((void)I, Ring::Zero(d))...);
}

template <class Ring, class T, size_t groups, size_t vectors>
HWY_NOINLINE void Micro(const Strip<T>& strip, const Piece<T>& piece) {
  const hn::ScalableTag<T> d;
  MicroZero<Ring, groups, vectors>(
      d, std::make_index_sequence<groups * kGroupRows * vectors>(), strip, piece);
}

// Calls the micro-kernel for run-time counts of vectors and of groups, at most GroupsOf(vectors).
template <class Ring, class T, size_t vectors = kVectors, size_t groups = GroupsOf(vectors)>
HWY_INLINE void CallMicro(size_t group_count, size_t vector_count, const Strip<T>& strip,
                          const Piece<T>& piece) {
  if constexpr (vectors > 1) {
    if (vector_count < vectors) {
      return CallMicro<Ring, T, vectors - 1>(group_count, vector_count, strip, piece);
    }
  }
  if constexpr (groups > 1) {
    if (group_count < groups) {
      return CallMicro<Ring, T, vectors, groups - 1>(group_count, vector_count, strip, piece);
    }
  }
  Micro<Ring, T, groups, vectors>(strip, piece);
}

}  // namespace HWY_NAMESPACE
}  // namespace tl::contract
HWY_AFTER_NAMESPACE();

#endif  // TENSORLOGIC_KERNELS_CONTRACT_MICRO_INL_H_
