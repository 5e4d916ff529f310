//===- TwinPortable.cpp - The twin for portable ---===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "UpdateKernels.h"
#include "VectorPortable.h"

static bool isSupported() { return true; }

namespace mlir::emb::bench {
EMB_TWIN_KERNELS(kPortableKernels, "portable", VectorPortable, isSupported);
} // namespace mlir::emb::bench
