// What is done to elements of C as soon as they are complete, while the caches hold them: another
// kernel, over elements, one of whose results takes C's place.
#ifndef TENSORLOGIC_KERNELS_CONTRACT_EPILOGUE_H_
#define TENSORLOGIC_KERNELS_CONTRACT_EPILOGUE_H_

#include <cstddef>
#include <cstdint>

#include "base/kernel.h"
#include "base/views.h"
#include "kernels/contract/tile.h"

namespace tl {

class Epilogue {
 public:
  Epilogue(const ContractView& view, void* const* buffers) : words_(view.epilogue()) {
    if (words_ == nullptr) {
      c_ = buffers[2];
      return;
    }
    c_ = buffers[1 + operands() + words_[4]];
    void* const* other = buffers + 2;
    for (int64_t i = 0; i < operands(); ++i) buffers_[i] = i == words_[2] ? c_ : *other++;
    for (int64_t i = 0; i < words_[3]; ++i) buffers_[operands() + i] = *other++;
  }

  bool wanted() const { return words_ != nullptr; }
  void* c() const { return c_; }

  // Some neighbours in C are complete.
  template <class T>
  void run(const T* first, int64_t count) const {
    const int64_t begin = first - static_cast<const T*>(c_);
    kernel()(words_ + 5, buffers_, begin, begin + count, nullptr);
  }

  // All of these rows and columns are, whose places from `c` on are given.
  template <class T>
  void run(const T* c, const int64_t* rows, size_t row_count, const int64_t* columns,
           size_t column_count) const {
    if (!wanted() || row_count == 0 || column_count == 0) return;
    if (!IsRun(columns, column_count)) {
      for (size_t row = 0; row < row_count; ++row) {
        for (size_t j = 0; j < column_count; ++j) run(c + rows[row] + columns[j], 1);
      }
      return;
    }
    const int64_t across = static_cast<int64_t>(column_count);
    for (size_t row = 0, end = 1; row < row_count; row = end, ++end) {
      while (end < row_count && rows[end] == rows[end - 1] + across) ++end;
      run(c + rows[row] + columns[0], static_cast<int64_t>(end - row) * across);
    }
  }

 private:
  using Kernel = void(TL_PARAMETERS);

  Kernel* kernel() const { return reinterpret_cast<Kernel*>(words_[0]); }
  int64_t operands() const { return words_[1]; }

  const int64_t* words_;
  void* c_;
  void* buffers_[20];  // of fused programs the most views
};

}  // namespace tl

#endif  // TENSORLOGIC_KERNELS_CONTRACT_EPILOGUE_H_
