// The instruction sets that Highway compiles our kernels for. Every file that includes Highway
// includes this first.
#ifndef TENSORLOGIC_SIMD_TARGETS_H_
#define TENSORLOGIC_SIMD_TARGETS_H_

// Off by default in Highway to save compile time: AVX-512 with VNNI (Ice Lake).
#define HWY_WANT_AVX3_DL 1
// Also compiles the plain scalar target, which the tests run on every machine.
#define HWY_COMPILE_ALL_ATTAINABLE 1

#endif  // TENSORLOGIC_SIMD_TARGETS_H_
