// Products in place: small matrices, and those of which a side is so thin that the other one is
// read but once. Nothing is packed. Compiled once per target.
#if defined(TENSORLOGIC_KERNELS_CONTRACT_DIRECT_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef TENSORLOGIC_KERNELS_CONTRACT_DIRECT_INL_H_
#undef TENSORLOGIC_KERNELS_CONTRACT_DIRECT_INL_H_
#else
#define TENSORLOGIC_KERNELS_CONTRACT_DIRECT_INL_H_
#endif

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>

#include "hwy/highway.h"
#include "kernels/contract/micro-inl.h"
#include "kernels/contract/packing.h"
#include "kernels/contract/semirings-inl.h"
#include "kernels/contract/tile.h"
#include "simd/reductions-inl.h"
#include "simd/simd-inl.h"

HWY_BEFORE_NAMESPACE();
namespace tl::contract {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;
using reductions::HWY_NAMESPACE::FoldLanes;
using tl::HWY_NAMESPACE::MapRun;

// The columns of B that a product reads in place lie in at most this many bytes, a quarter of a
// second-level cache of 1 MiB; beyond, packing them is a small part of the work.
inline constexpr int64_t kDirectBytes = 256 * 1024;

// Part of a product with at most one axis in each group, its columns contiguous in B and C.
template <class T>
struct Direct {
  const T* a;
  const T* b;
  T* c;
  int64_t row_a;
  int64_t depth_a;
  int64_t depth_b;
  int64_t row_c;
  int64_t rows;
  int64_t columns;
  int64_t depth;
  bool far;  // whether C is

  Direct(const Side<T>& m, const Side<T>& n, Axes k, T* result, bool far_result)
      : a(m.operand + m.range.first * m.stride(m.strides)),
        b(n.operand + n.range.first),
        c(result + m.range.first * m.stride(m.strides_in_result) + n.range.first),
        row_a(m.stride(m.strides)),
        depth_a(k.rank == 0 ? 0 : m.depth_strides[0]),
        depth_b(k.rank == 0 ? 0 : n.depth_strides[0]),
        row_c(m.stride(m.strides_in_result)),
        rows(m.range.count),
        columns(n.range.count),
        depth(k.elements()),
        far(far_result) {}
};

// The matrices of the next product of a batch, asked for line by line while this one is computed:
// else loading and computing take turns. 512 products of 64 x 64 x 64: 2.0 -> 1.45 ms on Zen 5.
class Ahead {
 public:
  // A matrix in one piece, `next` elements behind this product's.
  template <class T>
  void Add(const T* matrix, int64_t next, int64_t elements) {
    if (next == 0) return;
    pieces_[count_++] = {reinterpret_cast<const char*>(matrix + next),
                         static_cast<size_t>(elements) * sizeof(T) / kLineBytes};
  }

  // Where the next `lines` lines begin; null if nothing is left.
  const char* Take(size_t lines) {
    while (current_ < count_ && done_ >= pieces_[current_].lines) {
      ++current_;
      done_ = 0;
    }
    if (current_ == count_) return nullptr;
    const char* at = pieces_[current_].begin + done_ * kLineBytes;
    done_ += lines;
    return at;
  }

