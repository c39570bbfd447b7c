// The reductions on lanes, along rows and down columns. Compiled once per target by reduce.cc, its
// only includer.
//
// Rows: the reduced axes lie densely behind each other, or nothing does. An output is reduced in
// pieces of contiguous elements (staged if need be), each into several vectors that are then folded
// lane by lane; pieces are combined in pairs of equal weight.
// Columns: neighbouring outputs lie side by side in the operand. A strip of outputs takes eight
// rows at a time into accumulators in the first-level cache, so memory is read along its rows.
// Which of the two is used depends on the descriptor only, and so does each output's tree.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>

#include "base/dtypes.h"
#include "base/odometer.h"
#include "base/tiles.h"
#include "base/views.h"
#include "hwy/highway.h"
#include "simd/reductions-inl.h"
#include "simd/stage.h"

HWY_BEFORE_NAMESPACE();
namespace tl::reduce {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using reductions::HWY_NAMESPACE::Cascade;
using reductions::HWY_NAMESPACE::From;
using reductions::HWY_NAMESPACE::ReduceRun;

// The elements that one piece of a row has at most.
inline constexpr int64_t kPieceElements = 2048;
// An operand of more than this is not in the first-level cache.
inline constexpr int64_t kNearBytes = 32 * 1024;

template <From place, class F, class T>
HWY_INLINE T ReduceDenseRow(const T* from, int64_t left) {
  if (left <= kPieceElements) return ReduceRun<place>(F(), static_cast<size_t>(left), from);
  Cascade<F, T> pieces;
  for (; left > 0; left -= kPieceElements, from += kPieceElements) {
    pieces.add(ReduceRun<place>(F(), static_cast<size_t>(std::min(left, kPieceElements)), from));
  }
  return pieces.result();
}

template <class F, class T>
HWY_NOINLINE T ReduceStagedRow(const T* from, Axes axes, const int64_t* strides) {
  int64_t left = axes.elements();
  if (left == 0) return F::template identity<T>();
  Cascade<F, T> pieces;
  Source<T> source(from, axes, strides, 0);
  while (left > 0) {
    const int64_t piece = std::min({left, source.available(), kPieceElements});
    pieces.add(ReduceRun(F(), static_cast<size_t>(piece), source.read(piece)));
    left -= piece;
  }
  return pieces.result();
}

// Outputs that are reduced together down their columns: two arrays of them fit into the first-level
// cache beside the rows that stream past.
inline constexpr int64_t kStripBytes = 4096;
template <class T>
inline constexpr int64_t kStrip = kStripBytes / static_cast<int64_t>(sizeof(T));
// Rows that are combined before they meet the accumulators, and how many such groups one set of
// accumulators takes.
inline constexpr int64_t kGroupRows = 8;
inline constexpr int64_t kBlockGroups = 64;

template <bool kWhole, class D>
HWY_INLINE hn::Vec<D> LoadSome(D d, const hn::TFromD<D>* from, size_t count) {
  if constexpr (kWhole) {
    return hn::LoadU(d, from);
  } else {
    return hn::LoadN(d, from, count);
  }
}

// One vector of columns: the rows combined in pairs, for kRows a power of two.
template <bool kWhole, int64_t kRows, class F, class D>
HWY_INLINE hn::Vec<D> TreeOfRows(F f, D d, const hn::TFromD<D>* const* rows, size_t column,
                                 size_t count) {
  if constexpr (kRows == 1) {
    return LoadSome<kWhole>(d, rows[0] + column, count);
  } else {
    constexpr int64_t half = kRows / 2;
    return f(d, TreeOfRows<kWhole, half>(f, d, rows, column, count),
             TreeOfRows<kWhole, half>(f, d, rows + half, column, count));
  }
}

// accumulators[j] += the tree of rows[...][j] for j < count.
template <int64_t kRows, class F, class T>
HWY_INLINE void AddRows(F f, const T* const* rows, size_t count, T* accumulators) {
  const hn::ScalableTag<T> d;
  const size_t lanes = hn::Lanes(d);
  size_t j = 0;
  for (; j + lanes <= count; j += lanes) {
    const auto x = TreeOfRows<true, kRows>(f, d, rows, j, lanes);
    hn::StoreU(f(d, hn::LoadU(d, accumulators + j), x), d, accumulators + j);
  }
  if (j < count) {
    const auto x = TreeOfRows<false, kRows>(f, d, rows, j, count - j);
    hn::StoreU(f(d, hn::LoadU(d, accumulators + j), x), d, accumulators + j);
  }
}

// The columns of one strip, into `result`. An output's tree does not depend on its place there.
template <class F, class T>
HWY_NOINLINE void ReduceStrip(const T* from, int64_t outputs, Axes axes, const int64_t* strides,
                            T* result, int64_t result_stride) {
  // A vector more, so that the last one may be stored whole.
  constexpr int64_t room = kStrip<T> + HWY_MAX_BYTES / static_cast<int64_t>(sizeof(T));
  alignas(64) T arrays[2][room];
  const size_t count = static_cast<size_t>(outputs);
  T* block = arrays[0];
  T* total = arrays[1];
  const T nothing = F::template identity<T>();
  std::fill_n(block, room, nothing);
  std::fill_n(total, room, nothing);
  int64_t left = axes.elements();
  if (left > 0) {
    Odometer row(axes, strides, 0);
    const T* rows[kGroupRows];
    for (int64_t groups = 0; left > 0; ++groups) {
      if (groups == kBlockGroups) {
        const T* const full[] = {block};
        AddRows<1>(F(), full, count, total);
        std::fill_n(block, room, nothing);
        groups = 0;
      }
      const int64_t height = std::min(left, kGroupRows);
      for (int64_t i = 0; i < height; ++i, row.advance(1)) rows[i] = from + row.offset();
      if (height == kGroupRows) {
        AddRows<kGroupRows>(F(), rows, count, block);
      } else {
        for (int64_t i = 0; i < height; ++i) AddRows<1>(F(), rows + i, count, block);
      }
      left -= height;
    }
  }
  const T* const last[] = {block};
  AddRows<1>(F(), last, count, total);
  for (int64_t j = 0; j < outputs; ++j) result[j * result_stride] = total[j];
}

// A reduction's descriptor, read once per call.
template <class F, class T>
class Reduction {
 public:
  Reduction(const int64_t* descriptor, void* const* buffers)
      : view_(descriptor),
        from_(static_cast<const T*>(buffers[0])),
        to_(static_cast<T*>(buffers[1])),
        chunks_(view_.chunked() ? kept().extents[kept().rank - 1] : 1) {
    std::copy_n(view_.reduced().extents, view_.reduced().rank, extents_);
    if (view_.chunked()) extents_[0] = std::min(view_.chunk(), view_.full_extent());
    plan();
  }

