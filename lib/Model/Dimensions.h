//===- Dimensions.h - Dimensions that a caller names ------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EMB_LIB_MODEL_DIMENSIONS_H
#define EMB_LIB_MODEL_DIMENSIONS_H

#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Diagnostics.h"

namespace mlir::emb {

/// The type of `x`, an operand of the function `name`. Refuses a number.
FailureOr<RankedTensorType> getTensor(Location loc, StringRef name, Value x);
/// The same, and refuses elements that are no floats.
FailureOr<RankedTensorType> getFloatTensor(Location loc, StringRef name,
                                           Value x);

/// `dim` counted from the front, of `rank` dimensions; `type` is for messages.
FailureOr<unsigned> getDimension(Location loc, StringRef name, int64_t dim,
                                 int64_t rank, Type type);

/// `dims` counted from the front, ascending; all of `type` if there are none.
FailureOr<SmallVector<unsigned>> getDimensions(Location loc, StringRef name,
                                               ArrayRef<int64_t> dims,
                                               RankedTensorType type);

/// The numbers below `rank` that are not in `dims`.
SmallVector<unsigned> getOtherDimensions(ArrayRef<unsigned> dims,
                                         unsigned rank);

/// `tensor` with dimensions of extent 1 more: in the result they are `dims`,
/// ascending.
Value createUnitDimensions(OpBuilder &builder, Location loc, Value tensor,
                           ArrayRef<unsigned> dims);

/// `tensor` with dimension `permutation[i]` as dimension i.
Value createTransposed(OpBuilder &builder, Location loc, Value tensor,
                       ArrayRef<int64_t> permutation);

} // namespace mlir::emb

#endif // EMB_LIB_MODEL_DIMENSIONS_H
