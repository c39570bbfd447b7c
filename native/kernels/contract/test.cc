// Holds every contraction of the list, on every target, to its oracle: extents around the vector
// width and the blocks, any strides and axis counts, poisoned gaps, forbidden neighbours, tiles.
#include <cblas.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>
#include <tuple>
#include <vector>

#include "abi/tensorlogic.h"
#include "kernels/contract/contract.h"
#include "kernels/reference.h"
#include "testing/descriptors.h"
#include "testing/gemm.h"
#include "testing/memory.h"
#include "testing/targets.h"
#include "testing/values.h"

namespace tl::testing {
namespace {

// Element 0 and extent of each buffer that a contraction's strides span.
struct Spans {
  Span a, b, c;

  explicit Spans(const Contraction& spec) {
    for (const AxisGroup* group : {&spec.batch, &spec.rows, &spec.columns, &spec.depth}) {
      if (!group->a.empty()) a.add(group->extents, group->a);
      if (!group->b.empty()) b.add(group->extents, group->b);
      if (!group->c.empty()) c.add(group->extents, group->c);
    }
    // With an extent of 0 nothing is read; one poisoned element stands for the empty operand.
    if (spec.depth.elements() == 0) a = b = Span();
  }
};

std::vector<bool> Covered(const Contraction& spec, const Span& span) {
  Int64s extents, strides;
  for (const AxisGroup* group : {&spec.batch, &spec.rows, &spec.columns}) {
    Append(extents, group->extents);
    Append(strides, group->c);
  }
  const Axes axes{static_cast<int64_t>(extents.size()), extents.data()};
  std::vector<bool> covered(static_cast<size_t>(span.count));
  for (int64_t i = 0; i < axes.elements(); ++i) {
    covered[static_cast<size_t>(span.origin + OffsetOf(axes, strides.data(), i))] = true;
  }
  return covered;
}

// A plain product; transposed operands and result have stride 1 along their first index.
Contraction Matrices(int64_t m, int64_t n, int64_t k, bool transposed_a = false,
                     bool transposed_b = false, bool transposed_c = false, int64_t padding = 0) {
  const auto strides = [padding](int64_t rows, int64_t columns, bool transposed) {
    return transposed ? std::pair{int64_t{1}, rows + padding}
                      : std::pair{columns + padding, int64_t{1}};
  };
  const auto [a_m, a_k] = strides(m, k, transposed_a);
  const auto [b_k, b_n] = strides(k, n, transposed_b);
  const auto [c_m, c_n] = strides(m, n, transposed_c);
  return {{}, {{m}, {a_m}, {}, {c_m}}, {{n}, {}, {b_n}, {c_n}}, {{k}, {a_k}, {b_k}, {}}, m, n};
}

std::vector<Contraction> PlainCases() {
  std::vector<Contraction> cases;
  for (const int64_t m : {1, 2, 3, 4, 5, 7, 12, 13, 17}) {
    for (const int64_t n : {1, 2, 3, 5, 8, 15, 16, 17, 31, 33, 49}) {
      cases.push_back(Matrices(m, n, 1 + (m * n) % 37));
    }
  }
  for (int mask = 0; mask < 8; ++mask) {
    const bool a = mask & 1, b = mask & 2, c = mask & 4;
    for (const int64_t padding : {0, 3}) {
      cases.push_back(Matrices(37, 53, 19, a, b, c, padding));
      cases.push_back(Matrices(1, 20, 33, a, b, c, padding));
      cases.push_back(Matrices(20, 1, 33, a, b, c, padding));
      cases.push_back(Matrices(8, 32, 0, a, b, c, padding));
    }
    cases.push_back(Matrices(99, 18, 299, a, b, c, 1));  // crosses the row and depth blocks
  }
  cases.push_back(Matrices(3, 1070, 3));  // crosses the column block
  // Parts of the depth that are not all as long; more panels than are packed at a time.
  cases.push_back(Matrices(9, 130, 301));
  cases.push_back(Matrices(12, 61, 590, false, true));
  cases.push_back(Matrices(1, 1, 1));
  cases.push_back(Matrices(1, 1, 1000));
  // In place: rows and columns that fill no vector, deep and shallow; thin ones across the blocks;
  // inner products.
  for (const int64_t m : {4, 6, 12, 30}) cases.push_back(Matrices(m, 67, 256, m % 4 == 2, false));
  cases.push_back(Matrices(3, 70, 530));
  cases.push_back(Matrices(70, 2, 530, false, false, true));
  cases.push_back(Matrices(2, 4100, 9));
  cases.push_back(Matrices(30, 2, 600, false, true, true));
  cases.push_back(Matrices(3, 30, 131, false, true));
  cases.push_back(Matrices(4, 1, 1024, false, true));
  // Rows that are taken side by side, with some left over.
  cases.push_back(Matrices(15, 1, 300, false, true));
  cases.push_back(Matrices(2, 23, 131, false, true));
  // Tiles of one column, whose neighbours lie elsewhere.
  Contraction narrow = Matrices(3, 9, 5, false, true);
  narrow.tile_columns = 1;
  cases.push_back(narrow);
  // Groups without axes.
  cases.push_back({{}, {}, {}, {}, 1, 1});
  cases.push_back({{}, {}, {{9}, {}, {1}, {1}}, {{5}, {1}, {9}, {}}, 1, 9});
  cases.push_back({{}, {{9}, {5}, {}, {1}}, {}, {{5}, {1}, {1}, {}}, 9, 1});
  cases.push_back({{}, {{6}, {1}, {}, {7}}, {{7}, {}, {1}, {1}}, {}, 6, 7});
  // A batch, with B shared by all of it; tiles in both directions.
  Contraction batch = Matrices(21, 34, 10);
  batch.batch = {{3, 2}, {420, 210}, {0, 0}, {1428, 714}};
  batch.tile_rows = 8;
  batch.tile_columns = 16;
  cases.push_back(batch);
  return cases;
}

// Strides that no BLAS call can express.
std::vector<Contraction> StridedCases() {
  std::vector<Contraction> cases;
  for (const int64_t n : {7, 40}) {
    // Nothing is contiguous; then everything backwards; then a broadcast operand.
    cases.push_back(
        {{}, {{9}, {60}, {}, {200}}, {{n}, {}, {3}, {2}}, {{20}, {2}, {130}, {}}, 9, n});
    cases.push_back(
        {{}, {{9}, {-20}, {}, {-n}}, {{n}, {}, {-1}, {-1}}, {{20}, {-1}, {-n}, {}}, 9, n});
    cases.push_back({{}, {{9}, {0}, {}, {n}}, {{n}, {}, {1}, {1}}, {{20}, {1}, {0}, {}}, 9, n});
  }
  // Two axes in every group, interleaved in memory: A[m1 k1 m2 k2], B[k2 n1 k1 n2], C[n1 m1 n2 m2].
  cases.push_back({{}, {{3, 5}, {70, 7}, {}, {90, 1}},       {{4, 18}, {}, {36, 1}, {270, 5}},
                   {{2, 7}, {35, 1}, {18, 144}, {}}, 15, 72});
  // Long inner runs in a broken outer order, with gaps.
  cases.push_back({{{2}, {9000}, {5000}, {4000}}, {{2, 9}, {2500, 45}, {}, {1000, 50}},
                   {{2, 24}, {}, {1200, 1}, {25, 1}}, {{3, 11}, {11, 1}, {330, 30}, {}}, 7, 20});
  Contraction shares = Matrices(50, 60, 30, true, true, false, 2);
  shares.columns.b[0] *= 2;
  shares.tile_rows = 7;
  shares.tile_columns = 11;
  cases.push_back(shares);
  return cases;
}

struct Kernel {
  const char* name;
  tl_kernel_function kernel;
  tl_kernel_function oracle;
  tl_kernel_function pack;  // null where operands are never packed beforehand
  int64_t scratch_bytes;
  bool plain_only;
  bool logarithmic;
  void (*check)(const Kernel&, const Contraction&, Guard);
  void (*check_specials)(const Kernel&);
  void (*check_bits)(const Kernel&, int64_t target);
};

// 64-byte aligned, guarded scratch.
class Scratch {
 public:
  explicit Scratch(int64_t bytes) : memory_((bytes + 63) / 64 * 64, Guard::kAfter) {}
  void* data() { return memory_.data(); }

