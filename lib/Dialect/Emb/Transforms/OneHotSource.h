//===- OneHotSource.h - What makes a one-hot tensor -------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EMB_LIB_DIALECT_EMB_TRANSFORMS_ONEHOTSOURCE_H
#define EMB_LIB_DIALECT_EMB_TRANSFORMS_ONEHOTSOURCE_H

#include "emb/Dialect/Emb/IR/Emb.h"

namespace mlir::emb {

/// A tensor with a one in the place that an index names, and zeros beside it,
/// in its last dimension.
struct OneHotSource {
  Value indices;
  /// How many places there are: a constant or an index.
  OpFoldResult depth;
  /// Whether the operation is a selection by its definition: a product with it
  /// is the row, whatever the other rows hold.
  bool isSelection = false;
  /// Whether an index out of range is an error. If not, its row is zeros.
  bool isChecked = false;
};

/// The indices that `value` is the one-hot tensor of: an `emb.one_hot`, a
/// comparison of indices with the column, or rows of an identity matrix.
std::optional<OneHotSource> findOneHot(Value value);

} // namespace mlir::emb

#endif // EMB_LIB_DIALECT_EMB_TRANSFORMS_ONEHOTSOURCE_H
