// Holds kernels with one operand and a pointwise descriptor to their oracles, exactly.
#ifndef TENSORLOGIC_TESTING_MAPPING_H_
#define TENSORLOGIC_TESTING_MAPPING_H_

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "abi/tensorlogic.h"
#include "testing/descriptors.h"
#include "testing/memory.h"
#include "testing/values.h"

namespace tl::testing {

// An index space with the strides of an operand and of a result.
struct Mapping {
  Int64s extents;
  Int64s operand;
  Int64s result;
};

inline std::string Describe(const Mapping& mapping) {
  return ::testing::PrintToString(mapping.extents) + " strides " +
         ::testing::PrintToString(mapping.operand) + " -> " +
         ::testing::PrintToString(mapping.result);
}

// Lengths around every vector width, strides of all signs, and both sides permuted.
inline std::vector<Mapping> Mappings() {
  std::vector<Mapping> mappings;
  for (int64_t count = 1; count <= 140; ++count) mappings.push_back({{count}, {1}, {1}});
  for (const int64_t count : {63, 64, 65, 255, 257, 1000}) {
    for (const int64_t from : {0, 2, -1, -3}) mappings.push_back({{count}, {from}, {1}});
    for (const int64_t to : {2, -1, -3}) mappings.push_back({{count}, {1}, {to}});
    mappings.push_back({{count}, {0}, {-2}});
  }
  for (const int64_t rows : {1, 2, 7, 8, 16, 17, 33, 64, 65, 130}) {
    for (const int64_t columns : {1, 3, 8, 15, 16, 33, 64, 129}) {
      mappings.push_back({{rows, columns}, {1, rows}, {columns, 1}});          // transposed operand
      mappings.push_back({{rows, columns}, {1, rows + 3}, {columns + 5, 1}});  // and padded
      mappings.push_back({{rows, columns}, {columns, 1}, {1, rows}});          // transposed result
    }
  }
  mappings.push_back({{40, 30}, {1, 50}, {1, 45}});  // both transposed
  mappings.push_back({{40, 5}, {8, 1}, {5, 1}});
  mappings.push_back({{5, 70}, {80, 1}, {70, 1}});
  mappings.push_back({{40, 30}, {1, -40}, {-30, 1}});
  mappings.push_back({{40, 30}, {0, 1}, {30, 1}});
  mappings.push_back({{40, 30}, {1, 0}, {30, 1}});
  mappings.push_back({{9, 20, 30}, {1, 270, 9}, {600, 30, 1}});   // outermost axis to the back
  mappings.push_back({{20, 9, 30}, {1, 600, 20}, {270, 30, 1}});
  mappings.push_back({{3, 20, 30}, {600, 1, 20}, {600, 30, 1}});  // a batch of transpositions
  mappings.push_back({{3, 20, 30}, {0, 1, 20}, {1, 3, 60}});
  mappings.push_back({{4, 5, 6, 7}, {1, 4, 20, 120}, {210, 42, 7, 1}});
  mappings.push_back({{4, 5, 6, 7}, {210, 1, 35, 5}, {210, 42, 7, 1}});
  mappings.push_back({{4, 1, 6, 7}, {-42, 9, 7, -1}, {50, 0, 8, 1}});
  return mappings;
}

// NaNs count as equal, zeros of different signs do not.
template <class T>
void ExpectEqual(const std::vector<T>& actual, const std::vector<T>& expected) {
  for (size_t i = 0; i < actual.size(); ++i) {
    ASSERT_EQ(UlpDistance(actual[i], expected[i]), 0)
        << "element " << i << ": " << actual[i] << " instead of " << expected[i];
  }
}

// Calls a kernel on all tiles, backwards, in shares of 1, 2, 3, ... tiles.
inline void RunInShares(tl_kernel_function kernel, const Int64s& descriptor,
                        void* const* buffers, int64_t tiles) {
  for (int64_t begin = tiles; begin > 0;) {
    const int64_t end = begin;
    begin = std::max(int64_t{0}, begin - (tiles - begin + 1));
    kernel(descriptor.data(), buffers, begin, end, nullptr);
  }
}

// Runs a kernel with tiles of several counts; the result's memory, gaps included, must be the
// oracle's each time. What a family adds to the pointwise descriptor stands in `more`.
template <class To, class From>
void CheckMapping(tl_kernel_function kernel, tl_kernel_function oracle, const Mapping& mapping,
                  Guard guard, From (*value)(Random&), const Int64s& more = {}) {
  Span from, to;
  from.add(mapping.extents, mapping.operand);
  to.add(mapping.extents, mapping.result);
  Memory<From> operand(from.count, guard);
  Memory<To> result(to.count, guard), expected(to.count, guard);
  Random random(static_cast<uint64_t>(from.count));
  for (int64_t i = 0; i < from.count; ++i) operand.data()[i] = value(random);
  const std::vector<From> before = operand.copy();
  void* const buffers[] = {operand.data() + from.origin, result.data() + to.origin};
  void* const expected_buffers[] = {operand.data() + from.origin, expected.data() + to.origin};
  const int64_t total = Elements(mapping.extents);
  const std::vector<Int64s> strides{mapping.operand, mapping.result};
  const auto descriptor = [&](int64_t tile) {
    Int64s words = PointwiseDescriptor(mapping.extents, strides, tile);
    Append(words, more);
    return words;
  };
  oracle(descriptor(total).data(), expected_buffers, 0, 1, nullptr);
  for (const int64_t tile : {total, int64_t{7}, int64_t{100}, total / 2 + 1}) {
    result.poison();
    RunInShares(kernel, descriptor(tile), buffers, (total + tile - 1) / tile);
    ExpectEqual(result.copy(), expected.copy());
    if (::testing::Test::HasFatalFailure()) return;
  }
  for (size_t i = 0; i < before.size(); ++i) {
    ASSERT_TRUE(SameBits(operand.data()[i], before[i])) << "operand written at " << i;
  }
}

}  // namespace tl::testing

#endif  // TENSORLOGIC_TESTING_MAPPING_H_