 private:
  Memory<uint8_t> memory_;
};

template <class T>
void Absolute(Memory<T>& memory) {
  for (int64_t i = 0; i < memory.count(); ++i) {
    memory.data()[i] = static_cast<T>(std::fabs(memory.data()[i]));
  }
}

// Operands of modest numbers: in the elements that the view covers, since gaps stay poisoned.
template <class T>
void FillCovered(Memory<T>& memory, const Span& span, const Contraction& spec,
                 Int64s AxisGroup::* side, Random& random) {
  Int64s extents, strides;
  for (const AxisGroup* group : {&spec.batch, &spec.rows, &spec.columns, &spec.depth}) {
    if ((group->*side).empty()) continue;
    Append(extents, group->extents);
    Append(strides, group->*side);
  }
  const Axes axes{static_cast<int64_t>(extents.size()), extents.data()};
  std::uniform_real_distribution<double> uniform(-2, 2);
  for (int64_t i = 0; i < axes.elements(); ++i) {
    memory.data()[span.origin + OffsetOf(axes, strides.data(), i)] =
        sizeof(T) == 1 ? values::any<T>(random) : static_cast<T>(uniform(random));
  }
}

// gamma(k + 2): k + 1 for the kernel and one for rounding the oracle's result; in f64 the oracle
// makes the same errors once more.
template <class T>
double Gamma(int64_t k) {
  const double unit = std::numeric_limits<T>::epsilon() / 2;
  const double terms = static_cast<double>(k + 2) * (sizeof(T) == 8 ? 2 : 1);
  return terms * unit / (1 - terms * unit);
}

template <class T>
struct Problem {
  Contraction spec;
  Spans spans;
  Memory<T> a, b, c;
  Scratch scratch;

