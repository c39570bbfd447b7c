// Packs descriptors for tests and benches; the layouts are those of base/views.h.
#ifndef TENSORLOGIC_TESTING_DESCRIPTORS_H_
#define TENSORLOGIC_TESTING_DESCRIPTORS_H_

#include <cstdint>
#include <vector>

namespace tl::testing {

using Int64s = std::vector<int64_t>;

inline void Append(Int64s& to, const Int64s& from) {
  to.insert(to.end(), from.begin(), from.end());
}

// strides: one block per operand, the result's last.
inline Int64s PointwiseDescriptor(const Int64s& extents, const std::vector<Int64s>& strides,
                                  int64_t tile_elements) {
  Int64s descriptor{static_cast<int64_t>(strides.size()) - 1,
                    static_cast<int64_t>(extents.size()), tile_elements};
  Append(descriptor, extents);
  for (const Int64s& block : strides) Append(descriptor, block);
  return descriptor;
}

// The axes of one letter group of a contraction, with their strides in A, B and C. A group that
// does not occur in one of them leaves that block empty.
struct AxisGroup {
  Int64s extents;
  Int64s a;
  Int64s b;
  Int64s c;

  int64_t elements() const {
    int64_t product = 1;
    for (const int64_t extent : extents) product *= extent;
    return product;
  }
};

struct Contraction {
  AxisGroup batch;
  AxisGroup rows;
  AxisGroup columns;
  AxisGroup depth;
  int64_t tile_rows;
  int64_t tile_columns;
  int64_t last_word = 0;  // packed operand: 1 B, 2 A; for contract_blas: the address of gemm
  Int64s epilogue = {};

  int64_t tiles() const {
    return batch.elements() * ((rows.elements() + tile_rows - 1) / tile_rows) *
           ((columns.elements() + tile_columns - 1) / tile_columns);
  }
};

inline Int64s ContractDescriptor(const Contraction& spec) {
  Int64s descriptor;
  for (const AxisGroup* group : {&spec.batch, &spec.rows, &spec.columns, &spec.depth}) {
    descriptor.push_back(static_cast<int64_t>(group->extents.size()));
  }
  Append(descriptor, {spec.tile_rows, spec.tile_columns, spec.last_word,
                      spec.epilogue.empty() ? 0 : 1});
  for (const AxisGroup* group : {&spec.batch, &spec.rows, &spec.columns, &spec.depth}) {
    Append(descriptor, group->extents);
    Append(descriptor, group->a);
    Append(descriptor, group->b);
    Append(descriptor, group->c);
  }
  Append(descriptor, spec.epilogue);
  return descriptor;
}

}  // namespace tl::testing

#endif  // TENSORLOGIC_TESTING_DESCRIPTORS_H_
