//===- ExtentSource.h - Where an extent comes from --------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EMB_LIB_DIALECT_EMB_TRANSFORMS_EXTENTSOURCE_H
#define EMB_LIB_DIALECT_EMB_TRANSFORMS_EXTENTSOURCE_H

#include "mlir/IR/Value.h"

namespace mlir::emb {

/// A value that has the same extent `dim` as `tensor`: what the operation that
/// makes it writes to, and what a loop that carries it, without changing that
/// extent, begins with. So no check of it depends on what is computed.
Value findExtentSource(Value tensor, int64_t dim);

} // namespace mlir::emb

#endif // EMB_LIB_DIALECT_EMB_TRANSFORMS_EXTENTSOURCE_H