  Problem(const Kernel& kernel, const Contraction& contraction, Guard guard)
      : spec(contraction),
        spans(spec),
        a(spans.a.count, guard),
        b(spans.b.count, guard),
        c(spans.c.count, guard),
        scratch(kernel.scratch_bytes) {
    if (kernel.plain_only) spec.last_word = GemmOf(sizeof(T));
    Random random(static_cast<uint64_t>(spans.a.count + spans.b.count));
    FillCovered(a, spans.a, spec, &AxisGroup::a, random);
    FillCovered(b, spans.b, spec, &AxisGroup::b, random);
  }

  // C as a whole after the tiles [begin, end).
  std::vector<T> run(tl_kernel_function function, int64_t begin, int64_t end) {
    const Int64s descriptor = ContractDescriptor(spec);
    void* const buffers[] = {a.data() + spans.a.origin, b.data() + spans.b.origin,
                             c.data() + spans.c.origin};
    function(descriptor.data(), buffers, begin, end, scratch.data());
    return c.copy();
  }

  // C as a whole, from columns packed by tiles in reverse order.
  std::vector<T> run_packed(const Kernel& kernel, bool lanes_along_rows, int64_t tile) {
    Contraction packs = spec;
    packs.last_word = lanes_along_rows ? 2 : 1;
    packs.tile_rows = lanes_along_rows ? kColumnBlock : tile;
    packs.tile_columns = lanes_along_rows ? tile : kColumnBlock;
    const Int64s descriptor = ContractDescriptor(packs);
    const int64_t depth = packs.depth.elements();
    const int64_t columns = (lanes_along_rows ? packs.rows : packs.columns).elements();
    const int64_t step = kVectorBytesMax / static_cast<int64_t>(sizeof(T));
    Memory<T> packed((columns + step - 1) / step * step * depth, Guard::kAfter);
    void* a = a_begin();
    void* b = b_begin();
    void* const packing[] = {lanes_along_rows ? a : b, packed.data()};
    const int64_t parts = (depth + DepthPart(depth) - 1) / DepthPart(depth);
    const int64_t tiles = (columns + kColumnBlock - 1) / kColumnBlock * parts * kPackShares;
    for (int64_t t = tiles; t-- > 0;) {
      kernel.pack(descriptor.data(), packing, t, t + 1, scratch.data());
    }
    void* const buffers[] = {lanes_along_rows ? packed.data() : a,
                             lanes_along_rows ? b : packed.data(), c.data() + spans.c.origin};
    kernel.kernel(descriptor.data(), buffers, 0, packs.tiles(), scratch.data());
    return c.copy();
  }

