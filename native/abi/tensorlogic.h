/* The whole border between TensorLogic's Java and its native code. Plain C11.
 *
 * Rules of the border:
 * - Java owns memory, threads and time. A kernel allocates nothing, starts no thread, does no I/O,
 *   takes no lock, keeps no state between calls and may run on any number of threads at once.
 * - All checks happen in Java. A kernel trusts its descriptor: a wrong one is undefined behaviour.
 * - Strides are in elements and may be 0 or negative. An address in buffers is that of the view's
 *   element 0, aligned to its dtype and no more. Ranks (and each axis group of a contraction) are
 *   at most TL_RANK_MAX.
 * - A kernel's bits depend on the descriptor, the operands and tl_library.target only, never on how
 *   the tiles are shared out.
 */
#ifndef TENSORLOGIC_H_
#define TENSORLOGIC_H_

#include <stdint.h>

#if defined(_WIN32)
#define TL_EXPORT __declspec(dllexport)
#else
#define TL_EXPORT __attribute__((visibility("default")))
#endif

#ifdef __cplusplus
extern "C" {
#endif

#define TL_ABI_VERSION 5
#define TL_RANK_MAX 32

/* Computes the tiles [tile_begin, tile_end) of one step.
 * descriptor: packed int64; the family's header (kernels/<family>/<family>.h) states its layout.
 * buffers: the address of element 0 of each operand in order, the result last.
 * scratch: at least scratch_bytes, 64-byte aligned, private to this call; may be NULL if
 * scratch_bytes is 0. */
typedef void (*tl_kernel_function)(const int64_t* descriptor, void* const* buffers,
                                   int64_t tile_begin, int64_t tile_end, void* scratch);

typedef struct tl_kernel {
  const char* name; /* <family>_<function>_<dtype>, unique */
  const char* family;
  int32_t operand_count; /* without the result */
  int64_t scratch_bytes;
  tl_kernel_function function;
} tl_kernel;

/* What the library says of itself. It and all strings live as long as the library. */
typedef struct tl_library {
  uint32_t abi_version; /* TL_ABI_VERSION of the library; the caller compares it with its own */
  uint32_t kernel_count;
  const tl_kernel* kernels;
  const char* version; /* equal to the Maven version */
  /* The instruction set that kernels run on here, for example "AVX2": the first supported one. */
  const char* target;
  /* Instruction sets compiled in and supported by this machine, best first, separated by spaces. */
  const char* supported_targets;
  /* Instruction sets compiled in, best first, separated by spaces. */
  const char* compiled_targets;
} tl_library;

TL_EXPORT const tl_library* tl_this_library(void);

/* Stores what tl_this_library() returns at buffers[0]; the rest does not matter. Who pays for each
 * type of function that it calls, as Java does when it starts, needs only that of kernels. */
TL_EXPORT void tl_describe(const int64_t* descriptor, void* const* buffers, int64_t tile_begin,
                           int64_t tile_end, void* scratch);

#ifdef __cplusplus
}
#endif

#endif /* TENSORLOGIC_H_ */
