//===- PassOptions.h - Options that passes share ----------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EMB_LIB_CONVERSION_PASSOPTIONS_H
#define EMB_LIB_CONVERSION_PASSOPTIONS_H

#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/Operation.h"
#include "llvm/Support/MathExtras.h"

namespace mlir::emb {

/// Fails, with a diagnostic at `op`, unless `bytes`, the option `vector-bytes`
/// of the pass with this flag, is the size of a vector.
inline LogicalResult checkVectorBytes(Operation *op, StringRef flag,
                                      int64_t bytes) {
  if (bytes >= 16 && llvm::isPowerOf2_64(bytes))
    return success();
  return emitError(op->getLoc()) << flag << ": vector-bytes is " << bytes
                                 << ", expected a power of two from 16 on";
}

} // namespace mlir::emb

#endif // EMB_LIB_CONVERSION_PASSOPTIONS_H