  void run(int64_t tile_begin, int64_t tile_end) {
    const TileRange range(kept().elements(), view_.tile_outputs(), tile_begin, tile_end);
    if (range.count == 0) return;
    if (column_axis_ >= 0) {
      columns(range.first, range.first + range.count);
    } else {
      rows(range.first, range.first + range.count);
    }
  }

 private:
  Axes kept() const { return view_.kept(); }
  Axes reduced() const { return {view_.reduced().rank, extents_}; }

  // Columns, if neighbouring outputs are neighbours in the operand and a row's elements are not.
  void plan() {
    const bool empty = reduced().elements() == 0;
    const Odometer row(empty ? Axes{0, extents_} : reduced(), view_.reduced_strides(), 0);
    dense_ = row.step() == 1 && row.single_run();
    far_ = kept().elements() * reduced().elements() * static_cast<int64_t>(sizeof(T)) > kNearBytes;
    const int64_t axis = kept().rank - (view_.chunked() ? 2 : 1);
    const bool side_by_side =
        axis >= 0 && view_.kept_operand_strides()[axis] == 1 && kept().extents[axis] > 1;
    const bool dense_rows = row.step() == 1 && row.whole_run() > 1;
    column_axis_ = side_by_side && !dense_rows ? axis : -1;
  }

  // Sets the extents of the reduced axes to those of an output.
  void enter(int64_t output) {
    if (!view_.chunked()) return;
    const int64_t done = output % chunks_ * view_.chunk();
    extents_[0] = std::min(view_.chunk(), view_.full_extent() - done);
  }

  void rows(int64_t output, int64_t end) {
    Odometer from(kept(), view_.kept_operand_strides(), output);
    Odometer to(kept(), view_.kept_result_strides(), output);
    for (; output < end; ++output, from.advance(1), to.advance(1)) {
      enter(output);
      to_[to.offset()] = row(from_ + from.offset());
    }
  }

  T row(const T* from) const {
    const int64_t count = reduced().elements();
    if (!dense_) return ReduceStagedRow<F>(from, reduced(), view_.reduced_strides());
    if (!far_) return ReduceDenseRow<From::kNear, F>(from, count);
    return view_.asks_ahead() ? ReduceDenseRow<From::kFarAsked, F>(from, count)
                              : ReduceDenseRow<From::kFar, F>(from, count);
  }

  // Outputs that differ in the column axis only are done together where the range holds them all
  // the way: always if there are no chunks, else where it holds every chunk of a column.
  void columns(int64_t output, int64_t end) {
    while (output < end) {
      const int64_t column = output / chunks_;
      const int64_t before = column % kept().extents[column_axis_];
      const int64_t width =
          output % chunks_ != 0
              ? 0
              : std::min((end - output) / chunks_, kept().extents[column_axis_] - before);
      if (width == 0) {
        strips(output++, 1);
        continue;
      }
      for (int64_t chunk = 0; chunk < chunks_; ++chunk) strips(output + chunk, width);
      output += width * chunks_;
    }
  }

  void strips(int64_t output, int64_t width) {
    enter(output);
    const T* from = from_ + Odometer(kept(), view_.kept_operand_strides(), output).offset();
    T* to = to_ + Odometer(kept(), view_.kept_result_strides(), output).offset();
    const int64_t stride = view_.kept_result_strides()[column_axis_];
    for (int64_t done = 0; done < width; done += kStrip<T>) {
      ReduceStrip<F>(from + done, std::min(kStrip<T>, width - done), reduced(),
                     view_.reduced_strides(), to + done * stride, stride);
    }
  }

  const ReduceView view_;
  const T* const from_;
  T* const to_;
  const int64_t chunks_;
  int64_t extents_[kRankMax];
  bool dense_;
  bool far_;
  int64_t column_axis_;
};

#define TL_REDUCTION_ON(function, dtype)                                                 \
  void function##_##dtype(const int64_t* descriptor, void* const* buffers,               \
                          int64_t tile_begin, int64_t tile_end, void*) {                 \
    Reduction<reductions::HWY_NAMESPACE::function, type_##dtype>(descriptor, buffers)    \
        .run(tile_begin, tile_end);                                                      \
  }
#define TL_REDUCTION(function, dtypes, ...) dtypes(TL_REDUCTION_ON, function)
#include "kernels/reduce/kernels.inc"
#undef TL_REDUCTION_ON

}  // namespace HWY_NAMESPACE
}  // namespace tl::reduce
HWY_AFTER_NAMESPACE();