 private:
  struct Piece {
    const char* begin;
    size_t lines;
  };
  Piece pieces_[3];
  size_t count_ = 0;
  size_t current_ = 0;
  size_t done_ = 0;
};

// What Direct's product leaves to ask for: those of its matrices that lie in one piece.
template <class T>
HWY_INLINE Ahead AheadOf(const Direct<T>& direct, int64_t next_a, int64_t next_b,
                         int64_t next_c) {
  Ahead ahead;
  if ((direct.row_a == direct.depth && direct.depth_a == 1) ||
      (direct.depth_a == direct.rows && direct.row_a == 1)) {
    ahead.Add(direct.a, next_a, direct.rows * direct.depth);
  }
  if (direct.depth_b == direct.columns) {
    ahead.Add(direct.b, next_b, direct.columns * direct.depth);
  }
  if (direct.row_c == direct.columns) ahead.Add(direct.c, next_c, direct.rows * direct.columns);
  return ahead;
}

// Whether Direct can express it.
template <class T>
HWY_INLINE bool HasPlainColumns(const Side<T>& m, const Side<T>& n, Axes k) {
  return m.axes.rank <= 1 && n.axes.rank <= 1 && k.rank <= 1 &&
         (n.axes.elements() == 1 || (n.strides[0] == 1 && n.strides_in_result[0] == 1));
}

template <class T>
HWY_INLINE bool IsSmall(const Direct<T>& direct) {
  return direct.rows >= kGroupRows && direct.depth <= kDepthBlock &&
         direct.rows <= kDirectRowsMax &&
         direct.columns >= static_cast<int64_t>(hn::Lanes(hn::ScalableTag<T>())) &&
         direct.columns * direct.depth * static_cast<int64_t>(sizeof(T)) <= kDirectBytes;
}

template <class T>
HWY_NOINLINE bool NoNansInPlace(const Direct<T>& direct,
                                bool (*no_nans)(Specials, Specials)) {
  Specials a{}, b{};
  const bool along_depth = direct.depth_a == 1;
  const int64_t runs = along_depth ? direct.rows : direct.depth;
  const int64_t run = along_depth ? direct.depth : direct.rows;
  if (run != 1 && !along_depth && direct.row_a != 1) return false;
  for (int64_t i = 0; i < runs; ++i) {
    AddSpecials(direct.a + i * (along_depth ? direct.row_a : direct.depth_a),
                static_cast<size_t>(run), a);
  }
  for (int64_t k = 0; k < direct.depth; ++k) {
    AddSpecials(direct.b + k * direct.depth_b, static_cast<size_t>(direct.columns), b);
  }
  return no_nans(a, b);
}

// Whether a panel of B is worth copying to one place: rows of B lie so far apart that its lines
// compete for the same sets of the first-level cache, and enough rows of A read them again.
inline constexpr int64_t kGatheredBytes = 32 * 1024;
inline constexpr int64_t kGatheredRows = 32;

template <class T>
HWY_INLINE bool Gathers(const Direct<T>& direct) {
  return direct.rows >= kGatheredRows &&
         direct.depth * direct.depth_b * static_cast<int64_t>(sizeof(T)) > kGatheredBytes;
}

template <class T>
HWY_INLINE void GatherPanel(const Direct<T>& direct, int64_t column, size_t vectors, T* to) {
  const hn::ScalableTag<T> d;
  const size_t lanes = hn::Lanes(d);
  const T* from = direct.b + column;
  for (int64_t k = 0; k < direct.depth; ++k, from += direct.depth_b) {
    for (size_t v = 0; v < vectors; ++v, to += lanes) {
      hn::StoreU(hn::LoadU(d, from + v * lanes), d, to);
    }
  }
}

// One panel of columns against all rows. Rows that do not fill a group are done together with
// their neighbours before them a second time, which gives these the same bits again.
template <class Ring, class T>
HWY_INLINE void MultiplyPanel(const Direct<T>& direct, const int64_t* result_rows, int64_t column,
                              size_t vectors, T* gathered, Ahead& ahead) {
  const T* b = direct.b + column;
  int64_t depth_b = direct.depth_b;
  if (gathered != nullptr) {
    GatherPanel(direct, column, vectors, gathered);
    b = gathered;
    depth_b = static_cast<int64_t>(vectors * hn::Lanes(hn::ScalableTag<T>()));
  }
  const auto multiply = [&](int64_t row, size_t groups) HWY_ATTR {
    CallMicro<Ring, T>(
        groups, vectors,
        {direct.a + row * direct.row_a, kGroupRows * direct.row_a, direct.row_a, direct.depth_a,
         b, depth_b, static_cast<size_t>(direct.depth),
         ahead.Take(static_cast<size_t>(direct.depth))},
        {direct.c + column, result_rows + row, groups * kGroupRows, false, direct.far});
  };
  const int64_t groups = direct.rows / kGroupRows;
  const int64_t most = static_cast<int64_t>(GroupsOf(vectors));
  int64_t pieces = (groups + most - 1) / most;
  for (int64_t group = 0; group < groups; --pieces) {
    const int64_t count = (groups - group + pieces - 1) / pieces;
    multiply(group * kGroupRows, static_cast<size_t>(count));
    group += count;
  }
  if (direct.rows % kGroupRows != 0) multiply(direct.rows - kGroupRows, 1);
}

// As with rows, the last vector overlaps the one before it.
template <class Ring, class T>
HWY_INLINE void MultiplyPanels(const Direct<T>& direct, T* scratch, Ahead& ahead) {
  const int64_t lanes = static_cast<int64_t>(hn::Lanes(hn::ScalableTag<T>()));
  const int64_t panel = static_cast<int64_t>(kVectors) * lanes;
  T* gathered = Gathers(direct) ? scratch : nullptr;
  int64_t result_rows[kDirectRowsMax];
  for (int64_t i = 0; i < direct.rows; ++i) result_rows[i] = i * direct.row_c;
  int64_t column = 0;
  for (; column + panel <= direct.columns; column += panel) {
    MultiplyPanel<Ring>(direct, result_rows, column, kVectors, gathered, ahead);
  }
  const int64_t vectors = (direct.columns - column) / lanes;
  if (vectors > 0) {
    MultiplyPanel<Ring>(direct, result_rows, column, static_cast<size_t>(vectors), gathered,
                        ahead);
    column += vectors * lanes;
  }
  if (column < direct.columns) {
    MultiplyPanel<Ring>(direct, result_rows, direct.columns - lanes, 1, gathered, ahead);
  }
}

template <class Ring, class T>
HWY_NOINLINE void MultiplySmall(const Direct<T>& direct, T* scratch, Ahead& ahead) {
  if constexpr (kTestsNans<Ring>) {
    if (NoNansInPlace(direct, Ring::NoNans)) {
      return MultiplyPanels<typename Ring::Ordered>(direct, scratch, ahead);
    }
  }
  MultiplyPanels<Ring>(direct, scratch, ahead);
}

// Few rows: rows of B pass by once, eight at a time, while a run of C's row stays in the
// first-level cache. The sums are those of the packed product.
inline constexpr int64_t kThinRows = 3;
inline constexpr int64_t kThinColumns = 4096;
inline constexpr size_t kThinDepth = 8;

// sums[j] += the sum over k of a[k] b[k][j], for `depth` values of k in order.
template <class Ring, size_t depth, class T>
HWY_INLINE void AddThin(const Direct<T>& direct, const T* a, const T* b, size_t count, T* sums) {
  const hn::ScalableTag<T> d;
  const size_t lanes = hn::Lanes(d);
  T factors[depth];
  for (size_t k = 0; k < depth; ++k) factors[k] = a[static_cast<int64_t>(k) * direct.depth_a];
  size_t j = 0;
  for (; j + lanes <= count; j += lanes) {
    auto sum = hn::LoadU(d, sums + j);
    for (size_t k = 0; k < depth; ++k) {
      sum = Ring::MulAdd(hn::Set(d, factors[k]),
                         hn::LoadU(d, b + static_cast<int64_t>(k) * direct.depth_b + j), sum);
    }
    hn::StoreU(sum, d, sums + j);
  }
  if (j < count) {
    auto sum = hn::LoadN(d, sums + j, count - j);
    for (size_t k = 0; k < depth; ++k) {
      sum = Ring::MulAdd(
          hn::Set(d, factors[k]),
          hn::LoadN(d, b + static_cast<int64_t>(k) * direct.depth_b + j, count - j), sum);
    }
    hn::StoreN(sum, d, sums + j, count - j);
  }
}

template <class Ring, class T>
HWY_NOINLINE void AddThinRow(const Direct<T>& direct, const T* a, const T* b, size_t depth,
                             size_t count, T* sums) {
  size_t k = 0;
  for (; k + kThinDepth <= depth; k += kThinDepth) {
    const int64_t at = static_cast<int64_t>(k);
    AddThin<Ring, kThinDepth>(direct, a + at * direct.depth_a, b + at * direct.depth_b, count,
                              sums);
  }
  for (; k < depth; ++k) {
    const int64_t at = static_cast<int64_t>(k);
    AddThin<Ring, 1>(direct, a + at * direct.depth_a, b + at * direct.depth_b, count, sums);
  }
}

// C of at most kThinRows rows.
template <class Ring, class T>
HWY_NOINLINE void MultiplyThin(const Direct<T>& direct, T* sums) {
  const hn::ScalableTag<T> d;
  const size_t lanes = hn::Lanes(d);
  const int64_t part = DepthPart(direct.depth);
  for (int64_t column = 0; column < direct.columns; column += kThinColumns) {
    const size_t count = static_cast<size_t>(std::min(kThinColumns, direct.columns - column));
    int64_t k = 0;
    do {
      const size_t depth = static_cast<size_t>(std::min(part, direct.depth - k));
      for (int64_t row = 0; row < direct.rows; ++row) {
        T* c = direct.c + row * direct.row_c + column;
        T* to = k == 0 ? c : sums;  // the first block's sums are made where they belong
        for (size_t j = 0; j < count; j += lanes) {
          hn::StoreN(Ring::Zero(d), d, to + j, count - j);
        }
        AddThinRow<Ring>(direct, direct.a + row * direct.row_a + k * direct.depth_a,
                         direct.b + k * direct.depth_b + column, depth, count, to);
        for (size_t j = 0; k > 0 && j < count; j += lanes) {
          const auto sum = Ring::Add(hn::LoadN(d, c + j, count - j),
                                     hn::LoadN(d, sums + j, count - j));
          hn::StoreN(sum, d, c + j, count - j);
        }
      }
      k += part;
    } while (k < direct.depth);
  }
}

// Inner products of contiguous vectors, of which one is shared. Element k joins the partial result
// of its lane, in order of k; then halves are added. Which products are taken as such, and how many
// lanes they have, follows from the extents and strides of the whole contraction.
inline constexpr int64_t kDotRows = 4;
inline constexpr int64_t kDotDepth = 128;

// Sums that hide an addition's latency.
inline constexpr size_t kDotSums = 8;

// Many vectors are taken side by side, with few sums each: the machine's own prefetchers stop at
// the end of a page, and so they follow as many pages at a time. On a Zen 3, 4096 x 4096 f32 takes
// 0.6 times as long as one row after the other. Of few, each has all the sums.
inline constexpr size_t kManyDotsBytes = 64;
inline constexpr size_t kFewDotsBytes = 256;

#if HWY_HAVE_SCALABLE
template <class T, size_t bytes>
using DotTag = hn::FixedTag<T, 16 / sizeof(T)>;
#else
template <class T, size_t bytes>
using DotTag = hn::CappedTag<T, bytes / sizeof(T)>;
#endif

// Vectors that hold the partial results of one product, and products taken side by side.
template <class T, size_t bytes>
inline constexpr size_t kDotVectors = bytes / sizeof(T) / hn::MaxLanes(DotTag<T, bytes>());
template <class T, size_t bytes>
inline constexpr size_t kDotsAtATime = HWY_MAX((kDotSums / kDotVectors<T, bytes>), size_t{1});

// Ring with the factors of a product the other way round: their order tells which zero or NaN wins,
// and must not depend on which operand is walked.
template <class Ring>
struct Swapped : Ring {
  template <class V>
  static HWY_INLINE V MulAdd(V a, V b, V sum) {
    return Ring::MulAdd(b, a, sum);
  }
};

template <class Ring>
struct AddLanes {
  template <class D, class V>
  HWY_INLINE V operator()(D, V x, V y) const {
    return Ring::Add(x, y);
  }
};

// Whole vectors of depth; returns how much that is. I counts the sums row by row; they are
// parameters for the reason that MicroLoop gives.
template <class Ring, size_t vectors, class D, class T, size_t... I, class... V>
HWY_INLINE size_t DotLoop(D d, std::index_sequence<I...>, const T* HWY_RESTRICT a, int64_t step,
                          const T* HWY_RESTRICT b, size_t count, T* partials, V... sums) {
  constexpr size_t lanes = hn::MaxLanes(D());
  size_t k = 0;
  for (; k + vectors * lanes <= count; k += vectors * lanes) {
    ((sums = Ring::MulAdd(
          hn::LoadU(d, a + static_cast<int64_t>(I / vectors) * step + k + I % vectors * lanes),
          hn::LoadU(d, b + k + I % vectors * lanes), sums)),
     ...);
  }
  (hn::Store(sums, d, partials + I * lanes), ...);
  return k;
}

template <class Ring, size_t vectors, class D, class T, size_t... I>
HWY_INLINE size_t DotZero(D d, std::index_sequence<I...> sequence, const T* a, int64_t step,
                          const T* b, size_t count, T* partials) {
  return DotLoop<Ring, vectors>(d, sequence, a, step, b, count, partials,
                                ((void)I, Ring::Zero(d))...);
}

// The inner products of `rows` vectors, `step` elements apart from `a` on, with `b`.
template <class Ring, size_t bytes, size_t rows, class T>
HWY_NOINLINE void Dots(const T* a, int64_t step, const T* b, size_t count, T* results) {
  const DotTag<T, bytes> d;
  constexpr size_t lanes = hn::MaxLanes(DotTag<T, bytes>());
  constexpr size_t vectors = kDotVectors<T, bytes>;
  HWY_ALIGN T partials[rows * vectors * lanes];
  const size_t k = DotZero<Ring, vectors>(d, std::make_index_sequence<rows * vectors>(), a, step, b,
                                          count, partials);
  for (size_t row = 0; row < rows; ++row) {
    T* sums = partials + row * vectors * lanes;
    const T* x = a + static_cast<int64_t>(row) * step + k;
    for (size_t j = 0; j < count - k; j += lanes) {
      const size_t rest = count - k - j;
      const auto old = hn::Load(d, sums + j);
      const auto sum = Ring::MulAdd(hn::LoadN(d, x + j, rest), hn::LoadN(d, b + k + j, rest), old);
      hn::Store(rest < lanes ? hn::IfThenElse(hn::FirstN(d, rest), sum, old) : sum, d, sums + j);
    }
    for (size_t half = vectors * lanes / 2; half >= lanes; half /= 2) {
      MapRun<T>(AddLanes<Ring>(), half, sums, sums, sums + half);
    }
    results[row] = FoldLanes(AddLanes<Ring>(), d, hn::Load(d, sums));
  }
}

// Whether a contraction, as a whole, is a few vectors times contiguous ones.
inline bool IsDots(const ContractView& view) {
  const Axes k = view.depth();
  return k.rank == 1 && k.extents[0] >= kDotDepth && view.depth_strides_a()[0] == 1 &&
         view.depth_strides_b()[0] == 1 && view.rows().rank <= 1 && view.columns().rank <= 1 &&
         std::min(view.rows().elements(), view.columns().elements()) <= kDotRows;
}

template <class Ring, size_t bytes, size_t rows, class T>
HWY_INLINE void DotsAt(const Side<T>& outer, const Side<T>& inner, int64_t i, int64_t depth, T* c) {
  const int64_t step = outer.stride(outer.strides);
  const int64_t step_in_result = outer.stride(outer.strides_in_result);
  for (int64_t j = inner.range.first; j < inner.range.first + inner.range.count; ++j) {
    T results[rows];
    Dots<Ring, bytes, rows>(outer.operand + i * step, step,
                            inner.operand + j * inner.stride(inner.strides),
                            static_cast<size_t>(depth), results);
    T* to = c + i * step_in_result + j * inner.stride(inner.strides_in_result);
    for (size_t r = 0; r < rows; ++r) to[static_cast<int64_t>(r) * step_in_result] = results[r];
  }
}

template <class Ring, size_t bytes, class T>
HWY_NOINLINE void DotsOf(const Side<T>& outer, const Side<T>& inner, int64_t depth, T* c) {
  constexpr size_t rows = kDotsAtATime<T, bytes>;
  constexpr int64_t step = rows;
  const int64_t end = outer.range.first + outer.range.count;
  int64_t i = outer.range.first;
  for (; i + step <= end; i += step) DotsAt<Ring, bytes, rows>(outer, inner, i, depth, c);
  if constexpr (rows > 1) {
    for (; i < end; ++i) DotsAt<Ring, bytes, 1>(outer, inner, i, depth, c);
  }
}

template <class Ring, size_t bytes, class T>
HWY_INLINE void MultiplyDotsOf(const Side<T>& m, const Side<T>& n, int64_t depth, T* c) {
  if (m.range.count >= n.range.count) {
    DotsOf<Ring, bytes>(m, n, depth, c);
  } else {
    DotsOf<Swapped<Ring>, bytes>(n, m, depth, c);
  }
}

template <class Ring, class T>
HWY_INLINE void MultiplyDots(const Side<T>& m, const Side<T>& n, int64_t depth, T* c) {
  if (std::max(m.axes.elements(), n.axes.elements()) <= kDotRows) {
    MultiplyDotsOf<Ring, kFewDotsBytes>(m, n, depth, c);
  } else {
    MultiplyDotsOf<Ring, kManyDotsBytes>(m, n, depth, c);
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace tl::contract
HWY_AFTER_NAMESPACE();

#endif  // TENSORLOGIC_KERNELS_CONTRACT_DIRECT_INL_H_