 private:
  void* a_begin() { return a.data() + spans.a.origin; }
  void* b_begin() { return b.data() + spans.b.origin; }
};

// As the kernel chooses: C is contiguous along m and not along n.
bool LanesAlongRows(const Contraction& spec) {
  const auto is_one = [](const AxisGroup& group) {
    return group.extents.empty() || group.extents.back() == 1;
  };
  const auto is_run = [&](const AxisGroup& group) { return is_one(group) || group.c.back() == 1; };
  return is_run(spec.rows) && (!is_run(spec.columns) || is_one(spec.columns));
}

template <class T>
void ExpectClose(const std::vector<bool>& covered, const std::vector<T>& actual,
                 const std::vector<T>& expected, const std::vector<T>& scale, double gamma,
                 double absolute) {
  for (size_t i = 0; i < actual.size(); ++i) {
    if (!covered[i]) {
      ASSERT_TRUE(SameBits(actual[i], expected[i])) << "wrote outside the view at " << i;
      continue;
    }
    if (actual[i] == expected[i]) continue;  // infinities too
    const double error = std::fabs(static_cast<double>(actual[i]) - expected[i]);
    ASSERT_LE(error, gamma * static_cast<double>(scale[i]) + absolute)
        << "element " << i << ": " << actual[i] << " instead of " << expected[i];
  }
}

template <class T>
void Check(const Kernel& kernel, const Contraction& spec, Guard guard) {
  Problem<T> problem(kernel, spec, guard);
  const std::vector<bool> covered = Covered(spec, problem.spans.c);
  const int64_t tiles = spec.tiles();
  const std::vector<T> a = problem.a.copy();
  const std::vector<T> b = problem.b.copy();
  const std::vector<T> actual = problem.run(kernel.kernel, 0, tiles);
  for (size_t i = 0; i < a.size(); ++i) ASSERT_TRUE(SameBits(a[i], problem.a.data()[i]));
  for (size_t i = 0; i < b.size(); ++i) ASSERT_TRUE(SameBits(b[i], problem.b.data()[i]));

  problem.c.poison();
  for (int64_t begin = tiles; begin > 0;) {  // backwards, in shares of 1, 2, 3, ... tiles
    const int64_t end = begin;
    begin = std::max(int64_t{0}, begin - (tiles - begin + 1));
    problem.run(kernel.kernel, begin, end);
  }
  for (size_t i = 0; i < actual.size(); ++i) {
    ASSERT_TRUE(SameBits(actual[i], problem.c.data()[i])) << "shares of tiles, element " << i;
  }
  problem.c.poison();
  std::vector<T> from_packed;
  if (kernel.pack != nullptr && spec.batch.extents.empty() && spec.depth.elements() > 0) {
    from_packed = problem.run_packed(kernel, LanesAlongRows(spec), 7);
    problem.c.poison();
  }
  const std::vector<T> expected = problem.run(kernel.oracle, 0, tiles);
  Absolute(problem.a);
  Absolute(problem.b);
  const std::vector<T> scale = problem.run(kernel.oracle, 0, tiles);
  // Logarithmic: the sum's relative error is the result's absolute one. The oracle adds logarithms
  // term by term, which costs the same again.
  const double gamma = Gamma<T>(spec.depth.elements());
  ExpectClose(covered, actual, expected, scale, gamma,
              kernel.logarithmic ? 2 * gamma + 16 * std::numeric_limits<T>::epsilon() : 0);
  if (!from_packed.empty()) ExpectClose(covered, from_packed, expected, scale, gamma, 0);
}

// Infinities and NaNs go where the sums of IEEE 754 take them, and nowhere else: packed, in place,
// thin and as inner products.
template <class T>
void CheckSpecials(const Kernel& kernel) {
  using limits = std::numeric_limits<T>;
  if (!limits::has_infinity) return;  // bool has none
  for (const Contraction& spec :
       {Matrices(13, 19, 5), Matrices(13, 19, 5, false, true), Matrices(3, 19, 5),
        Matrices(3, 19, 200, false, true), Matrices(13, 19, 300, true, true)}) {
    Problem<T> problem(kernel, spec, Guard::kAfter);
    const auto a = [&](int64_t m, int64_t k) -> T& {
      return problem.a.data()[m * spec.rows.a[0] + k * spec.depth.a[0]];
    };
    const auto b = [&](int64_t k, int64_t n) -> T& {
      return problem.b.data()[k * spec.depth.b[0] + n * spec.columns.b[0]];
    };
    for (const bool with_nan : {false, true}) {
      a(2, 1) = limits::infinity();
      b(1, 3) = 0;
      b(3, 6) = -limits::infinity();
      if (with_nan) a(1, 4) = limits::quiet_NaN();
      const std::vector<T> actual = problem.run(kernel.kernel, 0, 1);
      const std::vector<T> expected = problem.run(kernel.oracle, 0, 1);
      int specials = 0;
      for (size_t i = 0; i < actual.size(); ++i) {
        specials += !std::isfinite(expected[i]);
        if (std::isfinite(expected[i])) {
          ASSERT_TRUE(std::isfinite(actual[i])) << "element " << i;
        } else {
          ASSERT_EQ(UlpDistance(actual[i], expected[i]), 0) << "element " << i;
        }
      }
      // The row of the NaN at the least.
      ASSERT_GE(specials, with_nan ? 19 : 0);
    }
  }
}

// The terms that matter lie far below both maxima, or there are none: element (m, n) is that of
// k = 1 alone, where A[m, 0] and B[1, n] are the maxima, which meet -infinity or next to it.
template <class T>
void CheckFarTerms(const Kernel& kernel) {
  const T far = sizeof(T) == 4 ? T(-400) : T(-4000);
  for (const T low : {T(-1e30), -std::numeric_limits<T>::infinity()}) {
    const Contraction spec = Matrices(6, 21, 3);
    Problem<T> problem(kernel, spec, Guard::kAfter);
    for (int64_t m = 0; m < 6; ++m) {
      const T row[] = {T(m), far, low};
      for (int64_t k = 0; k < 3; ++k) problem.a.data()[m * 3 + k] = row[k];
    }
    for (int64_t n = 0; n < 21; ++n) {
      const T column[] = {low, n == 20 ? low : far, T(n)};
      for (int64_t k = 0; k < 3; ++k) problem.b.data()[k * 21 + n] = column[k];
    }
    const std::vector<T> actual = problem.run(kernel.kernel, 0, 1);
    const std::vector<T> expected = problem.run(kernel.oracle, 0, 1);
    ASSERT_EQ(actual[0], 2 * far);
    for (size_t i = 0; i < actual.size(); ++i) ASSERT_EQ(actual[i], expected[i]) << i;
  }
}

// Whether a target's MulAdd rounds once.
bool Fuses(int64_t target) {
#if HWY_ARCH_X86
  return target <= HWY_AVX2;
#else
  return target != HWY_SCALAR && target != HWY_EMU128;
#endif
}

// Neither lanes nor tiles enter the bits of a product.
template <class T>
void CheckBits(const Kernel& kernel, int64_t target) {
  if (kernel.logarithmic) return;  // exp and log are another matter
  Contraction spec = Matrices(50, 70, 300);
  std::vector<T> first;
  for (const int64_t other : Targets()) {
    if (Fuses(other) != Fuses(target)) continue;
    const ForcedTarget forced(other);
    for (const int64_t tile : {7, 32, 100}) {
      spec.tile_rows = spec.tile_columns = tile;
      Problem<T> problem(kernel, spec, Guard::kAfter);
      const std::vector<T> bits = problem.run(kernel.kernel, 0, spec.tiles());
      if (first.empty()) first = bits;
      for (size_t i = 0; i < bits.size(); ++i) {
        ASSERT_TRUE(SameBits(bits[i], first[i])) << TargetName(other) << ", tiles of " << tile;
      }
      const std::vector<T> packed = problem.run_packed(kernel, false, tile);
      for (size_t i = 0; i < packed.size(); ++i) {
        ASSERT_TRUE(SameBits(packed[i], first[i])) << TargetName(other) << ", packed, of " << tile;
      }
    }
  }
}

bool IsLogarithmic(const std::string& function) { return function == "log_sum_exp"; }

std::vector<Kernel> Kernels() {
  return {
#define TL_ROW(function, scratch_of, plain_only, dtype)                                      \
  {#function "_" #dtype, TL_SYMBOL(contract, function, dtype),                               \
   TL_REFERENCE(contract, function, dtype),                                                  \
   plain_only || IsLogarithmic(#function) ? nullptr : TL_SYMBOL(contract, pack, dtype),      \
   tl::scratch_of<type_##dtype>(), plain_only, IsLogarithmic(#function),                     \
   Check<type_##dtype>, CheckSpecials<type_##dtype>, CheckBits<type_##dtype>},
#define TL_SEMIRING(function, dtypes) dtypes(TL_ROW, function, PackingScratch, false)
#define TL_PACK(function, dtypes)  // runs with each product
#define TL_BLAS(function, dtypes) dtypes(TL_ROW, function, NoScratch, true)
#include "kernels/contract/kernels.inc"
#undef TL_ROW
  };
}

using Parameter = std::tuple<Kernel, int64_t>;

// Each kernel on each target that it can tell apart: BLAS chooses its own.
std::vector<Parameter> Parameters(bool with_plain_only) {
  std::vector<Parameter> parameters;
  for (const Kernel& kernel : Kernels()) {
    for (const int64_t target : Targets()) {
      if (!kernel.plain_only || (with_plain_only && target == Targets().front())) {
        parameters.emplace_back(kernel, target);
      }
    }
  }
  return parameters;
}

class ContractTest : public ::testing::TestWithParam<Parameter> {
 protected:
  static void SetUpTestSuite() { openblas_set_num_threads(1); }

  const Kernel& kernel() const { return std::get<0>(GetParam()); }

  void check(const std::vector<Contraction>& cases) {
    for (const Contraction& spec : cases) {
      for (const Guard guard : {Guard::kBefore, Guard::kAfter}) {
        SCOPED_TRACE("descriptor " + ::testing::PrintToString(ContractDescriptor(spec)));
        kernel().check(kernel(), spec, guard);
        if (HasFatalFailure()) return;
      }
    }
  }

  ForcedTarget forced_{std::get<1>(GetParam())};
};

TEST_P(ContractTest, AgreesWithTheOracleOnPlainMatrices) { check(PlainCases()); }

TEST_P(ContractTest, PassesNansAndInfinitiesThrough) { kernel().check_specials(kernel()); }

TEST_P(ContractTest, LosesNoTermFarBelowTheMaxima) {
  if (!kernel().logarithmic) return;
  if (kernel().scratch_bytes == tl::PackingScratch<float>()) {
    CheckFarTerms<float>(kernel());
  } else {
    CheckFarTerms<double>(kernel());
  }
}

INSTANTIATE_TEST_SUITE_P(All, ContractTest, ::testing::ValuesIn(Parameters(true)),
                         KernelAndTarget());

class StridedContractTest : public ContractTest {};

TEST_P(StridedContractTest, AgreesWithTheOracleOnAnyStrides) { check(StridedCases()); }

TEST_P(StridedContractTest, HasTheBitsOfEveryTargetThatFusesAlike) {
  kernel().check_bits(kernel(), std::get<1>(GetParam()));
}

INSTANTIATE_TEST_SUITE_P(All, StridedContractTest, ::testing::ValuesIn(Parameters(false)),
                         KernelAndTarget());

}  // namespace
}  // namespace tl::testing
