package org.tensorlogic.bindings;

import org.tensorlogic.ir.KernelKey;
import org.tensorlogic.type.DType;

/** The names of native kernels, derived from the ops themselves and typed nowhere. */
final class NativeKeys {

  private NativeKeys() {}

  /** Returns the symbol that a key has in the kernel table. */
  static String symbol(KernelKey key) {
    // Movements know elements by their bytes alone.
    return key.family().equals("movement")
        ? key.family() + '_' + key.function() + "_b" + key.dtype().bytes() : key.symbol();
  }

  /** Returns the symbol of what packs an operand of a contraction. */
  static String pack(DType dtype) {
    return new KernelKey("contract", "pack", dtype).symbol();
  }

  /** Returns the symbol of the contraction that OpenBLAS carries out, a second one for one op. */
  static String blas(DType dtype) {
    return new KernelKey("contract", "blas", dtype).symbol();
  }
}
