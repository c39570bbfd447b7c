// Holds products with an epilogue to the product followed by the epilogue's kernel: each element is
// changed once, after it is complete, whichever way the product takes.
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <tuple>
#include <vector>

#include "abi/tensorlogic.h"
#include "kernels/contract/contract.h"
#include "kernels/fused/fused.h"
#include "kernels/pointwise/pointwise.h"
#include "testing/descriptors.h"
#include "testing/memory.h"
#include "testing/programs.h"
#include "testing/targets.h"
#include "testing/values.h"

namespace tl::testing {
namespace {

// A[m, k], B[k, n] or, transposed, their other orders; C has no gaps.
Contraction Product(int64_t m, int64_t n, int64_t k, bool transposed_b, bool transposed_c) {
  return {{},
          {{m}, {k}, {}, {transposed_c ? 1 : n}},
          {{n}, {}, {transposed_b ? k : 1}, {transposed_c ? m : 1}},
          {{k}, {1}, {transposed_b ? 1 : n}, {}},
          m,
          n};
}

std::vector<Contraction> Cases() {
  std::vector<Contraction> cases;
  for (const bool transposed_b : {false, true}) {
    for (const bool transposed_c : {false, true}) {
      cases.push_back(Product(99, 18, 299, transposed_b, transposed_c));   // packed, in parts
      cases.push_back(Product(12, 33, 9, transposed_b, transposed_c));     // in place
      cases.push_back(Product(2, 70, 40, transposed_b, transposed_c));     // thin
      cases.push_back(Product(30, 2, 600, transposed_b, transposed_c));    // inner products
      cases.push_back(Product(5, 1070, 3, transposed_b, transposed_c));    // blocks of columns
      cases.push_back(Product(7, 9, 0, transposed_b, transposed_c));       // nothing to add
      Contraction tiles = Product(50, 60, 20, transposed_b, transposed_c);
      tiles.tile_rows = 16;
      tiles.tile_columns = 32;
      cases.push_back(tiles);
      Contraction batch = Product(8, 24, 10, transposed_b, transposed_c);
      batch.batch = {{3}, {80}, {0}, {192}};
      cases.push_back(batch);
    }
  }
  // Columns of two axes whose places in C are neighbours, and two that are not.
  cases.push_back({{}, {{6}, {4}, {}, {15}}, {{3, 5}, {}, {1, 3}, {5, 1}},
                   {{4}, {1}, {15}, {}}, 6, 15});
  cases.push_back({{}, {{6}, {4}, {}, {5}}, {{3, 5}, {}, {5, 1}, {30, 1}},
                   {{4}, {1}, {15}, {}}, 6, 15});
  // A tile of columns that spans as many places as it has, but not the same ones.
  cases.push_back({{}, {{4}, {4}, {}, {9}}, {{3, 3}, {}, {3, 1}, {1, 3}},
                   {{4}, {1}, {9}, {}}, 4, 5});
  cases.push_back({{}, {}, {}, {}, 1, 1});
  return cases;
}

struct Kernel {
  const char* name;
  tl_kernel_function product;
  tl_kernel_function epilogue;
  int64_t scratch_bytes;
  void (*check)(const Kernel&, const Contraction&);
};

template <class T>
struct Filled : Memory<T> {
  Filled(int64_t count, std::mt19937_64& random)
      : Memory<T>(std::max(int64_t{1}, count), Guard::kAfter) {
    for (int64_t i = 0; i < this->count(); ++i) {
      const int number = static_cast<int>(random() % 5);
      this->data()[i] = static_cast<T>(sizeof(T) == 1 ? number % 2 : number - 2);
    }
  }
};

template <class T>
void Check(const Kernel& kernel, const Contraction& spec) {
  const int64_t batch = spec.batch.elements();
  const int64_t count = batch * spec.rows.elements() * spec.columns.elements();
  std::mt19937_64 random(static_cast<uint64_t>(count));
  Filled<T> a(batch * spec.rows.elements() * spec.depth.elements(), random);
  Filled<T> b(spec.columns.elements() * spec.depth.elements(), random);
  Filled<T> other(count, random);
  Memory<T> c(count, Guard::kAfter);
  Memory<T> expected(count, Guard::kAfter);
  Memory<uint8_t> scratch((kernel.scratch_bytes + 63) / 64 * 64, Guard::kAfter);
  const Int64s elements = PointwiseDescriptor({count}, {{1}, {1}, {1}}, 1);
  for (const int64_t place : {0, 1}) {
    const Int64s plain = ContractDescriptor(spec);
    void* const buffers[] = {a.data(), b.data(), c.data()};
    kernel.product(plain.data(), buffers, 0, spec.tiles(), scratch.data());
    void* const operands[] = {place == 0 ? c.data() : other.data(),
                              place == 0 ? other.data() : c.data(), expected.data()};
    kernel.epilogue(elements.data(), operands, 0, count, nullptr);

    c.poison();
    Contraction both = spec;
    both.epilogue = {reinterpret_cast<int64_t>(kernel.epilogue), 2, place, 1, 0};
    Append(both.epilogue, elements);
    const Int64s descriptor = ContractDescriptor(both);
    void* const all[] = {a.data(), b.data(), other.data(), c.data()};
    for (int64_t tile = spec.tiles(); tile-- > 0;) {
      kernel.product(descriptor.data(), all, tile, tile + 1, scratch.data());
    }
    for (int64_t i = 0; i < count; ++i) {
      ASSERT_TRUE(SameBits(c.data()[i], expected.data()[i])) << "element " << i;
    }
  }
}

// Two results, the second in C's place: whether an element is above a bound, and its negative.
TEST(EpilogueResultsTest, OneTakesThePlaceOfTheProduct) {
  Program program;
  program.extents = {33 * 70};
  program.operands = {{{1}, 4}, {{0}, 4}};
  program.results = {{1}, {4}};
  program.chunk = 1024;
  program.sections = {{Call("gt_f32", program.result(0), 0, 1),
                       Call("neg_f32", program.result(1), 0)}};
  const Contraction plain = Product(33, 70, 20, false, false);
  Contraction both = plain;
  both.epilogue = {reinterpret_cast<int64_t>(&tl_fused_map_f32), 2, 0, 2, 1};
  Append(both.epilogue, program.descriptor(1));
  std::mt19937_64 random(3);
  Filled<float> a(33 * 20, random), b(20 * 70, random), bound(1, random);
  Memory<float> expected(33 * 70, Guard::kAfter), c(33 * 70, Guard::kAfter);
  Memory<uint8_t> above(33 * 70, Guard::kAfter);
  Memory<uint8_t> scratch((PackingScratch<float>() + 63) / 64 * 64, Guard::kAfter);
  void* const of_product[] = {a.data(), b.data(), expected.data()};
  tl_contract_sum_product_f32(ContractDescriptor(plain).data(), of_product, 0, plain.tiles(),
                              scratch.data());
  void* const of_both[] = {a.data(), b.data(), bound.data(), above.data(), c.data()};
  tl_contract_sum_product_f32(ContractDescriptor(both).data(), of_both, 0, both.tiles(),
                              scratch.data());
  for (int64_t i = 0; i < c.count(); ++i) {
    ASSERT_EQ(above.data()[i], expected.data()[i] > bound.data()[0] ? 1 : 0) << "element " << i;
    ASSERT_EQ(c.data()[i], -expected.data()[i]) << "element " << i;
  }
}

std::vector<Kernel> Kernels() {
  return {
#define TL_ROW(function, epilogue, dtype)                                                     \
  {#function "_" #dtype, TL_SYMBOL(contract, function, dtype),                               \
   TL_SYMBOL(pointwise, epilogue, dtype), tl::PackingScratch<type_##dtype>(),                \
   Check<type_##dtype>},
#define TL_SEMIRING(function, dtypes) dtypes(TL_ROW_##dtypes, function)
#define TL_ROW_TL_FLOATS(function, dtype) TL_ROW(function, sub, dtype)
#define TL_ROW_TL_BOOL(function, dtype) TL_ROW(function, xor, dtype)
#define TL_PACK(function, dtypes)
#define TL_BLAS(function, dtypes)
#include "kernels/contract/kernels.inc"
#undef TL_ROW_TL_FLOATS
#undef TL_ROW_TL_BOOL
#undef TL_ROW
  };
}

using Parameter = std::tuple<Kernel, int64_t>;

std::vector<Parameter> Parameters() {
  std::vector<Parameter> parameters;
  for (const Kernel& kernel : Kernels()) {
    for (const int64_t target : Targets()) parameters.emplace_back(kernel, target);
  }
  return parameters;
}

class EpilogueTest : public ::testing::TestWithParam<Parameter> {
 protected:
  ForcedTarget forced_{std::get<1>(GetParam())};
};

TEST_P(EpilogueTest, ChangesEachElementOnceItIsComplete) {
  const Kernel& kernel = std::get<0>(GetParam());
  for (const Contraction& spec : Cases()) {
    SCOPED_TRACE("descriptor " + ::testing::PrintToString(ContractDescriptor(spec)));
    kernel.check(kernel, spec);
    if (HasFatalFailure()) return;
  }
}

INSTANTIATE_TEST_SUITE_P(All, EpilogueTest, ::testing::ValuesIn(Parameters()), KernelAndTarget());

}  // namespace
}  // namespace tl::testing
