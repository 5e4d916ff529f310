//===- TwinAVX512.cpp - The twin for AVX-512 ---===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "UpdateKernels.h"
#include "Vector512.h"

static bool isSupported() {
  return __builtin_cpu_supports("avx512f") &&
         __builtin_cpu_supports("avx512bw") &&
         __builtin_cpu_supports("avx512vl") &&
         __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("fma") &&
         __builtin_cpu_supports("f16c");
}

namespace mlir::emb::bench {
EMB_TWIN_KERNELS(kAVX512Kernels, "AVX-512", Vector512, isSupported);
} // namespace mlir::emb::bench
