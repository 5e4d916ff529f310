//===- TwinAVX2.cpp - The twin for AVX2 ---===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "UpdateKernels.h"
#include "Vector256.h"

static bool isSupported() {
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") &&
         __builtin_cpu_supports("f16c");
}

namespace mlir::emb::bench {
EMB_TWIN_KERNELS(kAVX2Kernels, "AVX2", Vector256, isSupported);
} // namespace mlir::emb::bench
