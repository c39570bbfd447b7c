// How a range of tiles covers a linear index space.
#ifndef TENSORLOGIC_BASE_TILES_H_
#define TENSORLOGIC_BASE_TILES_H_

#include <cstdint>

namespace tl {

// The half-open range of elements in the tiles [tile_begin, tile_end) of an index space of
// `elements` that is cut into tiles of `tile_elements`, the last one being shorter where needed.
struct TileRange {
  int64_t first;
  int64_t count;

  TileRange(int64_t elements, int64_t tile_elements, int64_t tile_begin, int64_t tile_end)
      : first(edge(elements, tile_elements, tile_begin)),
        count(edge(elements, tile_elements, tile_end) - first) {}

 private:
  static int64_t edge(int64_t elements, int64_t tile_elements, int64_t tile) {
    // The division keeps the product from overflowing when one tile is meant to hold everything.
    return tile > elements / tile_elements ? elements : tile * tile_elements;
  }
};

}  // namespace tl

#endif  // TENSORLOGIC_BASE_TILES_H_
