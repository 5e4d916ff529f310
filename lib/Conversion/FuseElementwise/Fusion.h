//===- Fusion.h - What can be merged, and merging it ------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EMB_LIB_CONVERSION_FUSEELEMENTWISE_FUSION_H
#define EMB_LIB_CONVERSION_FUSEELEMENTWISE_FUSION_H

#include "mlir/Dialect/Linalg/IR/Linalg.h"

namespace mlir::emb {

/// Whether maps can be merged into `op`, on tensors: whether its body may grow.
bool isConsumer(linalg::LinalgOp op);

/// Why `producer` cannot be computed where `use` reads it, element by element;
/// empty if it can. What is then computed is the same, in the same order.
std::string whyNotFusable(linalg::LinalgOp producer, OpOperand &use);

/// Whether an operation that has `use` reads one element of it for each of its
/// iterations.
bool mapsAllLoops(OpOperand &use);

/// The operations for one element; more than any limit if one of them takes
/// long (a division, a root, a function).
int64_t getCost(linalg::LinalgOp op);

/// Whether an argument of the function is among the inputs, other than a vector.
bool readsArgument(linalg::LinalgOp op);

/// The one value of all elements of a tensor: a scalar, or a constant.
struct FillValue {
  Value scalar;
  TypedAttr constant;
};
std::optional<FillValue> getFillValue(Value tensor);

/// Why `op` still has to read that tensor.
std::string whyNotFill(linalg::LinalgOp op, OpOperand &operand);

/// `op` with the scalar in its body instead of `operand`.
linalg::LinalgOp mergeFill(RewriterBase &rewriter, linalg::LinalgOp op,
                           OpOperand &operand, const FillValue &fill);

/// `op` with the body of what `operand` is computed by before its own. Makes a
/// new operation; uses of the old one are replaced.
linalg::LinalgOp mergeProducer(RewriterBase &rewriter, linalg::LinalgOp op,
                               OpOperand &operand);

} // namespace mlir::emb

#endif // EMB_LIB_CONVERSION_FUSEELEMENTWISE_FUSION_H
