//===- Kernel.h - A product of matrices in registers ------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EMB_LIB_CONVERSION_TILECONTRACTIONS_KERNEL_H
#define EMB_LIB_CONVERSION_TILECONTRACTIONS_KERNEL_H

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace mlir::emb {

/// Rows of c that one call of a kernel computes.
inline constexpr int64_t kTileRows = 64;

/// What a kernel holds in registers: `maxRows` rows of two vectors each.
struct KernelShape {
  FloatType type;
  int64_t lanes;
  /// A power of two.
  int64_t maxRows;

  /// Columns of c that one call computes.
  int64_t getColumns() const { return 2 * lanes; }
};

/// The type of the matrix that a kernel reads elements of.
MemRefType getLeftType(FloatType type);
/// The type of the matrices that a kernel reads and writes vectors of.
MemRefType getRightType(FloatType type);

/// Creates a function (a, b, c, tile) that adds the product of a (m x k) and b
/// (k x n) to one tile of c (m x n); each element by adding its terms one by
/// one, k ascending. Tiles are counted along the rows of c.
func::FuncOp createKernel(OpBuilder &builder, Location loc, StringRef name,
                          const KernelShape &shape);

} // namespace mlir::emb

#endif // EMB_LIB_CONVERSION_TILECONTRACTIONS_KERNEL_H
