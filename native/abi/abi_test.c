/* Calls the library as a C program does: compiled as C11, linked with the library itself. */
#include <cblas.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "abi/tensorlogic.h"

static const tl_kernel* find(const char* name) {
  const tl_library* table = tl_this_library();
  for (uint32_t i = 0; i < table->kernel_count; ++i) {
    if (strcmp(table->kernels[i].name, name) == 0) return &table->kernels[i];
  }
  return NULL;
}

static const char* check_rows(void) {
  const tl_library* table = tl_this_library();
  if (table->abi_version != TL_ABI_VERSION) return "the table has another ABI version";
  if (table->kernel_count == 0) return "the table is empty";
  for (uint32_t i = 0; i < table->kernel_count; ++i) {
    const tl_kernel* row = &table->kernels[i];
    const size_t family = strlen(row->family);
    if (strncmp(row->name, row->family, family) != 0 || row->name[family] != '_') {
      return "a name does not start with its family";
    }
    if (find(row->name) != row) return "a name occurs twice";
    if (row->function == NULL || row->operand_count < 1 || row->scratch_bytes < 0) {
      return "a row is incomplete";
    }
  }
  return NULL;
}

static const char* check_strings(void) {
  const tl_library* library = tl_this_library();
  const char* best = library->target;
  if (strncmp(library->supported_targets, best, strlen(best)) != 0) {
    return "the chosen target is not the first supported one";
  }
  if (strstr(library->compiled_targets, best) == NULL) return "the chosen target is not compiled";
  if (strlen(library->version) == 0) return "there is no version";
  const tl_library* described = NULL;
  void* const buffers[] = {&described};
  tl_describe(NULL, buffers, 0, 0, NULL);
  return described == library ? NULL : "the library describes itself in two ways";
}

static const char* check_neg(void) {
  const tl_kernel* kernel = find("pointwise_neg_f32");
  if (kernel == NULL) return "pointwise_neg_f32 is missing";
  const int64_t descriptor[] = {1, 1, 5, 5, -1, 2};
  float operand[5] = {1, 2, 3, 4, 5};
  float result[9] = {0};
  void* const buffers[] = {operand + 4, result};
  kernel->function(descriptor, buffers, 0, 1, NULL);
  for (int i = 0; i < 9; ++i) {
    if (result[i] != (i % 2 == 0 ? -operand[4 - i / 2] : 0.0f)) return "neg is wrong";
  }
  return NULL;
}

static const char* check_product(const char* name, int64_t gemm) {
  const tl_kernel* kernel = find(name);
  if (kernel == NULL) return "a product is missing";
  const int64_t descriptor[] = {0, 1, 1, 1, 2, 2, gemm, 0, 2, 3, 2, 2, 1, 1, 3, 1, 2};
  float a[6] = {1, 2, 3, 4, 5, 6};
  float b[6] = {1, 2, 3, 4, 5, 6};
  float c[4] = {0};
  void* const buffers[] = {a, b, c};
  const size_t bytes = ((size_t)kernel->scratch_bytes + 63) / 64 * 64;
  void* scratch = bytes == 0 ? NULL : aligned_alloc(64, bytes);
  kernel->function(descriptor, buffers, 0, 1, scratch);
  free(scratch);
  const float expected[4] = {22, 28, 49, 64};
  return memcmp(c, expected, sizeof c) == 0 ? NULL : "a product is wrong";
}

int main(void) {
  const char* wrong = check_rows();
  if (wrong == NULL) wrong = check_strings();
  if (wrong == NULL) wrong = check_neg();
  if (wrong == NULL) wrong = check_product("contract_sum_product_f32", 0);
  openblas_set_num_threads(1);
  if (wrong == NULL) wrong = check_product("contract_blas_f32", (int64_t)(intptr_t)cblas_sgemm);
  const tl_library* library = tl_this_library();
  printf("version %s, %u kernels\ntargets compiled in: %s\nsupported here: %s\n", library->version,
         library->kernel_count, library->compiled_targets, library->supported_targets);
  if (wrong != NULL) fprintf(stderr, "abi_test: %s\n", wrong);
  return wrong == NULL ? 0 : 1;
}
