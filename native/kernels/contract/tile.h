// Which part of a contraction's result one tile is.
#ifndef TENSORLOGIC_KERNELS_CONTRACT_TILE_H_
#define TENSORLOGIC_KERNELS_CONTRACT_TILE_H_

#include <cstddef>
#include <cstdint>

#include "base/odometer.h"
#include "base/views.h"

namespace tl {

// A range of linear indices.
struct Range {
  int64_t first;
  int64_t count;
};

struct ContractTile {
  int64_t batch;
  Range rows;
  Range columns;

  ContractTile(const ContractView& view, int64_t tile) {
    const int64_t row_count = view.rows().elements();
    const int64_t column_count = view.columns().elements();
    if (row_count <= view.tile_rows() && column_count <= view.tile_columns()) {
      rows = {0, row_count};  // without divisions: they are much of the work of a small product
      columns = {0, column_count};
      batch = tile;
      return;
    }
    const int64_t row_tiles = 1 + (row_count - 1) / view.tile_rows();
    const int64_t column_tiles = 1 + (column_count - 1) / view.tile_columns();
    columns = part(column_count, view.tile_columns(), tile % column_tiles);
    rows = part(row_count, view.tile_rows(), tile / column_tiles % row_tiles);
    batch = tile / column_tiles / row_tiles;
  }

 private:
  static Range part(int64_t count, int64_t tile_count, int64_t index) {
    const int64_t first = index * tile_count;
    return {first, count - first < tile_count ? count - first : tile_count};
  }
};

// Whether each offset is its predecessor's neighbour.
inline bool IsRun(const int64_t* offsets, size_t count) {
  for (size_t i = 1; i < count; ++i) {
    if (offsets[i] != offsets[i - 1] + 1) return false;
  }
  return true;
}

// Where the element with row-major index `linear` lies, in elements from element 0.
inline int64_t BatchOffset(Axes axes, const int64_t* strides, int64_t linear) {
  if (axes.rank == 0) return 0;
  return axes.rank == 1 ? linear * strides[0] : Odometer(axes, strides, linear).offset();
}

// One operand's own axes (the rows of A, the columns of B), and its strides along k.
template <class T>
struct Side {
  const T* operand;
  Axes axes;
  const int64_t* strides;
  const int64_t* strides_in_result;
  const int64_t* depth_strides;
  Range range;
  bool packed;   // the operand is what contract_pack made of it
  int64_t next;  // elements to the operand of the next product of the batch; 0 if it is this one

  // One of the strides, of a side with at most one axis.
  int64_t stride(const int64_t* of) const { return axes.rank == 0 ? 0 : of[0]; }
};

}  // namespace tl

#endif  // TENSORLOGIC_KERNELS_CONTRACT_TILE_H_
