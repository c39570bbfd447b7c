// What the kernels of the table read and write, by their names.
#ifndef TENSORLOGIC_TESTING_SIGNATURES_H_
#define TENSORLOGIC_TESTING_SIGNATURES_H_

#include <cstdint>
#include <cstring>
#include <string>

#include "abi/tensorlogic.h"
#include "testing/descriptors.h"
#include "testing/memory.h"
#include "testing/values.h"

namespace tl::testing {

// Bytes of an element; movements name their widths: b1, b4, b8.
inline int64_t WidthOf(const std::string& dtype) {
  return dtype == "bool" || dtype == "b1" ? 1 : dtype == "f32" || dtype == "b4" ? 4 : 8;
}

// Bytes of an element of each operand and of the result.
struct Signature {
  Int64s operands;
  int64_t result;
};

// Of any kernel but the fused ones, whose programs say it.
inline Signature SignatureOf(const tl_kernel& kernel) {
  const std::string name = kernel.name, family = kernel.family;
  const std::string dtype = name.substr(name.rfind('_') + 1);
  const std::string function = name.substr(family.size() + 1,
                                           name.rfind('_') - family.size() - 1);
  const int64_t width = WidthOf(dtype);
  Signature signature{Int64s(static_cast<size_t>(kernel.operand_count), width), width};
  for (const char* comparison : {"eq", "ne", "lt", "le", "gt", "ge"}) {
    if (function == comparison) signature.result = 1;
  }
  if (function == "select") signature.operands[0] = 1;
  if (function == "gather") signature.operands[1] = sizeof(int64_t);
  if (family == "convert") signature.operands[0] = WidthOf(function);
  return signature;
}

// Fills memory with truths, floats or doubles, by the bytes of an element.
inline void Randomise(Memory<uint8_t>& memory, int64_t width, Random& random) {
  for (int64_t i = 0; i + width <= memory.count(); i += width) {
    if (width == 1) {
      memory.data()[i] = values::any<uint8_t>(random);
    } else if (width == 4) {
      const float value = values::any<float>(random);
      std::memcpy(memory.data() + i, &value, sizeof value);
    } else {
      const double value = values::any<double>(random);
      std::memcpy(memory.data() + i, &value, sizeof value);
    }
  }
}

}  // namespace tl::testing

#endif  // TENSORLOGIC_TESTING_SIGNATURES_H_
