//===- Contraction.h - Products of matrices among operations ----*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EMB_LIB_CONVERSION_TILECONTRACTIONS_CONTRACTION_H
#define EMB_LIB_CONVERSION_TILECONTRACTIONS_CONTRACTION_H

#include "mlir/Dialect/Linalg/IR/Linalg.h"

namespace mlir::emb {

/// An operation as products sum[row, column] += left[row, inner] right[inner,
/// column], one for each iteration of the outer loops. Loops are positions in
/// the iteration space.
struct Contraction {
  FloatType type;
  Value left, right, sum;
  AffineMap leftMap, rightMap, sumMap;
  /// Which input is `right`.
  unsigned rightPosition = 1;
  /// None where the product is one of a vector and a matrix.
  std::optional<unsigned> row;
  /// The last dimension of `sum`, and none of `left`.
  unsigned column = 0;
  /// The last loop that reduces.
  unsigned inner = 0;
  SmallVector<unsigned> outerParallels, outerReductions;
};

/// Whether the body of `op` adds the product of its two inputs to its output.
bool isSumOfProducts(linalg::LinalgOp op);

/// A sum of products, on tensors or memrefs, as a contraction, whatever the
/// order of the dimensions of `right` is. Otherwise `reason` says why not.
std::optional<Contraction> matchLoops(linalg::LinalgOp op, std::string &reason);

/// A sum of products on memrefs as a contraction whose columns are contiguous
/// elements of `right` and `sum`.
std::optional<Contraction> matchContraction(linalg::LinalgOp op,
                                            std::string &reason);

} // namespace mlir::emb

#endif // EMB_LIB_CONVERSION_TILECONTRACTIONS_CONTRACTION_H
