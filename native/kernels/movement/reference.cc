// One element at a time: the oracle of the movements.
#include "base/dtypes.h"
#include "base/tiles.h"
#include "base/views.h"
#include "kernels/movement/movement.h"
#include "kernels/reference.h"

namespace tl::movement {
namespace {

template <class T>
void Copy(const int64_t* descriptor, void* const* buffers, int64_t tile_begin, int64_t tile_end) {
  const PointwiseView view(descriptor);
  const Axes axes = view.axes();
  const TileRange range(axes.elements(), view.tile_elements(), tile_begin, tile_end);
  const T* operand = static_cast<const T*>(buffers[0]);
  T* result = static_cast<T*>(buffers[1]);
  for (int64_t i = range.first; i < range.first + range.count; ++i) {
    result[OffsetOf(axes, view.result_strides(), i)] =
        operand[OffsetOf(axes, view.strides(0), i)];
  }
}

template <class T>
void Gather(const int64_t* descriptor, void* const* buffers, int64_t tile_begin,
            int64_t tile_end) {
  const GatherView view(descriptor);
  const TileRange range(view.left_extent() * view.index_count(), view.tile_rows(), tile_begin,
                        tile_end);
  const T* data = static_cast<const T*>(buffers[0]);
  const int64_t* indices = static_cast<const int64_t*>(buffers[1]);
  T* result = static_cast<T*>(buffers[2]);
  for (int64_t row = range.first; row < range.first + range.count; ++row) {
    const int64_t left = row / view.index_count();
    const int64_t index = indices[row % view.index_count() * view.index_stride()];
    for (int64_t right = 0; right < view.right_extent(); ++right) {
      result[row * view.right_extent() + right] =
          index < 0 || index >= view.axis_extent()
              ? T{0}
              : data[left * view.left_stride() + index * view.axis_stride() +
                     right * view.right_stride()];
    }
  }
}

}  // namespace
}  // namespace tl::movement

#define TL_MOVE_REFERENCE(loop, function, width)                                           \
  void TL_REFERENCE(movement, function, width)(TL_PARAMETERS) {                            \
    static_cast<void>(scratch);                                                            \
    tl::movement::loop<tl::type_##width>(descriptor, buffers, tile_begin, tile_end);       \
  }
#define TL_COPY(function, widths) widths(TL_MOVE_REFERENCE, Copy, function)
#define TL_GATHER(function, widths) widths(TL_MOVE_REFERENCE, Gather, function)
#include "kernels/movement/kernels.inc"
