// Holds every movement of the list, on every target, to its oracle, bit by bit.
#include <gtest/gtest.h>

#include <string>
#include <tuple>
#include <vector>

#include "abi/tensorlogic.h"
#include "kernels/movement/movement.h"
#include "kernels/reference.h"
#include "testing/mapping.h"
#include "testing/targets.h"

namespace tl::testing {
namespace {

template <class T>
T AnyBits(Random& random) {
  return static_cast<T>(random());
}

// [left, count, right] out of data with these strides, in elements.
struct Gathering {
  int64_t left, count, right, extent;
  int64_t left_stride, axis_stride, right_stride, index_stride;

  Int64s descriptor(int64_t tile_rows) const {
    return {left,        count,       right,        extent,      tile_rows,
            left_stride, axis_stride, right_stride, index_stride};
  }
};

std::vector<Gathering> Gatherings() {
  std::vector<Gathering> gatherings;
  for (const int64_t right : {1, 2, 3, 4, 7, 8, 15, 16, 17, 33, 63, 64, 65, 130}) {
    gatherings.push_back({1, 20, right, 9, 0, right, 1, 1});
    gatherings.push_back({3, 5, right, 4, 4 * right, right, 1, 1});
    gatherings.push_back({2, 7, right, 6, 1, 2, 12, -1});            // right axis outermost
    gatherings.push_back({2, 7, right, 6, 6 * right, right, -1, 2});
    gatherings.push_back({2, 3, right, 5, 0, 1, 0, 0});              // broadcast
    gatherings.push_back({2, 3, right, 0, 0, 1, 1, 1});              // nothing to gather from
  }
  return gatherings;
}

template <class T>
void CheckGather(tl_kernel_function kernel, tl_kernel_function oracle, const Gathering& spec,
                 Guard guard) {
  Span from, list;
  if (spec.extent > 0) {
    from.add({spec.left, spec.extent, spec.right},
             {spec.left_stride, spec.axis_stride, spec.right_stride});
  }
  list.add(spec.count, spec.index_stride);
  Memory<T> data(from.count, guard);
  Memory<int64_t> indices(list.count, guard);
  const int64_t rows = spec.left * spec.count;
  Memory<T> result(rows * spec.right, guard), expected(rows * spec.right, guard);
  Random random(static_cast<uint64_t>(from.count));
  for (int64_t i = 0; i < from.count; ++i) data.data()[i] = AnyBits<T>(random);
  const int64_t outside[] = {-1, spec.extent, std::numeric_limits<int64_t>::max(),
                             std::numeric_limits<int64_t>::min()};
  for (int64_t i = 0; i < list.count; ++i) {
    indices.data()[i] = random() % 4 == 0 || spec.extent == 0
                            ? outside[random() % 4]
                            : static_cast<int64_t>(random() % static_cast<uint64_t>(spec.extent));
  }
  T* const base = data.data() + from.origin;
  void* const buffers[] = {base, indices.data() + list.origin, result.data()};
  void* const expected_buffers[] = {base, indices.data() + list.origin, expected.data()};
  oracle(spec.descriptor(rows).data(), expected_buffers, 0, 1, nullptr);
  for (const int64_t tile : {rows, int64_t{1}, int64_t{4}}) {
    result.poison();
    RunInShares(kernel, spec.descriptor(tile), buffers, (rows + tile - 1) / tile);
    ExpectEqual(result.copy(), expected.copy());
    if (::testing::Test::HasFatalFailure()) return;
  }
}

template <class Spec>
struct Kernel {
  const char* name;
  tl_kernel_function kernel;
  tl_kernel_function oracle;
  void (*check)(tl_kernel_function, tl_kernel_function, const Spec&, Guard);
};

template <class T>
void CheckCopy(tl_kernel_function kernel, tl_kernel_function oracle, const Mapping& mapping,
               Guard guard) {
  for (const int64_t streams : {0, 1}) {
    CheckMapping<T, T>(kernel, oracle, mapping, guard, AnyBits<T>, {streams});
  }
}

#define TL_ROW(check, function, width)                                                      \
  {#function "_" #width, TL_SYMBOL(movement, function, width),                              \
   TL_REFERENCE(movement, function, width), check<type_##width>},

std::vector<Kernel<Mapping>> Copies() {
  return {
#define TL_COPY(function, widths) widths(TL_ROW, CheckCopy, function)
#define TL_GATHER(function, widths)
#include "kernels/movement/kernels.inc"
  };
}

std::vector<Kernel<Gathering>> Gathers() {
  return {
#define TL_COPY(function, widths)
#define TL_GATHER(function, widths) widths(TL_ROW, CheckGather, function)
#include "kernels/movement/kernels.inc"
  };
}

template <class Spec>
class MovementTest : public ::testing::TestWithParam<std::tuple<Kernel<Spec>, int64_t>> {
 protected:
  void hold(const std::vector<Spec>& specs) {
    const Kernel<Spec>& kernel = std::get<0>(this->GetParam());
    for (size_t i = 0; i < specs.size(); ++i) {
      for (const Guard guard : {Guard::kBefore, Guard::kAfter}) {
        SCOPED_TRACE("case " + std::to_string(i));
        kernel.check(kernel.kernel, kernel.oracle, specs[i], guard);
        if (this->HasFatalFailure()) return;
      }
    }
  }
  ForcedTarget forced_{std::get<1>(this->GetParam())};
};

using CopyTest = MovementTest<Mapping>;
TEST_P(CopyTest, AgreesWithTheOracleOnEveryLayout) { hold(Mappings()); }
INSTANTIATE_TEST_SUITE_P(All, CopyTest,
                         ::testing::Combine(::testing::ValuesIn(Copies()),
                                            ::testing::ValuesIn(Targets())),
                         KernelAndTarget());

// Planes of whole cache lines that pass the caches by, the last ones cut short.
TEST_P(CopyTest, StreamsTransposedPlanes) {
  const Kernel<Mapping>& kernel = std::get<0>(GetParam());
  const int64_t bytes = kernel.name[std::string(kernel.name).size() - 1] - '0';
  constexpr int64_t kPlanes = 5, kRows = 70, kColumns = 192;
  constexpr int64_t kCount = kPlanes * kRows * kColumns;
  Memory<uint8_t> from(kCount * bytes, Guard::kBefore);
  Memory<uint8_t> to(kCount * bytes, Guard::kBefore), expected(kCount * bytes, Guard::kBefore);
  for (int64_t i = 0; i < from.count(); ++i) {
    from.data()[i] = static_cast<uint8_t>(i * int64_t{2654435761} >> 7);
  }
  const int64_t tile = 2 * kRows * kColumns;
  Int64s descriptor = PointwiseDescriptor(
      {kPlanes, kRows, kColumns},
      {{kRows * kColumns, 1, kRows}, {kRows * kColumns, kColumns, 1}}, tile);
  descriptor.push_back(1);
  void* const buffers[] = {from.data(), to.data()};
  void* const expected_buffers[] = {from.data(), expected.data()};
  kernel.kernel(descriptor.data(), buffers, 0, 3, nullptr);
  kernel.oracle(descriptor.data(), expected_buffers, 0, 3, nullptr);
  ASSERT_EQ(to.copy(), expected.copy());
}

using GatherTest = MovementTest<Gathering>;
TEST_P(GatherTest, AgreesWithTheOracleOnEveryLayout) { hold(Gatherings()); }
INSTANTIATE_TEST_SUITE_P(All, GatherTest,
                         ::testing::Combine(::testing::ValuesIn(Gathers()),
                                            ::testing::ValuesIn(Targets())),
                         KernelAndTarget());

}  // namespace
}  // namespace tl::testing
